package io.flockerj.plugin.shelf;

import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.NoRoomException;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.UnreadableSnapshotsException;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.NoRepositoryException;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.FullException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.index.DiskChunkIndex;
import io.flockerj.store.index.IndexCache;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trees of a pool that are no directories: each a commit of one repository, which is made when the first tree comes. What trees have in
 * common is there once. A tree that goes leaves what it held, until garbage can be collected. For many threads.
 */
final class Shelf {
    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

    private static final PackList NO_PACKS = new PackList(List.of(), List.of());

    private static final int HASHED_AT_ONCE = 1 << 20;

    /** Of what is remembered of packs: enough for 32 TiB in them. */
    private static final long MOST_INDEXES = 1L << 34;

    private static final byte[] NOTE = """
            Snapshots were taken in this pool; what they hold is in the directory "repository" beside this file.
            Should that be lost for good, and with it all snapshots: remove this file, and new ones can be taken.
            """.getBytes(StandardCharsets.UTF_8);

    /** For whoever wants to find out what has happened to them; what they should hold has been written again. */
    private static final Duration DAMAGED_KEPT = Duration.ofDays(30);

    /** Of up to 32 MiB, mostly. */
    private static final int MOST_DAMAGED = 64;

    private final Path directory;
    private final Place place;
    private final Id pool;
    private final Supplier<RandomId> ids;
    private final InstantSource clock;
    private final Executor workers;
    private final Set<TreeId> trees = ConcurrentHashMap.newKeySet();
    /** Whether it is known what is there, be it nothing. */
    private boolean isOpen;

    private @Nullable Repository opened;
    private @Nullable Known known;
    private int writers;

    /** What is known of the repository's packs. */
    private static final class Known {
        /** Of what writers add, until it is durable. */
        private final IndexCache indexes;

        private final DiskChunkIndex index;
        /** All of them, as commits name them. */
        private PackList packs = NO_PACKS;
        /** Of these, and of any that cannot be read. */
        private final Set<Hash> names = new HashSet<>();

        private final HurtPacks hurt;
        private final CountedPacks counted;

        Known(IndexCache indexes, DiskChunkIndex index, HurtPacks hurt, CountedPacks counted) {
            this.indexes = indexes;
            this.index = index;
            this.hurt = hurt;
            this.counted = counted;
        }
    }

    private Shelf(Place place, Id pool, Supplier<RandomId> ids, InstantSource clock, Executor workers) {
        this.directory = place.repository();
        this.place = place;
        this.pool = pool;
        this.ids = ids;
        this.clock = clock;
        this.workers = workers;
    }

    /**
     * Where what is kept.
     *
     * @param note a file that says that there has been a repository, so that one that is gone is not taken for one that was never made
     * @param damaged where objects are kept that were not what they should be, on the same file system
     * @param hurt a file that says which packs were found damaged
     * @param counted a file that says which packs are counted on
     * @param indexes where is kept what is in packs, which can be told from them again
     */
    record Place(Path repository, Path note, Path damaged, Path hurt, Path counted, Path indexes) {
        /** In a directory, which is there before anything is written. */
        static Place in(Path directory) {
            return new Place(
                    directory.resolve("repository"),
                    directory.resolve("has-repository"),
                    directory.resolve("damaged"),
                    directory.resolve("hurt-packs"),
                    directory.resolve("counted-packs"),
                    directory.resolve("indexes"));
        }
    }

    /**
     * Opens what is at a place, where nothing need be. If that fails, it is tried again each time that somebody needs it, and nothing is
     * ever made in its place.
     *
     * @param workers compress and write beside the thread that calls; may refuse work, which that thread then does itself
     */
    static Shelf open(Place place, RandomId pool, Supplier<RandomId> ids, InstantSource clock, Executor workers) {
        Shelf shelf = new Shelf(place, Id.parse(pool.hex()), ids, clock, workers);
        shelf.unreadable()
                .ifPresent(why -> LOG.atError().addKeyValue("why", why).log("Snapshots can be neither taken nor read"));
        return shelf;
    }

