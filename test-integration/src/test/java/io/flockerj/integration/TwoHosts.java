package io.flockerj.integration;

import io.flockerj.integration.fault.OwnMounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts, and a directory that one calls {@code team} and the other {@code nas}. */
@Tag("root")
@ExtendWith(OwnMounts.class)
abstract class TwoHosts {
    @TempDir
    Path directory;

    Path remote;
    Host here;
    Host there;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        remote = Files.createDirectory(directory.resolve("remote"));
        here = Host.start(directory.resolve("here"));
        there = Host.start(directory.resolve("there"));
        here.add("team", remote);
        there.add("nas", remote);
    }

    @AfterEach
    void end() throws IOException {
        here.close();
        there.close();
    }
}
