package io.flockerj.plugin.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A driver whose trees are plain directories, and whose accounts and limits are kept in memory. It keeps every attribute as far as
 * asking goes, remembers in which order it was called, and fails when it is told to. It outlives the daemons that use it, as a
 * disk does.
 */
public final class TestingStorageDriver implements StorageDriver, SizeLimited, Snapshotting, OwnSpace, LateFreeing {
    /** Where it can fail. */
    public enum Step {
        /** Before a tree is made. */
        CREATE,
        /** When the tree's directory is there, but nothing else. */
        CHARGE,
        SNAPSHOT,
        CLONE,
        DESTROY,
        /** When a part of a tree is gone. */
        DESTROY_REST,
        RELEASE,
        LIMIT,
        USED_BYTES
    }

    private final TreeDirectory trees;
    private final Map<SpaceAccount, Optional<ByteSize>> accounts = new ConcurrentHashMap<>();
    private Runnable beforeClone = () -> {};
    private final Map<Step, Integer> failures = new EnumMap<>(Step.class);
    private final List<String> calls = new ArrayList<>();
    private Consumer<Path> destroyed = tree -> {};
    private int releasesPutOff;
    private int freeings;
    private Runnable freed = () -> {};

    /** @param directory exists */
    public TestingStorageDriver(Path directory) {
        this.trees = new TreeDirectory(directory);
    }

    /** The next so many times that it comes to this step, it fails. */
    public synchronized void fail(Step step, int times) {
        failures.put(step, times);
    }

    /** The next so many times that an account is released, it says that it is still cleaning up. */
    public synchronized void putOffReleases(int times) {
        releasesPutOff = times;
    }

    /** It says so many times that space is being freed, and does this the last of them. */
    public synchronized void freeLater(int times, Runnable action) {
        freeings = times;
        freed = action;
    }

    @Override
    public synchronized boolean isFreeing() {
        if (freeings == 0) {
            return false;
        }
        freeings--;
        if (freeings == 0) {
            freed.run();
        }
        return true;
    }

    /** Is told of each tree before it is destroyed. */
    public synchronized void onDestroy(Consumer<Path> listener) {
        destroyed = listener;
    }

    /** What it was called for, in order, such as {@code destroy 00…} and {@code release 7}. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Whether it knows an account. */
    public boolean hasAccount(SpaceAccount account) {
        return accounts.containsKey(account);
    }

    /** Made up: the number of other trees that are named. */
    @Override
    public synchronized OptionalLong ownBytes(TreeId snapshot, Optional<TreeId> near, List<TreeId> others) {
        calls.add("own " + snapshot + " near " + near.map(TreeId::toString).orElse("none") + " " + others);
        return OptionalLong.of(others.size());
    }

    @Override
    public String name() {
        return "testing";
    }

    @Override
    public Set<TreeAttribute> attributes() {
        return EnumSet.allOf(TreeAttribute.class);
    }

    @Override
    public synchronized void create(TreeId tree, TreeSpec spec) throws IOException {
        calls.add("create " + tree);
        passOrFail(Step.CREATE);
        Files.createDirectory(path(tree));
        passOrFail(Step.CHARGE);
        accounts.put(spec.account(), spec.limit());
    }

    @Override
    public synchronized Consistency snapshot(TreeId source, TreeId snapshot) throws IOException {
        calls.add("snapshot " + source + " " + snapshot);
        passOrFail(Step.SNAPSHOT);
        copy(source, snapshot);
        return Consistency.ATOMIC;
    }

    /** Lets something happen at the beginning of each clone. */
    public synchronized void beforeClone(Runnable action) {
        beforeClone = action;
    }

    @Override
    public synchronized void clone(TreeId snapshot, TreeId clone, SpaceAccount account, Optional<ByteSize> limit)
            throws IOException {
        calls.add("clone " + snapshot + " " + clone);
        passOrFail(Step.CLONE);
        beforeClone.run();
        copy(snapshot, clone);
        accounts.put(account, limit);
    }

    private void copy(TreeId from, TreeId to) throws IOException {
        Files.createDirectory(path(to));
        List<Path> files;
        try (var entries = Files.list(path(from))) {
            files = entries.toList();
        }
        for (Path file : files) {
            Files.copy(file, path(to).resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Files.setPosixFilePermissions(path(to), Files.getPosixFilePermissions(path(from)));
        Files.setLastModifiedTime(path(to), Files.getLastModifiedTime(path(from)));
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
    public synchronized void destroy(TreeId tree) throws IOException {
        calls.add("destroy " + tree);
        passOrFail(Step.DESTROY);
        if (Files.exists(path(tree))) {
            destroyed.accept(path(tree));
            trees.doom(tree);
        }
        Path doomed = trees.doomedPath(tree);
        if (Files.exists(doomed)) {
            List<Path> files;
            try (var entries = Files.list(doomed)) {
                files = entries.toList();
            }
            for (Path file : files) {
                Files.delete(file);
            }
            passOrFail(Step.DESTROY_REST);
            Files.delete(doomed);
        }
    }

    @Override
    public List<TreeId> halfDestroyed() throws IOException {
        return trees.doomed();
    }

    @Override
    public synchronized OptionalLong usedBytes(TreeId tree, SpaceAccount account) throws IOException {
        passOrFail(Step.USED_BYTES);
        return OptionalLong.of(4096);
    }

    @Override
    public synchronized boolean release(SpaceAccount account) throws IOException {
        calls.add("release " + account.number());
        passOrFail(Step.RELEASE);
        if (releasesPutOff > 0) {
            releasesPutOff--;
            return false;
        }
        accounts.remove(account);
        return true;
    }

    @Override
    public synchronized void limit(SpaceAccount account, Optional<ByteSize> limit) throws IOException {
        calls.add("limit " + account.number());
        passOrFail(Step.LIMIT);
        accounts.put(account, limit);
    }

    @Override
    public boolean repair(TreeId tree, SpaceAccount account, Optional<ByteSize> limit) throws IOException {
        boolean amiss = !limitOf(account).equals(limit);
        if (amiss) {
            limit(account, limit);
        }
        return amiss;
    }

    @Override
    public Optional<ByteSize> limitOf(SpaceAccount account) {
        return accounts.getOrDefault(account, Optional.empty());
    }

    private void passOrFail(Step step) throws IOException {
        int left = failures.getOrDefault(step, 0);
        if (left > 0) {
            failures.put(step, left - 1);
            throw new IOException("told to fail at " + step);
        }
    }
}
