package io.flockerj.plugin.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The directory in which a driver keeps its trees, each under its id. */
public record TreeDirectory(Path directory) {
    /** Where a tree is, whether or not it exists. */
    public Path path(TreeId tree) {
        return directory.resolve(tree.toString());
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