    /** Why nobody knows what is on it, and what to do; empty if that is known. */
    Optional<String> unreadable() {
        try {
            requireOpen();
            return Optional.empty();
        } catch (UnreadableSnapshotsException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void requireOpen() throws UnreadableSnapshotsException {
        if (!isOpen) {
            try {
                openWhatIsThere();
                isOpen = true;
            } catch (IOException | RuntimeException e) {
                throw new UnreadableSnapshotsException(
                        "the snapshots of this pool cannot be read, nor new ones taken: " + why(e) + "; bring "
                                + directory + " back as it was, such as from a backup, and try again. Volumes are not"
                                + " touched by this",
                        e instanceof IOException failure ? failure : new IOException(e));
            }
        }
    }

    private static String why(Exception e) {
        return e instanceof FileSystemException ? e.toString() : String.valueOf(e.getMessage());
    }

    private void openWhatIsThere() throws IOException {
        if (!Inodes.exists(directory)) {
            refuseLost("the directory is gone");
            return;
        }
        try {
            Repository repository = Repository.open(backend(), pool);
            List<Id> present = repository.snapshots();
            note();
            present.forEach(id -> trees.add(new TreeId(new RandomId(id.hex()))));
            opened = repository;
        } catch (NoRepositoryException e) {
            // Without a note its making was cut off.
            refuseLost("the repository in it has no config any more");
        }
    }

    private void refuseLost(String what) throws IOException {
        if (Inodes.exists(place.note()) || Inodes.isDirectory(directory.resolve("volumesets/" + pool + "/commits"))) {
            throw new IOException(directory + ": " + what);
        }
    }

    private void note() throws IOException {
        if (!Inodes.exists(place.note())) {
            DurableFile.replace(place.note(), NOTE);
        }
    }

    private DirectoryBackend backend() throws IOException {
        return DirectoryBackend.open(directory, this::newId);
    }

    private Id newId() {
        return Id.parse(ids.get().hex());
    }

    private static Id id(TreeId tree) {
        return Id.parse(tree.id().hex());
    }

    private synchronized @Nullable Repository present() throws UnreadableSnapshotsException {
        requireOpen();
        return opened;
    }

    private synchronized Repository repository() throws IOException {
        Repository present = present();
        if (present == null) {
            present = Repository.create(backend(), pool, newId());
            note();
            opened = present;
        }
        return present;
    }

    /** What is in all packs but those that were found damaged; read when it is first asked for, which takes a footer for each 32 MiB. */
    private synchronized Known known() throws IOException {
        Known present = known;
        if (present == null) {
            IndexCache indexes = IndexCache.open(place.indexes(), MOST_INDEXES, clock);
            indexes.forgetAllBut(pool);
            HurtPacks hurt = HurtPacks.load(place.hurt(), this::file, this::newId);
            present = new Known(indexes, indexes.index(pool), hurt, new CountedPacks(place.counted()));
            try {
                learn(present);
                known = present;
            } finally {
                if (known == null) {
                    present.index.close();
                }
            }
        }
        return present;
    }

    private void learn(Known present) throws IOException {
        present.names.addAll(repository().packNames());
        try (ChunkReader reader = repository().reader(present.index)) {
            List<PackInfo> learned = reader.learnAll(Shelf::passedOver);
            present.packs = repository().name(NO_PACKS, learned);
            findLoss(present, learned);
        }
        present.hurt.all().forEach(present.index::remove);
    }

    /**
     * Begins another era unless all packs are there that were counted on before. What is counted on from now on is noted only when that is durable:
     * until then, each who starts anew finds the loss again.
     */
    private void findLoss(Known present, List<PackInfo> learned) throws IOException {
        Set<Hash> there = learned.stream().map(PackInfo::name).collect(Collectors.toSet());
        Optional<Set<Hash>> before = present.counted.before(repository());
        long gone = before.stream()
                .flatMap(Set::stream)
                .filter(pack -> !there.contains(pack))
                .count();
        try {
            if (before.isEmpty() || gone > 0) {
                present.hurt.lose();
            }
            present.counted.note(present.packs);
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("file", place.counted())
                    .log("Which packs of snapshots there are could not be noted yet");
        }
        if (gone > 0) {
            LOG.atWarn()
                    .addKeyValue("packs", gone)
                    .log(
                            "Packs of snapshots are gone, or cannot be read; each volume is read anew for its next snapshot");
        }
    }

    private Path file(Hash pack) {
        String name = pack.hex();
        return directory
                .resolve("volumesets/" + pool + "/packs")
                .resolve(name.substring(0, 2))
                .resolve(name);
    }

    private static void passedOver(IOException why) {
        LOG.atWarn()
                .addKeyValue("why", why.getMessage())
                .log("A pack of snapshots cannot be read; what it holds is not known");
    }

    /** Whether a tree is on it; of one that cannot be read, that is not known, and the answer no. */
    boolean has(TreeId tree) {
        return trees.contains(tree);
    }

    /** @throws UnreadableSnapshotsException if that is not known */
    List<TreeId> list() throws UnreadableSnapshotsException {
        requireOpen();
        return List.copyOf(trees);
    }

    /** What a tree holds. */
    TreeRef tree(TreeId tree) throws IOException {
        requireOpen();
        if (!has(tree)) {
            throw new NoSuchFileException(tree.toString());
        }
        return repository()
                .commit(id(tree))
                .orElseThrow(() -> new NoSuchFileException(tree.toString()))
                .tree();
    }

    /** Writes what is to become a tree. */
    interface Writing<T> {
        /**
         * Writes.
         *
         * @param nodes reads those that are there
         */
        T run(ChunkWriter writer, ChunkReader nodes) throws IOException;
    }

    /** Writes what is to become a tree; durable when this returns. */
    <T> T write(Writing<T> writing) throws IOException {
        Known shared = known();
        begin();
        boolean isDone = false;
        try {
            T result = write(shared, writing);
            isDone = true;
            return result;
        } finally {
            end(shared, isDone);
        }
    }

    private synchronized void begin() {
        writers++;
    }

    /**
     * What a writer leaves that failed is nobody's: if the disk is full, it would stay so. While others write, it stays, for one of them may
     * have made the same pack.
     */
    private synchronized void end(Known shared, boolean isDone) {
        writers--;
        if (!isDone && writers == 0) {
            try {
                Set<Hash> left = repository().packNames();
                left.removeAll(shared.names);
                repository().forgetPacks(left);
            } catch (IOException e) {
                LOG.atWarn().setCause(e).log("What was read for a snapshot that failed takes space for now");
            }
        }
    }

    private <T> T write(Known shared, Writing<T> writing) throws IOException {
        DiskChunkIndex own = shared.indexes.index(newId());
        OwnIndex index = new OwnIndex(shared.index, own, shared.hurt::add);
        try (ChunkWriter writer = repository().writer(index, workers, new Mending());
                ChunkReader nodes = repository().reader(index)) {
            T result = writing.run(writer, nodes);
            writer.finish();
            tell(shared, writer.written());
            return result;
        } catch (IOException e) {
            Optional<FullException> full = FullException.causeOf(e);
            throw full.isPresent()
                    ? new NoRoomException(String.valueOf(full.get().getMessage()), e)
                    : e;
        } finally {
            own.discard();
        }
    }

    /** Lets a pack that is written again take the place of a damaged one: nobody but this daemon writes here. */
    private final class Mending implements Repository.Keeping {
        @Override
        public void keep() {
            // Nobody collects garbage here.
        }

        @Override
        public boolean mend(ObjectName damaged, List<byte[]> whole) throws IOException {
            Shelf.this.mend(damaged, whole);
            return true;
        }
    }

    /**
     * Another writer may have mended it a moment ago. Nothing is lost of a damaged one: it gets another name besides, and keeps its own until the
     * right one is durable and takes its place.
     */
    private synchronized void mend(ObjectName name, List<byte[]> whole) throws IOException {
        Path file = directory.resolve(name.text());
        boolean isThere = Inodes.exists(file);
        if (isThere && hash(file).equals(Hash.parse(name.lastSegment()))) {
            return;
        }
        if (!isThere) {
            backend().replace(name, whole);
            return;
        }
        Path aside = place.damaged().resolve(name.lastSegment() + "-" + newId());
        DurableFile.keep(file, aside);
        try {
            backend().replace(name, whole);
        } finally {
            if (Files.isSameFile(file, aside)) {
                Files.delete(aside); // It still has its own name, and each attempt would add one more.
            }
        }
        LOG.atWarn()
                .addKeyValue("pack", name)
                .addKeyValue("kept", aside)
                .log("A pack of snapshots was damaged, and is written again; the damaged one is kept aside");
    }

    /** Deletes damaged packs that were kept long enough, and the oldest of too many. */
    synchronized void tidyDamaged() throws IOException {
        if (!Inodes.exists(place.damaged())) {
            return;
        }
        List<Damaged> newestFirst = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place.damaged())) {
            for (Path file : files) {
                // When it got this name: it was modified when it was made.
                FileTime since = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
                newestFirst.add(new Damaged(file, since.toInstant()));
            }
        }
        newestFirst.sort(Comparator.comparing(Damaged::since).reversed());
        Instant over = clock.instant().minus(DAMAGED_KEPT);
        for (int index = 0; index < newestFirst.size(); index++) {
            Damaged kept = newestFirst.get(index);
            if (index >= MOST_DAMAGED || kept.since().isBefore(over)) {
                Files.delete(kept.file());
                LOG.atInfo()
                        .addKeyValue("file", kept.file())
                        .log("Deleted a damaged pack that was written again and kept aside");
            }
        }
    }

