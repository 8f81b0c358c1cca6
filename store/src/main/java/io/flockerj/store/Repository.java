package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.Tombstone;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.PackBuilder;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * One volumeset's history at one place. Chunks and nodes are written through a {@link ChunkWriter}, then a commit names them; they are read
 * through a {@link ChunkReader}. Safe for many threads, and for many hosts at once: nothing that is there ever changes.
 */
public final class Repository {
    // Lists are made by every 16th push or so; when there are so many, they become one again.
    private static final int LISTS_TO_JOIN = 8;

    /** When so many packs of earlier commits are named by themselves, they go into a list, and what is in them into an index. */
    private static final int PACKS_TO_LIST = 16;

    /** A commit that names more is not read, for all of them are held in memory; they would have 8 TiB. */
    private static final int MOST_PACKS = 1 << 18;

    private static final int LONGEST_OBJECT = Envelope.LONGEST_BODY + Envelope.OVERHEAD;

    private final Backend backend;
    private final Layout layout;
    private final RepositoryConfig config;

    private Repository(Backend backend, Layout layout, RepositoryConfig config) {
        this.backend = backend;
        this.layout = layout;
        this.config = config;
    }

    /**
     * Makes the repository of a volumeset, or opens the one that is there.
     *
     * @param repository an id for the new one
     */
    public static Repository create(Backend backend, Id volumeset, Id repository) throws IOException {
        RepositoryConfig config = new RepositoryConfig(volumeset, repository, 0, Optional.empty());
        backend.create(Layout.of(volumeset).config(), List.of(config.write()));
        return open(backend, volumeset);
    }

    /**
     * Errs unless this can be the config of a volumeset's repository that this program reads and writes.
     *
     * @param object what is read, for messages
     */
    public static void checkConfig(String object, byte[] bytes, Id volumeset)
            throws BrokenException, UnsupportedException {
        RepositoryConfig config = RepositoryConfig.read(object, bytes);
        if (!config.volumeset().equals(volumeset)) {
            throw new BrokenException(
                    object, "it is of volumeset " + config.volumeset().abbreviated());
        }
        config.requireWritable(object);
    }

    /**
     * Opens the repository of a volumeset.
     *
     * @throws NoRepositoryException if there is none
     */
    public static Repository open(Backend backend, Id volumeset) throws IOException {
        Layout layout = Layout.of(volumeset);
        byte[] bytes;
        try {
            bytes = backend.read(layout.config(), 0, LONGEST_OBJECT);
        } catch (NoSuchObjectException e) {
            throw new NoRepositoryException(volumeset, backend.toString());
        }
        RepositoryConfig config = RepositoryConfig.read(layout.config().text(), bytes);
        if (!config.volumeset().equals(volumeset)) {
            throw new BrokenException(
                    layout.config().text(),
                    "it is of volumeset " + config.volumeset().abbreviated());
        }
        return new Repository(backend, layout, config);
    }

    /** Its own id: another repository of the same volumeset has another. */
    public Id id() {
        return config.repository();
    }

    /** As {@link #writer(ChunkIndex, Executor, Keeping)}, all by the thread that calls, and where it does not take long. */
    public ChunkWriter writer(ChunkIndex index) throws UnsupportedException {
        return writer(index, Runnable::run, () -> {});
    }

    /** Keeps what is written, but not committed yet, from being taken for garbage. */
    @FunctionalInterface
    public interface Keeping {
        /** Is called before each pack, if there are several. */
        void keep() throws IOException;

        /**
         * Is called when an object that is to be written is there already, and damaged. Where nobody else writes, and whoever is asked can
         * tell, the right one may take its place, at once: the damaged one stays until then, for a part of it may be all that there is.
         *
         * @param whole what it should hold, one array after the other
         * @return whether it holds that now, durably
         */
        default boolean mend(ObjectName damaged, List<byte[]> whole) throws IOException {
            return false;
        }

        /** Is called when a pack is there, durably, by the thread that has written it. */
        default void sent(PackInfo pack) {}
    }

    /**
     * Somebody at work.
     *
     * @param clock for people, and for when to say it again
     * @param ids that never come twice
     * @param by host and program; for people
     */
    public Session session(InstantSource clock, Supplier<Id> ids, Optional<String> by) {
        return new Session(backend, layout, clock, ids, by);
    }

    /**
     * Writes chunks that it does not know of.
     *
     * @param index what is known of this repository; what is written is added
     * @param workers compress and write packs beside the thread that calls; may refuse work, which that thread then does itself
     * @param keeping such as a {@link Session}
     */
    public ChunkWriter writer(ChunkIndex index, Executor workers, Keeping keeping) throws UnsupportedException {
        return writer(index, workers, keeping, PackBuilder.TARGET);
    }

    ChunkWriter writer(ChunkIndex index, Executor workers, Keeping keeping, long packTarget)
            throws UnsupportedException {
        config.requireWritable(layout.config().text());
        return new ChunkWriter(backend, layout, index, workers, keeping, packTarget);
    }

