package io.flockerj.plugin.storage.plain;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeAttribute;
import io.flockerj.plugin.storage.TreeDeletion;
import io.flockerj.plugin.storage.TreeDirectory;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Keeps each tree as an ordinary directory; works on every file system, and can neither limit nor count what a tree takes. */
public final class PlainDriver implements StorageDriver {
    private final TreeDirectory trees;

    /** Keeps the trees in {@code directory}, which exists. */
    public PlainDriver(Path directory) {
        this.trees = new TreeDirectory(directory);
    }

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public Set<TreeAttribute> attributes() {
        return EnumSet.of(TreeAttribute.OWNER);
    }

    @Override
    public void create(TreeId tree, TreeSpec spec) throws IOException {
        Path path = path(tree);
        Files.createDirectory(path);
        TreeDirectory.setOwner(path, spec);
        try (FileHandle directory = FileHandle.openDirectory(path)) {
            directory.sync();
        }
        DurableFile.syncDirectory(trees.directory());
    }

    @Override
    public Path path(TreeId tree) {
        return trees.path(tree);
    }

    @Override
    public List<TreeId> list() throws IOException {
        return trees.list();
    }

    @Override
    public List<TreeId> halfDestroyed() throws IOException {
        return trees.doomed();
    }

    @Override
    public void destroy(TreeId tree) throws IOException {
        TreeDeletion.delete(trees, tree);
    }

    @Override
    public OptionalLong usedBytes(TreeId tree, SpaceAccount account) {
        return OptionalLong.empty();
    }

    @Override
    public boolean release(SpaceAccount account) {
        return true;
    }
}
