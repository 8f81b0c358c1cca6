package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import io.flockerj.hub.catalogue.DifferenceWalk.Found;
import io.flockerj.hub.limit.Turns;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.NoRepositoryException;
import io.flockerj.store.Repository;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.DirectoryCursor;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what snapshots hold from the storage, each byte compared with what names it. So many read at a time that memory is enough for them;
 * others wait a while for their turn. Safe for many threads.
 */
public final class Trees {
    /** Each has 8 MB of nodes at most. */
    private static final int MOST_PAGES = 8;
    /** Each has 16 MB at most, and lasts as long as its reader takes. */
    private static final int MOST_STREAMS = 12;
    /** What one reader has of both at most, so that slow ones do not keep all others waiting. */
    private static final int SHARE = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** So long a page is looked for; then it has as many as were found. */
    private static final Duration LONGEST_PAGE = Duration.ofSeconds(10);
    /** About so many characters a page has at most. */
    private static final long PAGE_CHARACTERS = 2L << 20;

    private final Indexes indexes;
    private final InstantSource clock;
    private final Turns pages = new Turns(MOST_PAGES, SHARE, PATIENCE);
    private final Turns streams = new Turns(MOST_STREAMS, SHARE, PATIENCE);

    public Trees(Indexes indexes, InstantSource clock) {
        this.indexes = indexes;
        this.clock = clock;
    }

    /**
     * Where a snapshot's content is.
     *
     * @param reader whom limits take for one who reads
     */
    public record Place(Backend remote, Stored stored, String reader) {}

    /**
     * Entries of a directory.
     *
     * @param entry what is at the path
     * @param entries that are in it, in the order of their names; none if it is no directory
     * @param next behind which there are more; empty at the end
     */
    public record TreePage(Entry entry, List<Entry> entries, Optional<EntryName> next) {
        public TreePage {
            entries = List.copyOf(entries);
        }
    }

    /** Some entries of a directory, behind a name. */
    public TreePage entries(Place place, Snapshot snapshot, TreePath path, Optional<EntryName> after, int limit)
            throws IOException {
        return page(place, List.of(snapshot), tree -> {
            Entry entry = tree.require(tree.trees().getFirst(), path);
            Optional<TreeRef> directory = OpenTree.directory(entry);
            List<Entry> entries = new ArrayList<>();
            if (directory.isEmpty()) {
                return new TreePage(entry, entries, Optional.empty());
            }
            DirectoryCursor cursor = tree.directories().open(directory.get(), after.orElse(EntryName.ROOT));
            long characters = 0;
            Optional<Entry> next = cursor.next();
            while (next.isPresent() && entries.size() < limit && characters < PAGE_CHARACTERS) {
                entries.add(next.get());
                characters += characters(next.get());
                next = cursor.next();
            }
            return new TreePage(entry, entries, next.map(_ -> entries.getLast().name()));
        });
    }

    private static long characters(Entry entry) {
        return (long) EntryName.LONGEST
                + (entry.item() instanceof Item.SymbolicLink link
                        ? link.target().length()
                        : 0);
    }

    /**
     * Differences of two snapshots.
     *
     * @param next behind which there may be more; empty at the end
     */
    public record DifferencePage(List<Change> changes, Optional<TreePath> next) {
        public DifferencePage {
            changes = List.copyOf(changes);
        }
    }

    /** Some of what differs between two snapshots of one repository, at a path and below, in the order of paths, behind one of them. */
    public DifferencePage differences(
            Place place, Snapshot before, Snapshot after, TreePath path, Optional<TreePath> behind, int limit)
            throws IOException {
        Deadline deadline = Deadline.in(clock, LONGEST_PAGE);
        return page(place, List.of(before, after), tree -> {
            DifferenceWalk walk = DifferenceWalk.of(tree, path, behind);
            List<Change> page = new ArrayList<>();
            long characters = 0;
            Optional<Found> next = walk.next();
            TreePath last = path;
            while (next.isPresent()) {
                last = next.get().path();
                if (Aspect.isTold(next.get())) {
                    page.add(Change.of(next.get()));
                    characters += last.toString().length();
                }
                boolean isFull = page.size() >= limit || characters >= PAGE_CHARACTERS || deadline.isOver();
                next = walk.next();
                if (isFull) {
                    break;
                }
            }
            TreePath end = last;
            return new DifferencePage(page, next.map(_ -> end));
        });
    }

    /** What is done with trees while they are open. */
    interface Use<T> {
        T with(OpenTree tree) throws IOException;
    }

    private <T> T page(Place place, List<Snapshot> snapshots, Use<T> use) throws IOException {
        try (Turns.Turn _ = enter(pages, place);
                OpenTree tree = open(place, snapshots)) {
            return Damage.told(() -> use.with(tree));
        }
    }

    /** What is at a path, to be streamed while this is open. */
    public Streamed stream(Place place, Snapshot snapshot, TreePath path) throws IOException {
        Turns.Turn turn = enter(streams, place);
        boolean opened = false;
        OpenTree tree = null;
        try {
            tree = open(place, List.of(snapshot));
            OpenTree here = tree;
            Entry entry = Damage.told(() -> here.require(here.trees().getFirst(), path));
            opened = true;
            return new Streamed(tree, path, entry, turn::close);
        } finally {
            if (!opened) {
                if (tree != null) {
                    tree.close();
                }
                turn.close();
            }
        }
    }

    private static Turns.Turn enter(Turns turns, Place place) throws IOException {
        try {
            return turns.take(place.reader())
                    .orElseThrow(() -> new CatalogueException(
                            Reason.BUSY, "too many read snapshots by this hub at once; try again"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a turn to read", e);
        }
    }

    private OpenTree open(Place place, List<Snapshot> snapshots) throws IOException {
        Repository repository;
        try {
            repository = Damage.told(
                    () -> Repository.open(place.remote(), place.stored().volumeset()));
        } catch (NoRepositoryException e) {
            throw Damage.damaged("the repository is missing in the hub's storage", e);
        }
        Indexes.Lease lease = indexes.lease(place.stored(), repository.id());
        boolean opened = false;
        ChunkReader chunks = repository.reader(lease.index());
        try {
            List<TreeRef> trees = new ArrayList<>();
            for (Snapshot snapshot : snapshots) {
                trees.add(Damage.told(() -> learn(repository, chunks, snapshot)));
            }
            opened = true;
            return new OpenTree(chunks, new DirectoryReader(chunks), trees, lease::close);
        } finally {
            if (!opened) {
                chunks.close();
                lease.close();
            }
        }
    }

    private static TreeRef learn(Repository repository, ChunkReader chunks, Snapshot snapshot) throws IOException {
        Optional<Committed> committed = repository.committed(snapshot.id());
        if (committed.isEmpty()
                || !snapshot.told()
                        .map(Snapshot.Told::commit)
                        .equals(Optional.of(committed.get().hash()))) {
            throw Damage.damaged(
                    "commits/" + snapshot.id().hex()
                            + " in the hub's storage is missing, or not the one that was pushed",
                    new IOException("the commit of the catalogue is not the one in the storage"));
        }
        List<PackInfo> packs = repository.packs(committed.get().commit().packs());
        chunks.learn(packs);
        return committed.get().commit().tree();
    }
}
