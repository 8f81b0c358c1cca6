package io.flockerj.integration.engine;

import io.flockerj.integration.sandbox.Commands;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The plugin's directory ({@code config.json}, {@code rootfs}) as {@code rootfs-build.sh} makes it, made once for a run of the tests. */
public final class PluginPackage {

    private static final Duration BUILD_PATIENCE = Duration.ofMinutes(10);
    private static final Path DIRECTORY = find();

    private PluginPackage() {}

    /** Where it lies: the system property {@code flockerj.package} names one that is there; else it is built. */
    public static Path directory() {
        return DIRECTORY;
    }

    /** The top of the source tree. */
    public static Path sourceTree() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("rootfs-build.sh"))) {
            here = here.getParent();
            if (here == null) {
                throw new AssertionError(
                        "no rootfs-build.sh above " + Path.of("").toAbsolutePath());
            }
        }
        return here;
    }

    private static Path find() {
        String ready = System.getProperty("flockerj.package", "");
        if (!ready.isEmpty()) {
            return Path.of(ready).toAbsolutePath();
        }
        Path made = sourceTree().resolve("target/plugin");
        Commands.here()
                .run(
                        BUILD_PATIENCE,
                        InputStream.nullInputStream(),
                        sourceTree().resolve("rootfs-build.sh").toString(),
                        made.toString())
                .ok();
        return made;
    }
}
