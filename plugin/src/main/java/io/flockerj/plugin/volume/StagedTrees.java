package io.flockerj.plugin.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import io.flockerj.plugin.history.DamagedRecord;
import io.flockerj.plugin.history.RecordFields;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RecordShelf;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trees in which snapshots of other hosts are put together. One that was cut off stays for a while, with a record of what it was to become, so that
 * the next attempt finds there what has arrived. None of them is anybody's content: each may be destroyed at any moment when no attempt uses it.
 */
final class StagedTrees {
    /** How long one is kept. */
    static final Duration KEPT = Duration.ofDays(3);

    /** How many are kept. */
    static final int MOST_KEPT = 4;

    /** How much more is brought before its record says so: that much is not counted after a kill. */
    private static final long NOTED_EVERY = 32 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(StagedTrees.class);
    private static final String DIRECTORY = "staged";
    private static final int FORMAT = 1;

    private static final Comparator<Staged> RICHEST_LAST =
            Comparator.comparingLong(Staged::content).thenComparing(Staged::begunAt);

    private final Path pool;
    private final RecordFiles files;
    private final RecordShelf<Staged> shelf;
    private final StorageDriver driver;
    private final Set<TreeId> filled = new HashSet<>();
    /** Those that attempts take from, as often as they do. */
    private final Multiset<TreeId> read = HashMultiset.create();

    private StagedTrees(Path pool, RecordFiles files, RecordShelf<Staged> shelf, StorageDriver driver) {
        this.pool = pool;
        this.files = files;
        this.shelf = shelf;
        this.driver = driver;
    }

    /**
     * What was to become a snapshot.
     *
     * @param content bytes that were written of it, at least
     */
    private record Staged(TreeId tree, RandomId snapshot, RandomId volumeset, Instant begunAt, long content) {
        Staged with(long bytes) {
            return new Staged(tree, snapshot, volumeset, begunAt, bytes);
        }
    }

    /** Reads what is there. A record that is damaged is deleted: with its tree nothing is lost that cannot be fetched again. */
    static StagedTrees load(Path pool, RecordFiles files, StorageDriver driver) throws IOException {
        Path directory = pool.resolve(DIRECTORY);
        RecordShelf.Form<Staged> form =
                new RecordShelf.Form<>(staged -> staged.tree().id(), StagedTrees::write, StagedTrees::read);
        RecordShelf<Staged> shelf = Files.exists(directory)
                ? RecordShelf.load(directory, files, form)
                : RecordShelf.empty(directory, files, form);
        shelf.damaged().forEach(damaged -> discard(shelf, damaged));
        return new StagedTrees(pool, files, shelf, driver);
    }

    private static void discard(RecordShelf<Staged> shelf, DamagedRecord damaged) {
        try {
            shelf.discard(damaged);
            LOG.atWarn()
                    .addKeyValue("file", damaged.file())
                    .log(
                            "Removed a damaged record of what a pull that was cut off had brought; its tree goes to the trash");
        } catch (IOException e) {
            LOG.atWarn().setCause(e).addKeyValue("file", damaged.file()).log("A damaged record cannot be removed");
        }
    }

    /**
     * As JSON: {@code {"format": 1, "tree": "<32 hex>", "snapshot": "<32 hex>", "volumeset": "<32 hex>", "begunAt":
     * "2026-11-03T23:32:00Z", "content": 1048576}}.
     */
    private static byte[] write(Staged staged) throws IOException {
        ObjectNode json = RecordFields.newObject();
        json.put("format", FORMAT)
                .put("tree", staged.tree().id().hex())
                .put("snapshot", staged.snapshot().hex())
                .put("volumeset", staged.volumeset().hex())
                .put("begunAt", staged.begunAt().toString())
                .put("content", staged.content());
        return RecordFields.write(json);
    }

    private static Staged read(byte[] bytes) throws IOException {
        return RecordFields.read(bytes, fields -> {
            fields.format(FORMAT, FORMAT);
            return new Staged(
                    new TreeId(fields.id("tree")),
                    fields.id("snapshot"),
                    fields.id("volumeset"),
                    fields.instant("begunAt"),
                    fields.number("content"));
        });
    }

    /** Those that are kept. */
    Set<TreeId> trees() {
        Set<TreeId> trees = new HashSet<>();
        shelf.all().forEach(staged -> trees.add(staged.tree()));
        return trees;
    }

    /**
     * How many bytes of content an attempt at a snapshot finds here, of which it takes no more space.
     *
     * @throws IOException if that cannot be told
     */
    synchronized long found(Snapshot record) throws IOException {
        if (driver instanceof Shelving) {
            return 0; // Its file systems may have to copy what is found.
        }
        Optional<Staged> best = best(record);
        return best.isPresent() && driver.exists(best.get().tree()) ? best.get().content() : 0;
    }

    private Optional<Staged> best(Snapshot record) {
        return leftFor(record).stream().findFirst();
    }

    /** Of the same snapshot, and then of others of its history, with the most content first. What is being filled may change. */
    private List<Staged> leftFor(Snapshot record) {
        return without(filled).stream()
                .filter(staged -> staged.volumeset().equals(record.volumeset().id()))
                .sorted(Comparator.comparing(
                                (Staged staged) -> staged.snapshot().equals(record.id()))
                        .thenComparing(RICHEST_LAST)
                        .reversed())
                .limit(MOST_KEPT)
                .toList();
    }

