package io.flockerj.plugin.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.RecordFields;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RecordShelf;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    private static final Logger LOG = LoggerFactory.getLogger(StagedTrees.class);
    private static final String DIRECTORY = "staged";
    private static final int FORMAT = 1;

    private final Path pool;
    private final RecordFiles files;
    private final RecordShelf<Staged> shelf;
    private final StorageDriver driver;
    /** Those that an attempt fills or takes from. */
    private final Set<TreeId> inHand = new HashSet<>();

    private StagedTrees(Path pool, RecordFiles files, RecordShelf<Staged> shelf, StorageDriver driver) {
        this.pool = pool;
        this.files = files;
        this.shelf = shelf;
        this.driver = driver;
    }

    /** What was to become a snapshot. */
    private record Staged(TreeId tree, RandomId snapshot, RandomId volumeset, Instant begunAt) {}

    /** Reads what is there. */
    static StagedTrees load(Path pool, RecordFiles files, StorageDriver driver) throws IOException {
        Path directory = pool.resolve(DIRECTORY);
        RecordShelf.Form<Staged> form =
                new RecordShelf.Form<>(staged -> staged.tree().id(), StagedTrees::write, StagedTrees::read);
        RecordShelf<Staged> shelf = Files.exists(directory)
                ? RecordShelf.load(directory, files, form)
                : RecordShelf.empty(directory, files, form);
        return new StagedTrees(pool, files, shelf, driver);
    }

    /**
     * As JSON: {@code {"format": 1, "tree": "<32 hex>", "snapshot": "<32 hex>", "volumeset": "<32 hex>", "begunAt":
     * "2026-11-03T23:32:00Z"}}.
     */
    private static byte[] write(Staged staged) throws IOException {
        ObjectNode json = RecordFields.newObject();
        json.put("format", FORMAT)
                .put("tree", staged.tree().id().hex())
                .put("snapshot", staged.snapshot().hex())
                .put("volumeset", staged.volumeset().hex())
                .put("begunAt", staged.begunAt().toString());
        return RecordFields.write(json);
    }

    private static Staged read(byte[] bytes) throws IOException {
        return RecordFields.read(bytes, fields -> {
            fields.format(FORMAT, FORMAT);
            return new Staged(
                    new TreeId(fields.id("tree")),
                    fields.id("snapshot"),
                    fields.id("volumeset"),
                    fields.instant("begunAt"));
        });
    }

    /** Those that are kept. */
    Set<TreeId> trees() {
        Set<TreeId> trees = new HashSet<>();
        shelf.all().forEach(staged -> trees.add(staged.tree()));
        return trees;
    }

    /**
     * How many bytes on disk an attempt at a snapshot would find here; 0 if nobody counts them, empty if there is nothing for it.
     *
     * @throws IOException if they cannot be asked for
     */
    synchronized Optional<Long> found(Snapshot record) throws IOException {
        Optional<TreeId> tree = leftFor(record);
        return tree.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        driver.usedBytes(tree.get(), SpaceAccount.of(tree.get().id()))
                                .orElse(0L));
    }

    /** Of the same snapshot, or else of another one of its history: the newest that nobody uses. */
    private Optional<TreeId> leftFor(Snapshot record) {
        return idle().stream()
                .filter(staged -> staged.volumeset().equals(record.volumeset().id()))
                .max(Comparator.comparing((Staged staged) -> staged.snapshot().equals(record.id()))
                        .thenComparing(Staged::begunAt))
                .map(Staged::tree);
    }

    private List<Staged> idle() {
        List<Staged> idle = new ArrayList<>();
        shelf.all().forEach(idle::add);
        idle.removeIf(staged -> inHand.contains(staged.tree()));
        return idle;
    }

    /** Begins to put a snapshot together in a tree that is not there yet. */
    synchronized Attempt begin(Snapshot record, TreeId tree, Instant now) {
        Optional<TreeId> left = leftFor(record);
        inHand.add(tree);
        left.ifPresent(inHand::add);
        return new Attempt(new Staged(tree, record.id(), record.volumeset().id(), now), left);
    }

    /** One attempt at a snapshot. Whoever begins it ends it. */
    final class Attempt {
        private final Staged staged;
        private final Optional<TreeId> left;
        private boolean isKept;

        private Attempt(Staged staged, Optional<TreeId> left) {
            this.staged = staged;
            this.left = left;
        }

        TreeId tree() {
            return staged.tree();
        }

        /** What an earlier attempt has left. */
        Optional<TreeId> left() {
            return left;
        }

        /** From now on there is more in the tree than in that of the attempt before, for all that was there was found first. */
        void keep() {
            try {
                put(staged);
                isKept = true;
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("tree", tree())
                        .log("A pull that is cut off will have to begin from its beginning");
            }
        }

        /** @param isDone whether the snapshot is there */
        void end(boolean isDone) {
            synchronized (StagedTrees.this) {
                inHand.remove(tree());
                left.ifPresent(inHand::remove);
                if (isDone || !isKept) {
                    destroy(tree());
                }
                for (Staged other : idle()) {
                    boolean isOlder = isKept
                            && other.snapshot().equals(staged.snapshot())
                            && !other.tree().equals(tree());
                    if (isOlder || (isDone && other.volumeset().equals(staged.volumeset()))) {
                        destroy(other.tree());
                    }
                }
            }
        }
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
        idle.sort(Comparator.comparing(Staged::begunAt).reversed());
        Set<RandomId> seen = new HashSet<>();
        int kept = 0;
        for (Staged staged : idle) {
            boolean isNewest = seen.add(staged.snapshot());
            boolean isOld = staged.begunAt().plus(KEPT).isBefore(now);
            if (!isNewest || isOld || isHere.test(staged.snapshot()) || ++kept > MOST_KEPT) {
                drop(staged);
            }
        }
    }

    /** Destroys all that nobody uses, for the pool is short of space; but for what is left for a snapshot, if that is said. */
    synchronized void makeRoom(Optional<Snapshot> wanted) {
        Optional<TreeId> spared = wanted.flatMap(this::leftFor);
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
