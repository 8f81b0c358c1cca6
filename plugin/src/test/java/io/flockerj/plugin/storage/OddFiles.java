package io.flockerj.plugin.storage;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files such as only containers make. */
public final class OddFiles {
    /** Not UTF-8, and with nearly every byte that a name may have. */
    public static final byte[] RAW_NAME = rawName();

    /** Goes into a new directory at a time, for paths may become longer than the kernel takes at once. */
    private static final String CHAIN = """
            my ($root, $name, $depth, @command) = @ARGV;
            chdir($root) or die "chdir: $!";
            for (1..$depth) { mkdir($name) or die "mkdir: $!"; chdir($name) or die "chdir: $!"; }
            open(my $file, '>', 'leaf') or die "open: $!";
            if (@command) { system(@command) == 0 or die "command failed"; }
            """;

    private OddFiles() {}

    /** Makes, in a directory, files of each kind, with names of each kind. */
    public static void makeIn(Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "text");
        Files.createLink(directory.resolve("hard"), file);
        Files.createSymbolicLink(directory.resolve("dangling"), Path.of("/nowhere/at all"));
        Files.createSymbolicLink(directory.resolve("itself"), Path.of("itself"));
        Files.createFile(directory.resolve("n".repeat(255)));
        Files.createFile(directory.resolve("-rf"));
        Files.createDirectory(directory.resolve("..."));
        Files.createFile(child(directory, RAW_NAME));
        Files.createFile(Files.createDirectory(child(directory, "\u00ff".getBytes(StandardCharsets.ISO_8859_1)))
                .resolve("in it"));
        run("mkfifo", directory.resolve("fifo").toString());
        run("mknod", directory.resolve("device").toString(), "c", "1", "3");
        run("mknod", directory.resolve("block").toString(), "b", "7", "250");
        run(
                "perl",
                "-MIO::Socket::UNIX",
                "-e",
                "chdir(shift); IO::Socket::UNIX->new(Local => 's', Listen => 1) or die $!",
                directory.toString());
        Files.setAttribute(Files.createDirectory(directory.resolve("closed")), "unix:mode", 0);
    }

    /**
     * Makes directories nested this deep, with a file in the last, and runs a command there.
     *
     * @param name of each of them
     */
    public static void chain(Path root, String name, int depth, String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("perl", "-e", CHAIN, root.toString(), name));
        all.add(Integer.toString(depth));
        all.addAll(List.of(command));
        LoopFileSystem.run(all);
    }

    /** The path of a name in a directory, whatever bytes it has. */
    public static Path child(Path directory, byte[] name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(RawPath.bytes(directory));
        bytes.write('/');
        bytes.writeBytes(name);
        return RawPath.of(bytes.toByteArray());
    }

    private static byte[] rawName() {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        for (int b = 1; b < 256; b++) {
            if (b != '/') {
                name.write(b);
            }
        }
        return name.toByteArray();
    }

    private static void run(String... command) throws IOException {
        LoopFileSystem.run(List.of(command));
    }
}
