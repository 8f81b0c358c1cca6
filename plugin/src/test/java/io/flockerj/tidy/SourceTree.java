package io.flockerj.tidy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The text files of the repository, or of a made-up one.
 *
 * @param root where the paths start
 * @param files in the order of their paths; no binary files
 */
record SourceTree(Path root, List<SourceFile> files) {
    SourceTree {
        files = List.copyOf(files);
    }

    /**
     * Reads the repository around the working directory: what git tracks or would track, and without git everything but
     * what a build leaves.
     */
    static SourceTree ofRepository() throws IOException, InterruptedException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("LICENSE"))) {
            Path parent = root.getParent();
            if (parent == null) {
                throw new IllegalStateException("no LICENSE above "
                        + Path.of("").toAbsolutePath() + ": cannot tell where the repository starts");
            }
            root = parent;
        }
        List<String> paths = Files.exists(root.resolve(".git")) ? listedByGit(root) : walked(root);
        List<SourceFile> files = new ArrayList<>();
        for (String path : paths.stream().sorted().toList()) {
            Path file = root.resolve(path);
            if (Files.isRegularFile(file) && !Files.isSymbolicLink(file)) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                if (text.indexOf('\0') < 0) {
                    files.add(new SourceFile(path, text));
                }
            }
        }
        return new SourceTree(root, files);
    }

    private static List<String> listedByGit(Path root) throws IOException, InterruptedException {
        Process git = new ProcessBuilder("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
                .directory(root.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = git.waitFor();
        if (status != 0) {
            throw new IOException("git ls-files in " + root + " ended with status " + status);
        }
        return Stream.of(output.split("\0", -1)).filter(path -> !path.isEmpty()).toList();
    }

    private static List<String> walked(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.map(path -> root.relativize(path).toString())
                    .filter(path -> !("/" + path + "/").contains("/target/"))
                    .toList();
        }
    }
}
