package io.flockerj.integration;

import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The tests' class path as daemon processes take it: in jars only, and with an archive of loaded classes (JEP 350), which
 * halves what a start costs. Made once for all processes, in a directory that goes with the tests.
 */
final class DaemonClasses {
    private static final Path DIRECTORY = directory();
    private static final String CLASS_PATH = inJars(System.getProperty("java.class.path"));
    private static final Path ARCHIVE = DIRECTORY.resolve("daemon.jsa");

    static {
        archive();
    }

    private DaemonClasses() {}

    /** For the virtual machine that runs a daemon. */
    static List<String> arguments() {
        return List.of("-Xlog:cds=off", "-Xlog:aot=off", "-XX:SharedArchiveFile=" + ARCHIVE, "-cp", CLASS_PATH);
    }

    private static Path directory() {
        try {
            Path directory = Files.createTempDirectory("flockerj-daemon");
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> Commands.here().run("rm", "--recursive", "--force", directory.toString())));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a directory for the daemon's classes", e);
        }
    }

    private static String inJars(String classPath) {
        List<Path> entries = Stream.of(classPath.split(":"))
                .map(Path::of)
                .filter(Files::exists)
                .toList();
        return IntStream.range(0, entries.size())
                .mapToObj(i -> Files.isDirectory(entries.get(i)) ? jar(i, entries.get(i)) : entries.get(i))
                .map(Path::toString)
                .collect(Collectors.joining(":"));
    }

    private static Path jar(int n, Path classes) {
        Path jar = DIRECTORY.resolve(n + ".jar");
        int status = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
        if (status != 0) {
            throw new AssertionError("cannot pack " + classes + " into " + jar);
        }
        return jar;
    }

    /** A daemon that starts and ends in order leaves the archive behind. */
    private static void archive() {
        try (DaemonProcess daemon = DaemonProcess.Plan.in(DIRECTORY)
                .with("pool", "plain:" + DIRECTORY.resolve("pool"))
                .launch(List.of("-XX:ArchiveClassesAtExit=" + ARCHIVE, "-cp", CLASS_PATH))) {
            daemon.awaitListening();
            try (VolumeDriverClient client = daemon.connect()) {
                client.list();
            }
            daemon.stop();
        } catch (IOException e) {
            throw new UncheckedIOException("the daemon does not run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while archiving the daemon's classes", e);
        }
    }
}