    /** A pack that was put aside, and when. */
    private record Damaged(Path file, Instant since) {}

    private static Hash hash(Path file) throws IOException {
        Sha256 sha256 = new Sha256();
        byte[] part = new byte[HASHED_AT_ONCE];
        try (InputStream bytes = Files.newInputStream(file)) {
            for (int count = bytes.read(part); count >= 0; count = bytes.read(part)) {
                sha256.add(part, 0, count);
            }
        }
        return sha256.finish();
    }

    /** Lets all count on packs, once commits will name them: a commit that counts on a pack and does not name it is not whole. */
    private void tell(Known shared, List<PackInfo> written) throws IOException {
        note(shared, written);
        // In nobody's way: who does not know of a pack yet writes what is in it once more.
        try (ChunkReader reader = repository().reader(shared.index)) {
            for (PackInfo hurt : reader.learn(written)) {
                throw new BrokenException("pack " + hurt.name(), "it was written a moment ago, and cannot be read");
            }
        }
    }

    private synchronized void note(Known shared, List<PackInfo> written) throws IOException {
        PackList packs = written.isEmpty() ? shared.packs : repository().name(shared.packs, written);
        // Also if nothing was written: neither may have been possible when this was opened.
        shared.hurt.settle();
        shared.counted.note(packs);
        shared.packs = packs;
        shared.hurt.areRight(written);
        written.forEach(pack -> shared.names.add(pack.name()));
    }

