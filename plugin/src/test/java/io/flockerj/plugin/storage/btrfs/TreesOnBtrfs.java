package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A btrfs of its own, and a tree in it that a test changes and takes snapshots of. */
public final class TreesOnBtrfs implements AutoCloseable {
    private final LoopFileSystem fileSystem;
    private final BtrfsDriver driver;
    private int numbers;
    private TreeId tree = newId();

    /** Without any tree. */
    public TreesOnBtrfs(int megabytes) throws IOException {
        fileSystem = LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, megabytes);
        driver = new BtrfsDriver(Files.createDirectory(fileSystem.root().resolve("trees")));
    }

    public BtrfsDriver driver() {
        return driver;
    }

    /** Of a tree that is not there. */
    public TreeId newId() {
        return new TreeId(new RandomId(String.format("%012x", ++numbers) + "c".repeat(20)));
    }

    /** Makes an empty tree, which is the one from now on; others stay. */
    public Path begin() throws IOException {
        TreeId made = newId();
        SpaceAccount account = SpaceAccount.of(made.id());
        driver.create(made, new TreeSpec(account, Optional.empty(), Optional.empty(), true, 0, 0, 0755));
        return goOnWith(made);
    }

    /** Another one is the tree from now on. */
    public Path goOnWith(TreeId other) {
        tree = other;
        return driver.path(tree);
    }

    public TreeId tree() {
        return tree;
    }

    /** Of the tree. */
    public TreeId snapshot() throws IOException {
        TreeId snapshot = newId();
        driver.snapshot(tree, snapshot);
        return snapshot;
    }

    @Override
    public void close() throws IOException {
        fileSystem.close();
    }
}
