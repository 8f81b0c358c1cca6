package io.flockerj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.cli.testing.FakeHub;
import io.flockerj.cli.testing.FakeServer.Asked;
import io.flockerj.cli.testing.FakeServer.Said;
import io.flockerj.cli.testing.Person;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where what signs a person in to a hub is kept. */
class HubLoginTest {
    @TempDir
    private Path directory;

    private FakeHub hub;
    private String out = "";
    private String err = "";
    private volatile String expires = "2026-11-04T21:00:00Z";

    @BeforeEach
    void start() throws IOException {
        hub = FakeHub.start(directory, this::answer);
    }

    @AfterEach
    void stop() throws IOException {
        hub.close();
    }

    private Said answer(Asked asked) {
        return switch (asked.method()) {
            case "POST" ->
                Said.json(201, "{\"token\":\"flks_1\",\"expires\":\"" + expires + "\",\"user\":{\"name\":\"ada\"}}");
            case "DELETE" -> Said.json(204, "");
            default -> Said.json(200, "{\"account\":{\"name\":\"ada\"},\"by\":\"session\",\"teams\":[]}");
        };
    }

    private int fli(String... arguments) {
        Person person = Person.in(
                        directory,
                        Map.of(
                                "HOME",
                                directory.toString(),
                                "PATH",
                                directory.resolve("bin").toString()))
                .typing("open-sesame-open\n".getBytes(StandardCharsets.UTF_8));
        int status = Fli.run(person.surroundings(), arguments);
        out = person.out();
        err = person.err();
        return status;
    }

    private void login(String... more) {
        String[] arguments = {
            "login",
            hub.url(),
            "--user",
            "ada",
            "--password-stdin",
            "--ca-file",
            hub.certificate().toString()
        };
        String[] all = new String[arguments.length + more.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        assertThat(fli(all)).as(err).isZero();
    }

    private Path file() {
        return directory.resolve(".config/fli/hubs.json");
    }

    @Test
    void theTokenIsInAFileForItsOwnerOnlyAndThePasswordNowhere() throws IOException {
        login();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(file()).content().contains("flks_1").doesNotContain("sesame");
        assertThat(out + err).doesNotContain("flks_1").doesNotContain("sesame");
    }

    @Test
    void aCredentialHelperKeepsItInstead() throws IOException {
        Path program = Files.createDirectory(directory.resolve("bin")).resolve("docker-credential-test");
        Files.writeString(program, """
            #!/bin/bash
            cd "${0%/*}"
            case $1 in
                store) read -r kept; printf '%s' "$kept" >kept ;;
                get) read -r kept <kept; printf '%s' "$kept" ;;
                erase) : >kept ;;
            esac
            """);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        login("--credential-helper", "test");

        assertThat(file()).content().doesNotContain("flks_1").contains("\"credentialHelper\" : \"test\"");
        assertThat(directory.resolve("bin/kept")).content().contains("flks_1");
        hub.forget();
        assertThat(fli("whoami")).as(err).isZero();
        assertThat(hub.asked()).singleElement().extracting(Asked::authorization).isEqualTo("Bearer flks_1");
        assertThat(fli("logout")).as(err).isZero();
        assertThat(directory.resolve("bin/kept")).isEmptyFile();
    }

    @Test
    void aHelperThatIsNotThereLeavesNoSessionBehind() {
        assertThat(fli(
                        "login",
                        hub.url(),
                        "--user",
                        "ada",
                        "--password-stdin",
                        "--ca-file",
                        hub.certificate().toString(),
                        "--credential-helper",
                        "none-such"))
                .isEqualTo(1);

        assertThat(err).contains("there is no program docker-credential-none-such");
        assertThat(hub.asked()).hasToString("[POST /api/v1/session, DELETE /api/v1/session]");
        assertThat(file()).doesNotExist();
    }

    @Test
    void aFileThatOthersCanReadIsNotUsed() throws IOException {
        login();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        hub.forget();

        assertThat(fli("whoami")).isEqualTo(1);

        assertThat(err).contains("others may read or write", "chmod 600");
        assertThat(hub.asked()).isEmpty();
    }

    @Test
    void aSessionThatHasEndedIsToldWithWhatToDo() {
        expires = "2026-11-04T08:59:59Z";
        login();
        hub.forget();

        assertThat(fli("whoami")).isEqualTo(1);

        assertThat(err).contains("has ended; sign in again with: fli login " + hub.url());
        assertThat(hub.asked()).isEmpty();
    }

    @Test
    void signingInAnewEndsTheSessionBefore() {
        login();
        hub.forget();
        login();

        assertThat(hub.asked()).hasToString("[POST /api/v1/session, DELETE /api/v1/session]");
    }

    @Test
    void whatIsForgottenHereButNotEndedThereIsTold() throws IOException {
        login();
        hub.close();

        assertThat(fli("logout")).isEqualTo(5);

        assertThat(err).contains("could not be ended at the hub; it ends by itself in 12 hours", "nothing answers");
        assertThat(file()).content().doesNotContain("flks_1");
    }
}