    /** As {@link #reader(ChunkIndex, Executor)}, all by the thread that calls. */
    public ChunkReader reader(ChunkIndex index) {
        return new ChunkReader(backend, layout, index, Optional.empty());
    }

    /**
     * Reads chunks.
     *
     * @param index what is known of this repository; what is learned is added
     * @param workers ask the backend, some things at a time, and unpack and hash what is read in order, beside the thread that calls; may
     *     refuse, then that thread does it
     */
    public ChunkReader reader(ChunkIndex index, Executor workers) {
        return new ChunkReader(backend, layout, index, Optional.of(workers));
    }

    /**
     * Looks whether everything is there that snapshots need.
     *
     * @param index knows nothing yet, and stays the caller's
     */
    public RepositoryCheck check(ChunkIndex index, RepositoryCheck.Watch watch) {
        return check(index, watch, RepositoryCheck.BLOCKS_REMEMBERED);
    }

    RepositoryCheck check(ChunkIndex index, RepositoryCheck.Watch watch, int blocksRemembered) {
        return new RepositoryCheck(this, backend, layout, index, watch, blocksRemembered);
    }

    /**
     * Its branches and tags.
     *
     * @param clock for people, who want to know when a ref moved
     * @param nonces ids that never come twice
     */
    public Refs refs(InstantSource clock, Supplier<Id> nonces) {
        return new Refs(backend, layout, this, clock, nonces);
    }

    /**
     * Commits a snapshot, of which everything else has been written. When this returns that it is committed, or was, it can be read by
     * everybody.
     *
     * @throws UnsupportedException if garbage is collected there, which this program cannot take part in
     */
    public CommitOutcome commit(Commit commit) throws IOException {
        if (!commit.volumeset().equals(config.volumeset())) {
            throw new IllegalArgumentException("a commit of another volumeset");
        }
        refuseEpoch();
        if (tombstone(commit.snapshot()).isPresent()) {
            return new CommitOutcome.WasRemoved();
        }
        byte[] object = commit.write();
        boolean made = backend.create(layout.commit(commit.snapshot()), List.of(object));
        // Again, for it may have moved meanwhile (format.md section 14).
        refuseEpoch();
        if (made) {
            return new CommitOutcome.Committed(Commit.hash(object));
        }
        byte[] there = backend.read(layout.commit(commit.snapshot()), 0, LONGEST_OBJECT);
        Commit actual = readCommit(commit.snapshot(), there);
        boolean same = actual.tree().digest().equals(commit.tree().digest())
                && actual.parent().equals(commit.parent());
        return same ? new CommitOutcome.AlreadyThere(Commit.hash(there)) : new CommitOutcome.OtherContent(actual);
    }

    private void refuseEpoch() throws IOException {
        if (backend.value(layout.epoch()).isPresent()) {
            throw new UnsupportedException(layout.base().text(), "collection of garbage");
        }
    }

    /** A snapshot's commit; empty if it is not here. */
    public Optional<Commit> commit(Id snapshot) throws IOException {
        return committed(snapshot).map(Committed::commit);
    }

    /**
     * A commit, and what refs name it by.
     *
     * @param hash of its object
     */
    public record Committed(Commit commit, Hash hash) {}

    /** As {@link #commit(Id)}, with the hash of the object. */
    public Optional<Committed> committed(Id snapshot) throws IOException {
        try {
            byte[] object = backend.read(layout.commit(snapshot), 0, LONGEST_OBJECT);
            return Optional.of(new Committed(readCommit(snapshot, object), Commit.hash(object)));
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        }
    }

    /** The volumeset whose history this is. */
    public Id volumeset() {
        return config.volumeset();
    }

    /** What is left of a snapshot that was removed from here; empty if none of that id was. */
    public Optional<Tombstone> tombstone(Id snapshot) throws IOException {
        ObjectName name = layout.tombstone(snapshot);
        try {
            Tombstone read = Tombstone.read(name.text(), backend.read(name, 0, LONGEST_OBJECT));
            if (!read.snapshot().equals(snapshot) || !read.volumeset().equals(config.volumeset())) {
                throw new BrokenException(name.text(), "it is of another snapshot");
            }
            return Optional.of(read);
        } catch (NoSuchObjectException e) {
            return Optional.empty();
        }
    }

    /**
     * Removes a snapshot, and leaves its place in the history. What it alone held stays until garbage is collected. That it is not here is no
     * error. A ref that names it has to be moved before, and nobody may be about to make one name it: a ref is moved after a look whether
     * its snapshot is here.
     */
    public void remove(Id snapshot) throws IOException {
        Optional<Commit> commit = commit(snapshot);
        if (commit.isPresent()) {
            backend.create(
                    layout.tombstone(snapshot),
                    List.of(Tombstone.of(commit.get()).write()));
            backend.delete(layout.commit(snapshot));
        }
    }

