package io.flockerj.integration.engine;

import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Root file systems of images, made of programs of the machine itself, for no registry can be asked for images. */
public final class HostFiles {

    /** Lines of ldd(1): {@code libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)} and {@code /lib64/ld-linux-x86-64.so.2 (0x…)}. */
    private static final Pattern LIBRARY = Pattern.compile("(?m)(?:=> |^\\s+)(/\\S+) \\(0x");

    private HostFiles() {}

    /** Adds programs and the libraries they need, each at its own path. */
    public static void addPrograms(Path root, String... programs) {
        TreeSet<String> wanted = new TreeSet<>(List.of(programs));
        for (String program : programs) {
            String libraries = Commands.here().run("ldd", program).text();
            LIBRARY.matcher(libraries)
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .forEach(wanted::add);
        }
        wanted.forEach(file -> add(root, file));
    }

    /** Adds a file, or a directory with all that is in it, at its own path; links are followed. */
    public static void add(Path root, String path) {
        Path target = root.resolve(path.substring(1));
        try {
            Files.createDirectories(target.resolveSibling(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Commands.here()
                .run("cp", "-rL", "--preserve=mode", "--remove-destination", "-T", path, target.toString())
                .ok();
    }
}
