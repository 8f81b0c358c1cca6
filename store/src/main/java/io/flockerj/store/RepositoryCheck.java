package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.IndexedPack;
import io.flockerj.store.pack.PackEnd;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackReader;
import io.flockerj.store.pack.PackTable;
import io.flockerj.store.tree.NodeSource;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.TreeScan;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Looks whether everything is in a repository that its snapshots need, and is what it should be. Reads only. For one check, by one thread,
 * which closes it.
 */
public final class RepositoryCheck implements AutoCloseable {
    private static final int PART = 8 << 20;
    private static final int PERCENT = 100;
    /** In 17 MiB; of content without holes they are 16 GiB. */
    static final int BLOCKS_REMEMBERED = 1 << 18;

    /** In 9 MiB. */
    private static final int CONTENTS_REMEMBERED = 1 << 17;

    private final Repository repository;
    private final Backend backend;
    private final Layout layout;
    private final Watch watch;
    private final int blocksRemembered;
    private final PackReader packs;
    private final ChunkIndex index;
    private final Map<Hash, Long> sizes = new HashMap<>();
    /** What is wrong with packs, by their names. */
    private final Map<Hash, String> broken = new HashMap<>();

    /** The broken packs of which the index has what is left. */
    private final Set<Hash> salvaged = new HashSet<>();

    private final Map<Hash, PackInfo> learned = new HashMap<>();
    private boolean isAllLearned;
    /** What no commit says of a pack. */
    private static final Hash NO_FOOTER = new Hash(0, 0, 0, 0);

    /** Which packs are read as a whole, and which content, by its digest. */
    private Predicate<Hash> isReadWhole = hash -> false;

    private long bytesRead;
    /** How often the index was told that a pack does not hold what it knew of it. */
    private int losses;

    /** Is told how far a check is, and may end it by throwing. */
    @FunctionalInterface
    public interface Watch {
        /** So many bytes were read, and so many snapshots looked at, since it was last told. */
        void done(long bytes, long snapshots) throws IOException;
    }

    /** A snapshot, a branch, a tag or an index by its whole name, or a pack, that is not what it should be, and why. */
    public record Hurt(String what, String why) {}

    /**
     * What a check found.
     *
     * @param snapshots how many there are, with those that are hurt
     * @param bytesRead of packs
     * @param hurt what cannot be used as it should
     * @param brokenPacks packs that are not what they should be, whether or not a snapshot is hurt by that
     */
    public record Outcome(int snapshots, long bytesRead, List<Hurt> hurt, List<Hurt> brokenPacks) {}

    RepositoryCheck(
            Repository repository,
            Backend backend,
            Layout layout,
            ChunkIndex index,
            Watch watch,
            int blocksRemembered) {
        this.repository = repository;
        this.backend = backend;
        this.layout = layout;
        this.index = index;
        this.watch = watch;
        this.blocksRemembered = blocksRemembered;
        this.packs = new PackReader(layout.source(backend));
    }

    /**
     * Looks at all there is.
     *
     * @param percent of the packs that are read as a whole, 0 to 100; of the others what says what is in them. So many percent of what files
     *     hold are put together and compared with their digests too
     * @param seed chooses which
     */
    public Outcome run(int percent, long seed, Refs refs) throws IOException {
        List<Hurt> hurt = new ArrayList<>();
        List<Commit> commits = commits(hurt);
        // After the commits: what these need was there before them.
        backend.list(layout.packs(), this::list);
        int snapshots = commits.size() + hurt.size();
        isReadWhole = hash -> Math.floorMod(hash.first() ^ seed, PERCENT) < percent;
        for (Hash pack : sizes.keySet().stream().sorted().toList()) {
            if (isReadWhole.test(pack)) {
                readWhole(pack);
            }
        }
        List<Commit> readable = new ArrayList<>();
        for (Commit commit : commits) {
            if (isWhole(commit, hurt, () -> learn(commit))) {
                readable.add(commit);
            }
        }
        scan(readable, percent > 0, hurt);
        if (!index.isComplete()) {
            throw new IOException("a check notes on this host what is in packs, and some of that could not be kept, so"
                    + " it cannot tell what is missing; give the pool more space, and check again");
        }
        hurtRefs(refs, hurt);
        hurtIndexes(hurt);
        List<Hurt> packsHurt = broken.entrySet().stream()
                .map(pack -> new Hurt(pack.getKey().hex(), pack.getValue()))
                .toList();
        return new Outcome(snapshots, bytesRead, hurt, packsHurt);
    }

