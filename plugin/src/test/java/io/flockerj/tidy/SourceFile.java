package io.flockerj.tidy;

import java.util.List;

/**
 * One text file of the repository.
 *
 * @param path relative to the repository's root, with slashes
 * @param text the whole content
 */
record SourceFile(String path, String text) {
    List<String> lines() {
        return text.lines().toList();
    }

    /** The last element of the path. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The path without its last element; empty for a file in the root. */
    String directory() {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    boolean isJava() {
        return path.endsWith(".java");
    }

    boolean isMainJava() {
        return isJava() && path.contains("src/main/java/");
    }

    /** Whether bash or sh runs it: by its first line, or by its name. */
    boolean isShell() {
        return path.endsWith(".sh") || text.lines().findFirst().orElse("").matches("#!.*\\b(ba|da)?sh\\b.*");
    }

    /** Whether a test reads it as it is, so that it may look like anything. */
    boolean isFixture() {
        return path.contains("src/test/resources/");
    }
}