    private List<Staged> without(Collection<TreeId> trees) {
        List<Staged> others = new ArrayList<>();
        shelf.all().forEach(others::add);
        others.removeIf(staged -> trees.contains(staged.tree()));
        return others;
    }

    /** Those that no attempt has to do with. */
    private List<Staged> idle() {
        List<Staged> idle = without(filled);
        idle.removeIf(staged -> read.contains(staged.tree()));
        return idle;
    }

    /** Begins to put a snapshot together in a tree that is not there yet. */
    synchronized Attempt begin(Snapshot record, TreeId tree, Instant now) {
        List<TreeId> left = leftFor(record).stream().map(Staged::tree).toList();
        filled.add(tree);
        read.addAll(left);
        return new Attempt(new Staged(tree, record.id(), record.volumeset().id(), now, 0), left);
    }

    /** One attempt at a snapshot. Whoever begins it closes it. For one thread. */
    final class Attempt implements AutoCloseable {
        private final List<TreeId> left;
        private Staged staged;
        private long content;
        private boolean isNoted;
        private Optional<Predicate<RandomId>> overtaken = Optional.empty();

        private Attempt(Staged staged, List<TreeId> left) {
            this.staged = staged;
            this.left = left;
        }

        TreeId tree() {
            return staged.tree();
        }

        /** What earlier attempts have left, the best of it first. */
        List<TreeId> left() {
            return left;
        }

        /** There are so many more bytes of content in the tree. */
        void brought(long bytes) {
            content += bytes;
            if (!isNoted || content - staged.content() >= NOTED_EVERY) {
                note();
            }
        }

        private void note() {
            try {
                put(staged.with(content));
                staged = staged.with(content);
                isNoted = true;
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("tree", tree())
                        .log("A pull that is cut off may have to fetch again what it has brought");
            }
        }

        /**
         * The snapshot is there.
         *
         * @param others tells of another one whether nobody needs it brought any more
         */
        void done(Predicate<RandomId> others) {
            overtaken = Optional.of(others);
        }

        @Override
        public void close() {
            if (overtaken.isEmpty() && content > staged.content()) {
                note();
            }
            synchronized (StagedTrees.this) {
                filled.remove(tree());
                left.forEach(read::remove);
                if (overtaken.isPresent() || !isNoted) {
                    destroy(tree());
                }
                Predicate<Staged> isOfNoUse = overtaken.isPresent()
                        ? other -> isSame(other) || overtaken.get().test(other.snapshot())
                        : poorer(staged.snapshot());
                idle().stream().filter(isOfNoUse).toList().forEach(other -> destroy(other.tree()));
            }
        }

        private boolean isSame(Staged other) {
            return other.snapshot().equals(staged.snapshot());
        }
    }

    /** Which of the trees for a snapshot are not the one with the most content. */
    private Predicate<Staged> poorer(RandomId snapshot) {
        Optional<TreeId> richest = without(filled).stream()
                .filter(staged -> staged.snapshot().equals(snapshot))
                .max(RICHEST_LAST)
                .map(Staged::tree);
        return staged -> staged.snapshot().equals(snapshot) && !richest.equals(Optional.of(staged.tree()));
    }

    private void put(Staged staged) throws IOException {
        if (!Files.exists(pool.resolve(DIRECTORY))) {
            Files.createDirectories(pool.resolve(DIRECTORY));
            files.sync(pool);
        }
        shelf.put(staged);
    }

    /** What cannot be destroyed now stays for the next time, or, if it has no record, goes to the trash at the next start. */
    private void destroy(TreeId tree) {
        try {
            driver.destroy(tree);
            driver.release(SpaceAccount.of(tree.id()));
            Optional<Staged> record = shelf.find(tree.id());
            if (record.isPresent()) {
                shelf.delete(record.get());
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).addKeyValue("tree", tree).log("What a snapshot was made of stays for now");
        }
    }

    /**
     * Destroys what is too old or too much, and what nobody can want any more.
     *
     * @param isHere whether a snapshot is here
     */
    synchronized void tidy(Instant now, Predicate<RandomId> isHere) {
        List<Staged> idle = idle();
        idle.sort(RICHEST_LAST.reversed());
        Set<RandomId> seen = new HashSet<>();
        int kept = 0;
        for (Staged staged : idle) {
            boolean isRichest = seen.add(staged.snapshot());
            boolean isOld = staged.begunAt().plus(KEPT).isBefore(now);
            if (!isRichest || isOld || isHere.test(staged.snapshot()) || ++kept > MOST_KEPT) {
                drop(staged);
            }
        }
    }

    /** Destroys all that no attempt has to do with, for the pool is short of space; but for the best of what is left for a snapshot, if that is said. */
    synchronized void makeRoom(Optional<Snapshot> wanted) {
        Optional<TreeId> spared = wanted.flatMap(this::best).map(Staged::tree);
        for (Staged staged : idle()) {
            if (!spared.equals(Optional.of(staged.tree()))) {
                drop(staged);
            }
        }
    }

    private void drop(Staged staged) {
        LOG.atInfo()
                .addKeyValue("snapshot", staged.snapshot().abbreviated())
                .log("Removed what a pull that was cut off had brought");
        destroy(staged.tree());
    }
}