    /**
     * Takes a snapshot away as if it had never been here: nothing is left of its place in the history. For a repository that nobody else reads,
     * and whose commits have neither parents nor refs. That it is not here is no error.
     */
    public void forget(Id snapshot) throws IOException {
        backend.delete(layout.commit(snapshot));
    }

    /** The names of all packs that are here, whether or not they are whole and a commit names them. */
    public Set<Hash> packNames() throws IOException {
        Set<Hash> names = new HashSet<>();
        backend.list(layout.packs(), listed -> layout.packOf(listed.name()).ifPresent(names::add));
        return names;
    }

    /** Takes packs away that no commit counts on nor ever will: that is for whoever knows that nobody else writes here. */
    public void forgetPacks(Set<Hash> names) throws IOException {
        for (Hash name : names) {
            backend.delete(layout.pack(name));
        }
    }

    /** The snapshots that are here, in any order. */
    public List<Id> snapshots() throws IOException {
        return ids(layout.commits());
    }

    /** The snapshots that are here, and those that were removed from here. */
    public Set<Id> snapshotsEver() throws IOException {
        // Tombstones last: a snapshot that is removed meanwhile is in one of the two.
        Set<Id> ever = new HashSet<>(snapshots());
        ever.addAll(ids(layout.tombstones()));
        return ever;
    }

    private List<Id> ids(ObjectName folder) throws IOException {
        List<Id> ids = new ArrayList<>();
        backend.list(folder, listed -> {
            String name = listed.name().lastSegment();
            if (Id.isValid(name)) {
                ids.add(Id.parse(name));
            }
        });
        return ids;
    }

    /** All packs that a commit names, by itself and in lists. */
    public List<PackInfo> packs(PackList packs) throws IOException {
        return packs(packs, MOST_PACKS);
    }

    List<PackInfo> packs(PackList packs, int mostPacks) throws IOException {
        List<PackInfo> all = new ArrayList<>(packs.packs());
        for (Hash list : packs.lists()) {
            ObjectName name = layout.list(list);
            byte[] bytes = backend.read(name, 0, LONGEST_OBJECT);
            if (!Commit.hash(bytes).equals(list)) {
                throw new BrokenException(name.text(), "its hash is another");
            }
            all.addAll(PackList.readList(name.text(), bytes));
            if (all.size() > mostPacks) {
                throw new UnsupportedException(
                        "a commit with the list " + name, "more than " + mostPacks + " packs at once");
            }
        }
        return all;
    }

    /**
     * Names packs for a commit: those of the commit that it comes from, and those that were written since. Where they are many, they go into list
     * objects, so that the next commits are small.
     */
    public PackList name(PackList before, List<PackInfo> written) throws IOException {
        return name(before, written, Runnable::run);
    }

    /**
     * As {@link #name(PackList, List)}. With each list an index object is written of what is in packs of earlier commits.
     *
     * @param askers wait for answers of the backend beside the thread that calls; may refuse, then that thread waits
     */
    public PackList name(PackList before, List<PackInfo> written, Executor askers) throws IOException {
        Map<Hash, PackInfo> own = new TreeMap<>();
        Map<Hash, PackInfo> others = new TreeMap<>();
        before.packs().forEach(pack -> others.put(pack.name(), pack));
        written.forEach(pack -> own.put(pack.name(), pack));
        others.keySet().removeAll(own.keySet());
        List<Hash> lists = new ArrayList<>(before.lists());
        if (own.size() + others.size() > PackList.MOST_PACKS || others.size() >= PACKS_TO_LIST) {
            new IndexGathering(backend, layout, new Requests(askers)).gather(List.copyOf(others.values()));
            if (own.size() > PackList.MOST_PACKS) {
                others.putAll(own);
                own.clear();
            }
            if (lists.size() >= LISTS_TO_JOIN) {
                packs(new PackList(List.of(), lists)).forEach(pack -> others.put(pack.name(), pack));
                lists.clear();
            }
            lists.addAll(writeLists(List.copyOf(others.values())));
            others.clear();
        }
        others.putAll(own);
        return new PackList(List.copyOf(others.values()), lists);
    }

    private List<Hash> writeLists(List<PackInfo> packs) throws IOException {
        List<Hash> names = new ArrayList<>();
        for (int from = 0; from < packs.size(); from += PackList.MOST_IN_LIST) {
            int to = Math.min(packs.size(), from + PackList.MOST_IN_LIST);
            byte[] list = PackList.writeList(packs.subList(from, to));
            Hash name = Commit.hash(list);
            backend.create(layout.list(name), List.of(list));
            names.add(name);
        }
        return names;
    }

    private Commit readCommit(Id snapshot, byte[] bytes) throws IOException {
        String object = layout.commit(snapshot).text();
        Commit commit = Commit.read(object, bytes);
        if (!commit.snapshot().equals(snapshot) || !commit.volumeset().equals(config.volumeset())) {
            throw new BrokenException(object, "it is of another snapshot");
        }
        return commit;
    }
}
