package io.flockerj.plugin.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory in which a driver keeps its trees, each under its id. A tree that is being deleted has another name, so that one of
 * which a part is gone is never taken for a tree.
 */
public record TreeDirectory(Path directory) {
    /** What follows a tree's id in its name while it is deleted. */
    public static final String DOOMED = ".destroyed";

    /** Where a tree is, whether or not it exists. */
    public Path path(TreeId tree) {
        return directory.resolve(tree.toString());
    }

    /** Where a tree is while it is deleted, whether or not it exists. */
    public Path doomedPath(TreeId tree) {
        return directory.resolve(tree + DOOMED);
    }

    /** Every tree whose deletion was begun and has not ended. */
    public List<TreeId> doomed() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.endsWith(DOOMED))
                    .map(name -> name.substring(0, name.length() - DOOMED.length()))
                    .filter(RandomId::isValid)
                    .map(hex -> new TreeId(new RandomId(hex)))
                    .toList();
        }
    }

    /**
     * Takes a tree, or whatever is in its place, out of the trees, to {@link #doomedPath}, where nothing is. Fails with a
     * {@link java.nio.file.FileSystemException} if the tree is marked immutable or append-only, or something is mounted on it.
     */
    public void doom(TreeId tree) throws IOException {
        Files.move(path(tree), doomedPath(tree), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Every entry that is named as a tree is; others are not ours and not told. */
    public List<TreeId> list() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(RandomId::isValid)
                    .map(hex -> new TreeId(new RandomId(hex)))
                    .toList();
        }
    }

    /** Gives the root directory of a new tree the owner, group and mode that its spec asks for. */
    public static void setOwner(Path root, TreeSpec spec) throws IOException {
        Files.setAttribute(root, "unix:uid", spec.uid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(root, "unix:gid", spec.gid(), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(root, "unix:mode", spec.mode());
    }
}
