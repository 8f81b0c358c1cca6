package io.flockerj.integration.engine;

import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An image made of Debian's busybox-static, so that no registry is needed. */
public final class BusyboxImage {

    public static final String NAME = "busybox:latest";

    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private BusyboxImage() {}

    static void importInto(PrivateEngine engine) {
        Path root = layOut(engine.directory().resolve("busybox"));
        importInto(engine, root, NAME, "CMD [\"sh\"]");
    }

    /**
     * Makes an image of a directory.
     *
     * @param change a Dockerfile's instruction to be applied
     */
    public static void importInto(PrivateEngine engine, Path root, String name, String change) {
        String archive = root + ".tar";
        Commands.here()
                .run("tar", "--create", "--file", archive, "--directory", root.toString(), ".")
                .ok();
        engine.docker("import", "--change", change, archive, name).ok();
        Commands.here().run("rm", archive).ok();
    }

    /** Lays out the image's root file system in {@code directory}. */
    public static Path layOut(Path directory) {
        try {
            Path bin = Files.createDirectories(directory.resolve("bin"));
            Files.createDirectories(directory.resolve("etc"));
            Files.createDirectories(directory.resolve("tmp"));
            Files.writeString(directory.resolve("etc/passwd"), "root:x:0:0:root:/:/bin/sh\n");
            Files.writeString(directory.resolve("etc/group"), "root:x:0:\n");
            Files.copy(BUSYBOX, bin.resolve("busybox"));
            Commands.here()
                    .run("chroot", directory.toString(), "/bin/busybox", "--install", "-s", "/bin")
                    .ok();
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lay out an image in " + directory, e);
        }
    }
}
