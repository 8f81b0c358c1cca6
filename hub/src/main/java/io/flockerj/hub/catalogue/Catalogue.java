package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import io.flockerj.hub.catalogue.CatalogueRows.Behind;
import io.flockerj.hub.catalogue.CatalogueRows.OnLine;
import io.flockerj.hub.catalogue.CatalogueRows.RefRow;
import io.flockerj.hub.catalogue.CatalogueRows.Standing;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.limit.Turns;
import io.flockerj.store.NoRepositoryException;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Branches, tags and snapshots, found by what people know of them. The storage is the truth, and the rows follow it: when a ref has moved by
 * way of this hub, and when a volumeset is looked at that this hub has not compared with the storage for {@link #FRESH}. So what another hub
 * or a hub that was killed has left undone is seen within that time. What no branch and no tag leads to is not shown. Safe for many threads.
 */
public final class Catalogue {
    /** So long a comparison with the storage holds. */
    public static final Duration FRESH = Duration.ofSeconds(15);

    /** No question waits longer for rows that have to be read from the storage first. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** So many comparisons are remembered. */
    private static final int MOST_COMPARED = 50_000;

    /** So many volumesets are compared at a time, each by one: the refs of each are remembered meanwhile. */
    private static final int MOST_COMPARING = 64;

    /** Of comparisons that were cut off, so many are gone on with. */
    private static final int MOST_CUT_OFF = 1_000;

    /** So many questions at once: fewer than the database has connections, so that nobody's sign-in waits for them. */
    private static final int MOST_QUESTIONS = 8;
    /** And so many about one volumeset. */
    private static final int SHARE = 4;

    private static final int MOST_STEPS = 100_000;
    /** About so many characters a page has at most, and one piece more. */
    private static final long PAGE_CHARACTERS = 2L << 20;

    private final Database database;
    private final InstantSource clock;
    private final Bounds bounds;
    private final Turns comparisons = new Turns(MOST_COMPARING, 1, PATIENCE);
    private final Turns questions = new Turns(MOST_QUESTIONS, SHARE, PATIENCE);
    private final Map<Stored, Instant> compared = lastUsed(MOST_COMPARED);
    private final Map<Stored, String> cutOff = lastUsed(MOST_CUT_OFF);

    /**
     * How much is done at once.
     *
     * @param passed so many snapshots of a line are looked at for one answer: each is a row of its own, and an answer is to take
     *     milliseconds
     * @param piece so many are read from the database at once: labels and message of each can have 80,000 characters
     * @param removed so many go in one transaction: SQLite has one writer, and others wait for it
     * @param counted so far it is counted at first how many snapshots have an author or a label
     */
    record Bounds(int passed, int piece, int removed, int counted) {
        static final Bounds USUAL = new Bounds(2_000, 50, 2_000, 1_000);
    }

    public Catalogue(Database database, InstantSource clock) {
        this(database, clock, Bounds.USUAL);
    }

    Catalogue(Database database, InstantSource clock, Bounds bounds) {
        this.database = database;
        this.clock = clock;
        this.bounds = bounds;
    }

    private static <V> Map<Stored, V> lastUsed(int most) {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Stored, V> eldest) {
                return size() > most;
            }
        });
    }

    /**
     * Follows a ref that was moved.
     *
     * @param remote of the owner
     * @param name with {@code branches/} or {@code tags/}
     */
    public void moved(Backend remote, Stored stored, String name) throws IOException {
        // If this fails, whoever looks next compares.
        forgetComparison(stored);
        Repository repository = Repository.open(remote, stored.volumeset());
        new Following(database, stored, repository, clock, Deadline.in(clock, PATIENCE)).ref(name);
    }

    private void forgetComparison(Stored stored) {
        compared.remove(stored);
    }

    private boolean isFresh(Stored stored) {
        Instant when = compared.get(stored);
        return when != null && clock.instant().isBefore(when.plus(FRESH));
    }

    /**
     * Makes sure that the rows are what the storage has, now or {@link #FRESH} ago.
     *
     * @throws CatalogueException if there is so much to read that it is to be asked for again, or something is damaged
     */
    public void freshen(Backend remote, Stored stored) throws IOException {
        if (isFresh(stored)) {
            return;
        }
        Deadline deadline = Deadline.in(clock, PATIENCE);
        try (Turns.Turn _ = turn(comparisons, stored).orElseThrow(Deadline::behind)) {
            if (!isFresh(stored)) {
                compare(remote, stored, deadline);
            }
        }
    }

    private static Optional<Turns.Turn> turn(Turns turns, Stored stored) throws IOException {
        try {
            return turns.take(stored.owner() + "/" + stored.volumeset().hex());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the catalogue", e);
        }
    }

    private void compare(Backend remote, Stored stored, Deadline deadline) throws IOException {
        Instant begun = clock.instant();
        try {
            Repository repository = Repository.open(remote, stored.volumeset());
            Following following = new Following(database, stored, repository, clock, deadline);
            Damage.told(() -> all(following, stored));
        } catch (NoRepositoryException _) {
            // It was named, and nothing was pushed yet.
            if (!forget(stored, () -> !deadline.isOver())) {
                throw Deadline.behind();
            }
        }
        compared.put(stored, begun);
    }

    /** Goes on where the comparison before was cut off: else one that takes longer than anybody waits would never end. */
    private Stored all(Following following, Stored stored) throws IOException {
        String from = cutOff.getOrDefault(stored, "");
        cutOff.remove(stored);
        Optional<String> left = following.all(from);
        if (left.isPresent()) {
            cutOff.put(stored, left.get());
            throw Deadline.behind();
        }
        return stored;
    }

    /**
     * Takes all rows of a repository away, some at a time, so that others who write get their turn.
     *
     * @param mayGoOn is asked before each time
     * @return whether none is left
     */
    public boolean forget(Stored stored, BooleanSupplier mayGoOn) throws IOException {
        forgetComparison(stored);
        cutOff.remove(stored);
        database.change(handle -> {
            new CatalogueRows(handle, stored).doubtAll();
            return stored;
        });
        boolean isMore = true;
        while (isMore && mayGoOn.getAsBoolean()) {
            isMore = database.change(handle -> new CatalogueRows(handle, stored).removeSome(bounds.removed()));
        }
        return !isMore;
    }

    /**
     * Makes all rows of a repository anew, however long that takes. Until then whoever looks may find less; if it is cut off, it is to be
     * done again.
     */
    public void rebuild(Backend remote, Stored stored) throws IOException {
        forget(stored, () -> true);
        compare(remote, stored, Deadline.none(clock));
    }

    /** Whether branches or tags are meant. */
    public enum RefKind {
        BRANCHES("branches/"),
        TAGS("tags/");

        private final String folder;

        RefKind(String folder) {
            this.folder = folder;
        }
    }

    /**
     * Some branches or tags, by name. Those whose snapshot is not known are passed over, so it may be empty and not the last.
     *
     * @param next behind which name it goes on; empty if there are no more
     */
    public record RefPage(List<NamedRef> refs, Optional<String> next) {
        public RefPage {
            refs = List.copyOf(refs);
        }
    }

    private <T> T ask(Stored stored, Function<CatalogueRows, T> question) throws IOException {
        try (Turns.Turn _ = turn(questions, stored)
                .orElseThrow(() -> new CatalogueException(
                        Reason.BUSY, "too many ask the catalogue of this hub at once; try again"))) {
            return database.read(handle -> question.apply(new CatalogueRows(handle, stored)));
        }
    }

    /** All branches or all tags, by name. */
    public RefPage refs(Stored stored, RefKind kind, String after, int limit) throws IOException {
        return ask(stored, rows -> {
            List<NamedRef> refs = new ArrayList<>();
            List<RefRow> wanted = rows.refs().stream()
                    .filter(row -> row.name().startsWith(kind.folder)
                            && row.snapshot().isPresent()
                            && shortName(row, kind).compareTo(after) > 0)
                    .sorted(Comparator.comparing(RefRow::name))
                    .limit(limit)
                    .toList();
            Map<Id, Snapshot> snapshots = rows.findAll(
                    wanted.stream().flatMap(row -> row.snapshot().stream()).collect(Collectors.toSet()));
            for (RefRow row : wanted) {
                row.snapshot()
                        .flatMap(id -> Optional.ofNullable(snapshots.get(id)))
                        .ifPresent(snapshot -> refs.add(
                                new NamedRef(shortName(row, kind), row.branch(), snapshot, row.moved(), row.by())));
            }
            boolean isLast = wanted.size() < limit;
            return new RefPage(refs, isLast ? Optional.empty() : Optional.of(shortName(wanted.getLast(), kind)));
        });
    }

    private static String shortName(RefRow row, RefKind kind) {
        return row.name().substring(kind.folder.length());
    }

    /** The snapshot that is meant. */
    public Snapshot find(Stored stored, SnapshotRef ref) throws IOException {
        Snapshot named = named(stored, ref.name());
        return ref.back() == 0 ? named : back(stored, named, ref);
    }

    private Snapshot named(Stored stored, String name) throws IOException {
        List<Snapshot> found = ask(stored, rows -> {
            for (RefKind kind : List.of(RefKind.TAGS, RefKind.BRANCHES)) {
                Optional<Snapshot> target =
                        rows.ref(kind.folder + name).flatMap(RefRow::snapshot).flatMap(rows::find);
                if (target.isPresent()) {
                    return List.of(target.get());
                }
            }
            return SnapshotRef.isPrefix(name) ? rows.findByPrefix(name) : List.of();
        });
        if (found.isEmpty()) {
            throw new CatalogueException(
                    Reason.NO_SUCH_REF,
                    "there is no tag, no branch and no snapshot " + name
                            + ", or no branch and no tag leads to it: look at the lists of branches, tags and snapshots");
        }
        if (found.size() > 1) {
            throw new CatalogueException(
                    Reason.AMBIGUOUS, "the ids of several snapshots begin with " + name + ": give more digits");
        }
        return found.getFirst();
    }

    private Snapshot back(Stored stored, Snapshot start, SnapshotRef ref) throws IOException {
        int left = ref.back();
        Optional<Id> at = start.parent();
        for (int passed = 0; at.isPresent() && passed < MOST_STEPS; ) {
            List<OnLine> line = line(stored, at.get());
            for (OnLine each : line) {
                left -= each.snapshot().isPresent() ? 1 : 0;
                if (left == 0) {
                    return each.snapshot().orElseThrow();
                }
            }
            passed += Math.max(1, line.size());
            at = line.isEmpty() ? Optional.empty() : line.getLast().parent();
        }
        throw new CatalogueException(
                Reason.NO_SUCH_REF, "the history of " + ref.name() + " does not go back " + ref.back() + " snapshots");
    }

    private List<OnLine> line(Stored stored, Id start) throws IOException {
        return ask(stored, rows -> rows.line(start, bounds.piece()));
    }

    /** Snapshots, the newest first. A page may have fewer than there are, even none, and be followed by others. */
    public SnapshotPage snapshots(Stored stored, SnapshotQuery asked) throws IOException {
        return asked.branch().isPresent()
                ? onBranch(stored, asked, asked.branch().get())
                : everywhere(stored, asked);
    }

    private SnapshotPage everywhere(Stored stored, SnapshotQuery asked) throws IOException {
        List<Snapshot> page = new ArrayList<>();
        Optional<Behind> behind = Optional.empty();
        if (asked.after().isPresent()) {
            Snapshot after = required(stored, asked.after().get());
            behind = Optional.of(new Behind(after.time(), after.id()));
        }
        List<String> facets = ask(stored, rows -> rows.rarestFirst(asked.facets(), bounds.counted()));
        long characters = 0;
        while (page.size() < asked.limit()) {
            int most = Math.min(bounds.piece(), asked.limit() - page.size());
            Optional<Behind> here = behind;
            List<Snapshot> piece = ask(stored, rows -> rows.list(asked, facets, here, most));
            page.addAll(piece);
            if (piece.size() < most) {
                return new SnapshotPage(page, Optional.empty());
            }
            behind = Optional.of(
                    new Behind(piece.getLast().time(), piece.getLast().id()));
            characters += piece.stream().mapToLong(Catalogue::characters).sum();
            if (characters > PAGE_CHARACTERS) {
                break;
            }
        }
        return new SnapshotPage(page, behind.map(Behind::id));
    }

    private static long characters(Snapshot snapshot) {
        return snapshot.told()
                .map(told -> told.message().orElse("").length()
                        + told.labels().entrySet().stream()
                                .mapToLong(label -> label.getKey().length()
                                        + label.getValue().length())
                                .sum())
                .orElse(0L);
    }

    private Snapshot required(Stored stored, Id after) throws IOException {
        Optional<Snapshot> found = ask(stored, rows -> rows.find(after));
        return found.orElseThrow(() -> new CatalogueException(
                Reason.INVALID, "after: there is no snapshot " + after.hex() + " any more: begin anew"));
    }

    /** Where a list goes on; nobody can have got the id of one of which not all is here that it comes from. */
    private Standing standing(Stored stored, Id after) throws IOException {
        return ask(stored, rows -> rows.standing(after)).filter(Standing::whole).orElseThrow(Catalogue::lost);
    }

    private static CatalogueException lost() {
        return new CatalogueException(
                Reason.INVALID, "after: the hub does not know any more what comes behind this snapshot: begin anew");
    }

    private SnapshotPage onBranch(Stored stored, SnapshotQuery asked, String branch) throws IOException {
        Optional<Id> at =
                ask(stored, rows -> rows.ref(RefKind.BRANCHES.folder + branch)).flatMap(RefRow::snapshot);
        if (at.isEmpty()) {
            throw new CatalogueException(Reason.NO_SUCH_REF, "there is no branch " + branch);
        }
        if (asked.after().isPresent()) {
            at = standing(stored, asked.after().get()).parent();
        }
        List<Snapshot> page = new ArrayList<>();
        long characters = 0;
        for (int passed = 0; at.isPresent(); ) {
            List<OnLine> line = line(stored, at.get());
            if (line.isEmpty()) {
                // Its row went after the one before it was read.
                throw asked.after().isPresent() ? lost() : Deadline.behind();
            }
            for (OnLine each : line) {
                passed++;
                at = each.parent();
                if (each.snapshot().filter(asked::admits).isPresent()) {
                    page.add(each.snapshot().get());
                    characters += characters(page.getLast());
                }
                // Behind one that is too old there can be others: that none is older than its parent is
                // promised by hosts (docs/format.md), and not checked.
                boolean isFull =
                        page.size() == asked.limit() || characters > PAGE_CHARACTERS || passed == bounds.passed();
                if (isFull) {
                    return new SnapshotPage(page, at.isPresent() ? Optional.of(each.id()) : Optional.empty());
                }
            }
        }
        return new SnapshotPage(page, Optional.empty());
    }
}
