package io.flockerj.plugin.remote;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.history.RefParser;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Resolver;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.RemoteException.Reason;
import io.flockerj.plugin.volume.Remotes.CloneOrder;
import io.flockerj.plugin.volume.Remotes.PullOrder;
import io.flockerj.plugin.volume.Remotes.Pulled;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Brings snapshots from remotes, and makes volumes of them. */
final class Pulls {
    private final HistoryExchange exchange;
    private final KnownRemotes known;
    private final Reaching reaching;
    private final Fetches fetches;
    private final BlockHashes blocks;
    private final Executor workers;

    /** @param blocks remembers what large files are made of */
    Pulls(
            HistoryExchange exchange,
            KnownRemotes known,
            Reaching reaching,
            Fetches fetches,
            BlockHashes blocks,
            Executor workers) {
        this.exchange = exchange;
        this.known = known;
        this.reaching = reaching;
        this.fetches = fetches;
        this.blocks = blocks;
        this.workers = workers;
    }

    Pulled pull(PullOrder order, Progress progress) throws RefusedException, IOException {
        int at = order.ref().indexOf('@');
        String start = at < 0 ? order.ref() : order.ref().substring(0, at);
        HistoryExchange.Meant meant = exchange.meant(start, order.zone(), order.askedAt());
        Volumeset volumeset = meant.history().volumeset();
        try (Reached reached = reaching.choose(order.remote().or(meant::remote), volumeset, progress)) {
            String branch = meant.branchName().value();
            String ref = at < 0 ? branch : order.ref().substring(at + 1);
            String name = known.nameOn(reached.id(), volumeset)
                    .orElse(volumeset.name().value());
            Terms terms = new Terms(Optional.of(branch), order.zone(), order.askedAt());
            return pull(reaching.volumeset(reached, name), ref, terms, progress);
        }
    }

    private Pulled pull(RemoteVolumeset there, String ref, Terms terms, Progress progress)
            throws RefusedException, IOException {
        Tracking tracking = fetches.learn(there, progress).tracking();
        Pulling pulling = new Pulling(exchange, there, blocks, workers, progress);
        Snapshot brought = pulling.bring(wanted(there, tracking, ref, terms));
        return pulled(there, brought, pulling, Optional.empty());
    }

    private static Pulled pulled(RemoteVolumeset there, Snapshot brought, Pulling pulling, Optional<String> volume) {
        return new Pulled(
                there.reached().name(),
                there.name(),
                brought.volumeset().id().hex(),
                brought.id().hex(),
                pulling.brought(),
                pulling.bytesWritten(),
                there.reached().bytesReceived(),
                volume,
                pulling.remarks());
    }

    /**
     * What a time is read by.
     *
     * @param branch there, that was asked for or is worked on here; empty for the one that a clone goes on with
     * @param zone for times that name none, and in which they are told
     * @param askedAt when it was written
     */
    record Terms(Optional<String> branch, ZoneId zone, Instant askedAt) {}

    /**
     * What a branch, a tag, the beginning of an id or a time in braces names there; a branch may be written as it is here, {@code
     * REMOTE/BRANCH}.
     */
    RandomId wanted(RemoteVolumeset there, Tracking tracking, String written, Terms terms) throws RefusedException {
        if (isTime(written)) {
            return asOf(there, tracking, written, terms);
        }
        String prefix = there.reached().name() + "/";
        String ref = written.startsWith(prefix) ? written.substring(prefix.length()) : written;
        Optional<Tracking.Tip> tip = Optional.ofNullable(tracking.tags().get(ref))
                .or(() -> Optional.ofNullable(tracking.branches().get(ref)));
        if (tip.isPresent()) {
            return tip.get().snapshot();
        }
        List<Snapshot> found = !Snapshot.isBeginningOfId(ref)
                ? List.of()
                : exchange.history(tracking.volumeset()).snapshots().stream()
                        .filter(snapshot -> snapshot.id().hex().startsWith(ref))
                        .filter(snapshot -> snapshot.sharing().remotes().contains(there.remote()))
                        .toList();
        if (found.size() == 1) {
            return found.getFirst().id();
        }
        String place = there.place();
        throw new RemoteException(
                Reason.UNKNOWN,
                found.isEmpty()
                        ? "there is no branch, tag or snapshot " + Quoted.text(ref) + " in " + place
                                + "; see: fli remote show " + there.reached().name()
                        : Quoted.text(ref) + " begins the ids of " + found.size() + " snapshots in " + place
                                + "; write more digits");
    }

