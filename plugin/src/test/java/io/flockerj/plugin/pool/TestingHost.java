package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A host whose disk is a file system of the test's own. */
final class TestingHost {
    private final LoopFileSystem disk;
    private PoolHost host;

    TestingHost(LoopFileSystem disk) {
        this.disk = disk;
        this.host = new PoolHost(
                new HostRoot(Path.of("/")),
                disk.root().resolve("var/state"),
                disk.beside("pool"),
                Path.of("/proc"),
                Path.of("/sys"),
                TestingHost::run,
                QuotaPolicy.AUTO,
                Optional.empty(),
                Duration.ZERO,
                RandomId.source(new SecureRandom()));
    }

    /** Another daemon on this disk, with a state directory of its own. */
    TestingHost another() {
        TestingHost another = new TestingHost(disk);
        another.host = new PoolHost(
                host.host(),
                disk.root().resolve("var/another"),
                disk.beside("another"),
                host.proc(),
                host.sys(),
                host.commands(),
                host.quotas(),
                host.takeOver(),
                host.takingLasts(),
                host.ids());
        return another;
    }

    TestingHost with(QuotaPolicy quotas) {
        return with(host.commands(), quotas, host.takeOver());
    }

    /** @param owner the id that a refusal names */
    TestingHost takingOver(RandomId owner) {
        return with(host.commands(), host.quotas(), Optional.of(owner));
    }

    TestingHost with(CommandRunner commands) {
        return with(commands, host.quotas(), host.takeOver());
    }

    private TestingHost with(CommandRunner commands, QuotaPolicy quotas, Optional<RandomId> takeOver) {
        TestingHost changed = new TestingHost(disk);
        changed.host = new PoolHost(
                host.host(),
                host.hostState(),
                host.poolMount(),
                host.proc(),
                host.sys(),
                commands,
                quotas,
                takeOver,
                host.takingLasts(),
                host.ids());
        return changed;
    }

    PoolHost host() {
        return host;
    }

    Path state() {
        return host.hostState();
    }

    Path poolMount() {
        return host.poolMount();
    }

    /** What a daemon does at its start. */
    Daemon start(String choice) throws IOException {
        PoolOpener opener = PoolOpener.take(host, PoolChoice.parse(choice));
        try {
            return new Daemon(opener, opener.open());
        } catch (IOException | RuntimeException e) {
            opener.close();
            throw e;
        }
    }

    /** A daemon that has its pool. */
    record Daemon(PoolOpener opener, Pool pool) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            pool.close();
            opener.close();
        }
    }

    /** Every file on the disk with its size and time of change, but those that each start locks. */
    Map<String, String> everything() throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(disk.root())) {
            for (Path file : files.toList()) {
                if (!file.endsWith("lock")) {
                    boolean isDirectory = Files.isDirectory(file);
                    found.put(
                            disk.root().relativize(file).toString(),
                            isDirectory ? "directory" : Files.size(file) + " " + Files.getLastModifiedTime(file));
                }
            }
        }
        return found;
    }

    static CommandRunner.Result run(List<String> command, Duration limit) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new CommandRunner.Result(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + command.getFirst(), e);
        }
    }
}
