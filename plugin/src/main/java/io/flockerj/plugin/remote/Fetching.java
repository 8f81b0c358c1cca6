package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.store.RefState;
import io.flockerj.store.Repository;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.Tombstone;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One fetch of one volumeset: learns its branches, tags and snapshots, without what they hold. For one thread. */
final class Fetching {
    private static final Logger LOG = LoggerFactory.getLogger(Fetching.class);

    private final HistoryExchange exchange;
    private final RemoteVolumeset there;
    private final Repository repository;
    private final Volumeset volumeset;
    private final Instant now;
    private final Limits limits;
    private final Progress progress;
    private final Set<Id> seen = new HashSet<>();
    /** What was read last: looking whether an ancestor is there and going on from it is one reading. */
    private Optional<Committed> last = Optional.empty();

    private int learned;
    private int collected;
    private long text;

    /**
     * How much one fetch takes in, all of which is kept in memory.
     *
     * @param text characters of messages, labels and names
     */
    record Limits(int snapshots, long text) {
        static final Limits USUAL = new Limits(100_000, 16 << 20);
    }

    Fetching(HistoryExchange exchange, RemoteVolumeset there, Instant now, Limits limits, Progress progress) {
        this.limits = limits;
        this.exchange = exchange;
        this.there = there;
        this.repository = there.repository();
        this.volumeset = there.volumeset();
        this.now = now;
        this.progress = progress;
    }

    /** How many snapshots were not known before. */
    int learned() {
        return learned;
    }

    /** Learns what is there. */
    Tracking run() throws RefusedException, IOException {
        progress.phase("asking");
        TreeMap<String, Tracking.Tip> branches = new TreeMap<>();
        TreeMap<String, Tracking.Tip> tags = new TreeMap<>();
        for (RefState ref : there.refs().all()) {
            try {
                learn(ref);
            } catch (BrokenException e) {
                // What is hurt there keeps nobody from what is whole.
                LOG.atWarn()
                        .addKeyValue("volumeset", volumeset.name())
                        .addKeyValue("ref", ref.value().name())
                        .addKeyValue("why", e.getMessage())
                        .log("A branch or tag on a remote is passed over");
                continue;
            }
            (ref.value().isBranch() ? branches : tags).put(ref.value().shortName(), tip(ref));
        }
        for (var tag : tags.entrySet()) {
            // One that could be the beginning of an id would come before the snapshot that has it.
            Optional<Name> named = Name.parse(tag.getKey()).filter(each -> !Snapshot.isBeginningOfId(each.value()));
            if (named.isPresent()) {
                exchange.tag(volumeset, named.get(), tag.getValue().snapshot());
            }
        }
        return new Tracking(
                Tracking.idOf(there.remote(), volumeset), there.remote(), volumeset, there.name(), branches, tags);
    }

    private static Tracking.Tip tip(RefState ref) {
        return new Tracking.Tip(
                ref.value().branch().map(Commits::id),
                Commits.id(ref.value().target().orElseThrow().snapshot()),
                ref.value().target().get().commit().hex(),
                ref.value().generation());
    }

    /** Learns of the snapshot that a ref names, and of what led to it, as far as that is not known. */
    private void learn(RefState ref) throws RefusedException, IOException {
        Id head = ref.value().target().orElseThrow().snapshot();
        Committed end = committed(head)
                .orElseThrow(() -> new BrokenException(ref.value().name(), "the snapshot that it names is not there"));
        if (!end.hash().equals(ref.value().target().get().commit())) {
            throw new BrokenException(ref.value().name(), "it names another commit of that snapshot");
        }
        // The oldest first, so that an interruption leaves no snapshot whose ancestors are not known.
        Deque<Snapshot> unknown = new ArrayDeque<>();
        Optional<Id> next = Optional.of(head);
        while (next.isPresent() && seen.add(next.get()) && !isKnownThere(next.get())) {
            next = collect(next.get(), end.commit(), unknown);
            progress.add(0, 1);
        }
        for (Snapshot snapshot : unknown) {
            learn(snapshot);
        }
    }