    private void list(Listed listed) {
        layout.packOf(listed.name()).ifPresent(pack -> sizes.put(pack, listed.size()));
    }

    /** The commits that can be read, the oldest first; the others are hurt. */
    private List<Commit> commits(List<Hurt> hurt) throws IOException {
        List<Commit> commits = new ArrayList<>();
        for (Id snapshot : repository.snapshots()) {
            try {
                repository.commit(snapshot).ifPresent(commits::add);
            } catch (BrokenException | UnsupportedException e) {
                hurt.add(new Hurt(snapshot.hex(), String.valueOf(e.getMessage())));
            }
        }
        commits.sort(Comparator.comparing(Commit::time));
        return commits;
    }

    /** Again, as long as a pack turned out broken that something was found in before: that may have been taken for right. */
    private void scan(List<Commit> commits, boolean isContentRead, List<Hurt> hurt) throws IOException {
        List<Hurt> found;
        int before;
        int counted = 1;
        do {
            before = losses;
            found = new ArrayList<>();
            scanOnce(commits, isContentRead, found, counted);
            counted = 0;
        } while (losses > before);
        hurt.addAll(found);
    }

    /** @param counted how many each snapshot counts for whoever watches */
    private void scanOnce(List<Commit> commits, boolean isContentRead, List<Hurt> hurt, int counted)
            throws IOException {
        NodeSource nodes = id -> read(id).toArray();
        // Of none, if no file is put together.
        HashMemory blocks = new HashMemory(isContentRead ? blocksRemembered : HashMemory.WAYS);
        HashMemory right = new HashMemory(CONTENTS_REMEMBERED);
        TreeScan.Content content = isContentRead ? contentOf(nodes, blocks) : chunksOf(nodes);
        TreeScan scan = new TreeScan(nodes, new LookedAtOnce(content, right));
        for (Commit commit : commits) {
            blocks.next();
            right.next();
            isWhole(commit, hurt, () -> scan.scan(commit.tree()));
            watch.done(0, counted);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static boolean isWhole(Commit commit, List<Hurt> hurt, Step step) throws IOException {
        try {
            step.run();
            return true;
        } catch (BrokenException | UnsupportedException | NoSuchObjectException e) {
            hurt.add(new Hurt(commit.snapshot().hex(), String.valueOf(e.getMessage())));
            return false;
        }
    }

    private void learn(Commit commit) throws IOException {
        for (PackInfo pack : repository.packs(commit.packs())) {
            learn(pack);
        }
    }

    /** What is wrong with a pack hurts only those that need something that is nowhere else. */
    private void learn(PackInfo pack) throws IOException {
        if (learned.putIfAbsent(pack.name(), pack) != null || broken.containsKey(pack.name())) {
            return;
        }
        try {
            Long size = sizes.putIfAbsent(pack.name(), pack.size());
            if (size == null && isReadWhole.test(pack.name())) {
                // The list may have been older than the commit.
                readWhole(pack.name());
                if (broken.containsKey(pack.name())) {
                    return;
                }
            }
            if (size != null && size != pack.size()) {
                throw new BrokenException(
                        "pack " + pack.name(), "it has " + size + " bytes in place of " + pack.size());
            }
            index.add(pack, packs.end(pack).table());
            watch.done(pack.footerLength(), 0);
            bytesRead += pack.footerLength();
        } catch (NoSuchObjectException e) {
            broken.put(pack.name(), "it is not there");
        } catch (BrokenException | UnsupportedException e) {
            broken.put(pack.name(), String.valueOf(e.getMessage()));
        }
    }

    /** Looks whether all chunks of some content are there. */
    private TreeScan.Content chunksOf(NodeSource nodes) {
        SegmentReader segments = new SegmentReader(nodes);
        return (storage, size, digest) -> segments.read(storage, size, digest, this::require);
    }

    /** Compares content with its digest too, for right chunks can be listed wrongly. */
    private TreeScan.Content contentOf(NodeSource nodes, HashMemory blocks) {
        TreeScan.Content chunks = chunksOf(nodes);
        SegmentReader segments = new SegmentReader(nodes);
        ContentCheck comparison = new ContentCheck(this::read, blocks);
        return (storage, size, digest) -> {
            if (isReadWhole.test(digest)) {
                ContentCheck.Content content = comparison.begin();
                segments.read(storage, size, digest, content);
                content.finish(digest);
            } else {
                chunks.look(storage, size, digest);
            }
        };
    }

    /** Not by a reader, which would forget all of a pack for one chunk that is not right. */
    private Bytes read(Hash chunk) throws IOException {
        while (true) {
            ChunkPlace place = place(chunk);
            try {
                Bytes bytes = packs.chunk(chunk, place);
                watch.done(bytes.length(), 0);
                return bytes;
            } catch (BrokenException | NoSuchObjectException e) {
                // Each pack comes here twice at most: then nothing of it is left.
                broken.putIfAbsent(place.pack(), String.valueOf(e.getMessage()));
                losses++;
                index.remove(place.pack());
                salvage(place.pack());
            }
        }
    }

    private void require(Segment segment) throws IOException {
        if (segment instanceof Segment.Slice slice) {
            place(slice.chunk());
        }
    }

    private ChunkPlace place(Hash chunk) throws IOException {
        Optional<ChunkPlace> place = index.find(chunk);
        if (place.isEmpty() && !isAllLearned) {
            learnTheRest();
            place = index.find(chunk);
        }
        if (place.isEmpty()) {
            String why = broken.isEmpty()
                    ? "it is in no pack"
                    : "it is in no pack that is whole; " + broken.size() + " are not, such as "
                            + broken.entrySet().iterator().next();
            throw new BrokenException("chunk " + chunk, why);
        }
        return place.get();
    }

    /** A reader looks for a chunk in all packs (format.md section 5.1), in those too that no commit names, or that are broken elsewhere. */
    private void learnTheRest() throws IOException {
        isAllLearned = true;
        for (Hash pack : sizes.keySet().stream().sorted().toList()) {
            if (broken.containsKey(pack)) {
                salvage(pack);
            } else if (!learned.containsKey(pack)) {
                learnUnnamed(pack);
            }
        }
    }

    private void learnUnnamed(Hash pack) throws IOException {
        try {
            PackEnd end = packs.end(pack, sizes.getOrDefault(pack, 0L));
            index.add(end.info(), end.table());
            watch.done(end.info().footerLength(), 0);
            bytesRead += end.info().footerLength();
        } catch (NoSuchObjectException e) {
            // Somebody has taken it away, which hurts nobody who counts on it.
        } catch (BrokenException | UnsupportedException e) {
            broken.put(pack, String.valueOf(e.getMessage()));
        }
    }

    /** Compares a pack with its name, and if it has another, each chunk in it with its id. */
    private void readWhole(Hash pack) throws IOException {
        Sha256 sha256 = new Sha256();
        long size = sizes.getOrDefault(pack, 0L);
        for (long at = 0; at < size; at += PART) {
            byte[] part = backend.read(layout.pack(pack), at, (int) Math.min(PART, size - at));
            sha256.add(part, 0, part.length);
            bytesRead += part.length;
            watch.done(part.length, 0);
        }
        if (!sha256.finish().equals(pack)) {
            broken.put(pack, "its bytes are not those that it is named by");
            salvage(pack);
        }
    }

    /** Lets the index know of the chunks of a broken pack that are right all the same, and of no others; once. */
    private void salvage(Hash pack) throws IOException {
        Optional<PackEnd> found = salvaged.contains(pack) ? Optional.empty() : end(pack);
        if (found.isEmpty()) {
            return; // Nothing in it is found then, which hurts whoever needs it.
        }
        salvaged.add(pack);
        PackEnd end = found.get();
        BitSet right = new BitSet();
        for (int chunk = 0; chunk < end.table().chunks(); chunk++) {
            right.set(chunk, isRight(pack, end.table(), chunk));
        }
        if (!right.isEmpty()) {
            // As another pack: what an index remembers of the whole one must not come back with this.
            index.add(
                    new PackInfo(pack, end.info().size(), end.info().footerLength(), NO_FOOTER),
                    end.table().only(right));
        }
    }

    /** As a commit says of it, if one has been asked that does; or else as it says itself. */
    private Optional<PackEnd> end(Hash pack) throws IOException {
        PackInfo named = learned.get(pack);
        if (named != null) {
            try {
                return Optional.of(packs.end(named));
            } catch (BrokenException | UnsupportedException | NoSuchObjectException e) {
                // Whoever looks into all packs believes what they say themselves.
            }
        }
        try {
            return Optional.of(packs.end(pack, sizes.getOrDefault(pack, 0L)));
        } catch (BrokenException | UnsupportedException | NoSuchObjectException e) {
            return Optional.empty();
        }
    }

    private boolean isRight(Hash pack, PackTable table, int chunk) throws IOException {
        try {
            watch.done(packs.chunk(table.chunk(chunk), table.place(pack, chunk)).length(), 0);
            return true;
        } catch (BrokenException | UnsupportedException | NoSuchObjectException e) {
            return false; // It is lost, unless it is in another pack too.
        }
    }

    /** One that is broken hurts nobody, but has to be looked at in vain; one that tells something else than packs do is believed by nobody. */
    private void hurtIndexes(List<Hurt> hurt) throws IOException {
        for (Listed listed : new PackIndexes(backend, layout, new Requests(Runnable::run)).all()) {
            String what = "index/" + listed.name().lastSegment();
            try {
                byte[] bytes = backend.read(listed.name(), 0, (int) listed.size());
                bytesRead += bytes.length;
                watch.done(bytes.length, 0);
                for (IndexedPack pack : PackIndexes.packs(listed.name(), bytes, learned::containsKey)) {
                    if (!pack.end().info().equals(learned.get(pack.name()))) {
                        throw new BrokenException(listed.name().text(), "pack " + pack.name() + " ends in another way");
                    }
                }
            } catch (BrokenException | UnsupportedException e) {
                hurt.add(new Hurt(what, e.getMessage() + "; no snapshot needs it, and it may be deleted"));
            } catch (NoSuchObjectException e) {
                // Another writer has just made a larger one of it and others.
            }
        }
    }

    private void hurtRefs(Refs refs, List<Hurt> hurt) throws IOException {
        for (String name : refs.names()) {
            try {
                Optional<RefValue.Target> target =
                        refs.read(name).flatMap(ref -> ref.value().target());
                if (target.isPresent()) {
                    whyNot(target.get()).ifPresent(why -> hurt.add(new Hurt(name, why)));
                }
            } catch (BrokenException | UnsupportedException e) {
                hurt.add(new Hurt(name, String.valueOf(e.getMessage())));
            }
        }
    }

    private Optional<String> whyNot(RefValue.Target target) throws IOException {
        Optional<Repository.Committed> there = repository.committed(target.snapshot());
        if (there.isPresent() && there.get().hash().equals(target.commit())) {
            return Optional.empty();
        }
        return Optional.of("the snapshot " + target.snapshot().abbreviated() + " that it names "
                + (there.isEmpty() ? "is not there" : "is another one"));
    }

    @Override
    public void close() {
        packs.close();
    }
}