    static boolean isTime(String written) {
        return written.startsWith("{") && written.endsWith("}");
    }

    /** The newest there that is not younger, of what led to the end of a branch. */
    private RandomId asOf(RemoteVolumeset there, Tracking tracking, String written, Terms terms)
            throws RefusedException {
        Instant when = RefParser.parseTime(written, terms.zone(), terms.askedAt());
        String branch = branchThere(there, tracking, terms.branch());
        Optional<RandomId> newest =
                Optional.ofNullable(tracking.branches().get(branch)).map(Tracking.Tip::snapshot);
        Snapshot oldest = null;
        for (Snapshot snapshot :
                (Iterable<Snapshot>) exchange.history(tracking.volumeset()).ancestry(newest)::iterator) {
            if (!snapshot.sharing().remotes().contains(there.remote())) {
                continue;
            }
            if (!snapshot.time().isAfter(when)) {
                return snapshot.id();
            }
            oldest = snapshot;
        }
        throw new RemoteException(
                Reason.UNKNOWN,
                "the branch " + branch + " of " + there.place() + " has no snapshot of "
                        + Resolver.shown(when, terms.zone()) + " or before"
                        + (oldest == null
                                ? ""
                                : "; its first one there, " + oldest.id().abbreviated() + ", is of "
                                        + Resolver.shown(oldest.time(), terms.zone())));
    }

    /**
     * The branch there that is meant by who names none, or a time.
     *
     * @param branch that was asked for with the time, or is worked on here; no other is taken for it
     */
    static String branchThere(RemoteVolumeset there, Tracking tracking, Optional<String> branch)
            throws RemoteException {
        if (branch.isPresent() && !tracking.branches().containsKey(branch.get())) {
            throw new RemoteException(
                    Reason.UNKNOWN,
                    "there is no branch " + Quoted.text(branch.get()) + " in " + there.place()
                            + ", and no other is taken for it; see: fli remote show "
                            + there.reached().name() + ", and name a branch there, or a snapshot by its id");
        }
        return branch.orElseGet(() -> defaultBranch(tracking));
    }

    Pulled clone(CloneOrder order, Progress progress) throws RefusedException, IOException {
        RemotePath path = RemotePath.parse(order.place());
        String name = path.requireVolumeset();
        Optional<Snapshot> made = order.begunAgain()
                ? exchange.madeFrom(order.volume(), order.options(), order.place())
                : Optional.empty();
        if (made.isPresent()) {
            return new Pulled(
                    path.remote(),
                    name,
                    made.get().volumeset().id().hex(),
                    made.get().id().hex(),
                    List.of(),
                    0,
                    0,
                    Optional.of(order.volume().value()),
                    List.of());
        }
        exchange.refuseTaken(order.volume(), order.options(), order.place());
        if (order.options().containsKey("remote")) {
            known.require(order.options().get("remote"));
        }
        try (Reached reached = reaching.reach(path.remote(), progress)) {
            return clone(reaching.volumeset(reached, name), path.ref(), order, progress);
        }
    }

    private Pulled clone(RemoteVolumeset there, Optional<String> named, CloneOrder order, Progress progress)
            throws RefusedException, IOException {
        Tracking tracking = fetches.learn(there, progress).tracking();
        String ref = named.or(order::branch).orElseGet(() -> defaultBranch(tracking));
        RandomId wanted = wanted(there, tracking, ref, new Terms(order.branch(), order.zone(), order.askedAt()));
        Optional<Branch> branch = continued(tracking, order.branch(), ref, wanted);
        Pulling pulling = new Pulling(exchange, there, blocks, workers, progress);
        Snapshot brought = pulling.bring(wanted);
        exchange.create(order.volume(), order.options(), order.place(), brought, branch);
        return pulled(there, brought, pulling, Optional.of(order.volume().value()));
    }

    /** The one that a clone goes on with, if nobody says another. */
    static String defaultBranch(Tracking tracking) {
        return tracking.branches().containsKey(Name.MAIN.value())
                        || tracking.branches().isEmpty()
                ? Name.MAIN.value()
                : tracking.branches().keySet().iterator().next();
    }

    /** The branch that a clone of its newest snapshot goes on with. */
    private static Optional<Branch> continued(
            Tracking tracking, Optional<String> asked, String ref, RandomId snapshot) {
        String name = asked.orElse(ref);
        return Optional.ofNullable(tracking.branches().get(name))
                .filter(tip -> tip.snapshot().equals(snapshot))
                .flatMap(Tracking.Tip::branch)
                .map(id -> new Branch(id, new Name(name)));
    }
}