    /**
     * Makes a tree of what was written. Durable when this returns.
     *
     * @throws FileAlreadyExistsException if there is one of that id
     */
    void put(TreeId tree, TreeRef content) throws IOException {
        SnapshotRecord.Named nobody = new SnapshotRecord.Named(pool, "");
        SnapshotRecord record = new SnapshotRecord(
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                nobody,
                nobody,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Known shared = known();
        PackList packs;
        synchronized (this) {
            packs = shared.packs;
        }
        Commit commit =
                new Commit(pool, id(tree), Optional.empty(), clock.instant(), content, packs, List.of(), 0, record);
        if (!(repository().commit(commit) instanceof CommitOutcome.Committed)) {
            throw new FileAlreadyExistsException(tree.toString());
        }
        trees.add(tree);
    }

    /** Takes a tree away; does nothing if there is none. Durable when this returns. */
    void remove(TreeId tree) throws IOException {
        Repository present = present();
        if (present != null) {
            // Also if it is not known: its making may have failed when it was there already.
            present.forget(id(tree));
            trees.remove(tree);
        }
    }

    /** They work beside whoever has much to do. */
    Executor workers() {
        return workers;
    }

    /** Reads what trees hold. What it finds in packs that no commit names yet, nobody else counts on. */
    Reading reader() throws IOException {
        Known shared = known();
        DiskChunkIndex own = shared.indexes.index(newId());
        return new Reading(repository().reader(new OwnIndex(shared.index, own, shared.hurt::add)), own);
    }

    /**
     * Somebody reads, to whom this belongs.
     *
     * @param own what was found on the way, and goes with it
     */
    record Reading(ChunkReader chunks, DiskChunkIndex own) implements AutoCloseable {
        @Override
        public void close() {
            try {
                chunks.close();
            } finally {
                own.discard();
            }
        }
    }

    /**
     * Another one each time that a pack has turned out to be gone, or not to hold what it should, and never one that was before: who remembers what
     * was captured in another must forget it.
     */
    String era() throws IOException {
        return known().hurt.era();
    }
}