    private Optional<Committed> committed(Id snapshot) throws IOException {
        if (last.filter(read -> read.commit().snapshot().equals(snapshot)).isEmpty()) {
            last = repository.committed(snapshot);
        }
        return last;
    }

    private boolean isKnownThere(Id id) {
        return exchange.history(volumeset)
                .find(Commits.id(id))
                .filter(snapshot -> snapshot.sharing().remotes().contains(there.remote()))
                .isPresent();
    }

    /**
     * Collects one snapshot and those of its ancestors that its commit tells of.
     *
     * @param example a commit that came of it
     * @return where to go on
     */
    private Optional<Id> collect(Id id, Commit example, Deque<Snapshot> unknown) throws RemoteException, IOException {
        Optional<Commit> commit = committed(id).map(Committed::commit);
        if (commit.isPresent()) {
            Commits.refuseOther(exchange.history(volumeset).find(Commits.id(id)), commit.get(), there.place());
            collect(unknown, Commits.snapshot(commit.get(), volumeset, there.remote()));
            return passed(commit.get().parent(), commit.get().lineage(), example, unknown);
        }
        Optional<Tombstone> tombstone = repository.tombstone(id);
        if (tombstone.isEmpty()) {
            return Optional.empty();
        }
        Tombstone left = tombstone.get();
        collect(unknown, removed(new Ancestor(id, left.parent(), left.time()), example));
        return passed(left.parent(), left.lineage(), example, unknown);
    }

    /** What is behind ancestors that are only told of; the first of them that is there all the same, pushed later on another way. */
    private Optional<Id> passed(Optional<Id> parent, List<Ancestor> lineage, Commit example, Deque<Snapshot> unknown)
            throws RemoteException, IOException {
        Optional<Id> next = parent;
        for (Ancestor ancestor : lineage) {
            if (committed(ancestor.id()).isPresent()) {
                return next;
            }
            collect(unknown, removed(ancestor, example));
            next = ancestor.parent();
        }
        return next;
    }

    /** Whoever can write to a remote could tell of snapshots without end. */
    private void collect(Deque<Snapshot> unknown, Snapshot snapshot) throws RemoteException {
        unknown.push(snapshot);
        collected++;
        text += snapshot.remarks().message().map(String::length).orElse(0);
        text += snapshot.taking().author().map(String::length).orElse(0);
        text += snapshot.taking().volume().length();
        text += snapshot.taking().branch().name().value().length();
        for (Map.Entry<String, String> label : snapshot.remarks().labels().entrySet()) {
            text += label.getKey().length() + label.getValue().length();
        }
        if (collected > limits.snapshots() || text > limits.text()) {
            throw new RemoteException(
                    RemoteException.Reason.INVALID,
                    there.place() + " tells of more than "
                            + (collected > limits.snapshots()
                                    ? limits.snapshots() + " snapshots"
                                    : limits.text() + " characters of names, messages and labels")
                            + " that are new here, more than one fetch takes in; if that many were pushed, fetch after"
                            + " every so many pushes, and else remove the remote: somebody has filled it");
        }
    }

    /** A snapshot of which nothing is left but its place. */
    private Snapshot removed(Ancestor ancestor, Commit example) throws BrokenException {
        return new Snapshot(
                Commits.id(ancestor.id()),
                volumeset,
                ancestor.parent().map(Commits::id),
                Commits.snapshot(example, volumeset, there.remote()).taking().at(ancestor.time()),
                Snapshot.Remarks.NONE,
                Optional.empty(),
                Optional.of(now),
                new Snapshot.Sharing(true, Optional.empty(), Set.of()));
    }

    private void learn(Snapshot snapshot) throws RefusedException, IOException {
        boolean isThere = snapshot.removedAt().isEmpty();
        if (exchange.history(volumeset).find(snapshot.id()).isEmpty()) {
            learned += isThere ? 1 : 0;
            exchange.learn(snapshot);
        } else if (isThere) {
            exchange.share(snapshot.id(), sharing -> sharing.on(there.remote(), Optional.empty()));
        }
    }
}
