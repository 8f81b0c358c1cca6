package io.flockerj.plugin.remote;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Continued;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.RemoteException.Reason;
import io.flockerj.plugin.volume.Remotes.MovedBranch;
import io.flockerj.plugin.volume.Remotes.PushOrder;
import io.flockerj.plugin.volume.Remotes.Pushed;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.Remote;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.FullException;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends histories to remotes. */
final class Pushes {
    private static final Logger LOG = LoggerFactory.getLogger(Pushes.class);

    private final HistoryExchange exchange;
    private final KnownRemotes known;
    private final Reaching reaching;
    private final Fetches fetches;
    private final BlockHashes blocks;
    private final SentPacks sentPacks;
    private final PoolRemotes.Setting setting;

    Pushes(
            HistoryExchange exchange,
            KnownRemotes known,
            Reaching reaching,
            Fetches fetches,
            BlockHashes blocks,
            SentPacks sentPacks,
            PoolRemotes.Setting setting) {
        this.exchange = exchange;
        this.known = known;
        this.reaching = reaching;
        this.fetches = fetches;
        this.blocks = blocks;
        this.sentPacks = sentPacks;
        this.setting = setting;
    }

    /** What fails because a remote is full is refused as that. */
    static <T> T tellingFull(Turns.Work<T> work) throws RefusedException, IOException {
        try {
            return work.run();
        } catch (IOException e) {
            Optional<FullException> full = FullException.causeOf(e);
            if (full.isPresent()) {
                throw new RemoteException(Reason.FULL, String.valueOf(full.get().getMessage()));
            }
            throw e;
        }
    }

    Pushed push(PushOrder order, Progress progress) throws RefusedException, IOException {
        HistoryExchange.Meant meant = exchange.meant(order.ref(), order.zone(), order.askedAt());
        try (Reached reached = reaching.choose(
                order.remote().or(meant::remote), meant.history().volumeset(), progress)) {
            return push(reached, meant, order, new Continued(progress));
        }
    }

    private Pushed push(Reached reached, HistoryExchange.Meant meant, PushOrder order, Progress progress)
            throws RefusedException, IOException {
        Optional<Name> wanted = order.branch().isPresent()
                ? Optional.of(Texts.newName("branch", order.branch().get()))
                : Optional.empty();
        Snapshot head = meant.isLive()
                ? exchange.current(meant.volume().orElseThrow(), order.author(), progress)
                : meant.snapshot().orElseThrow();
        History history = exchange.history(head.volumeset());
        String name = order.name()
                .or(() -> known.nameOn(reached.id(), history.volumeset()))
                .orElse(history.volumeset().name().value());
        RemoteVolumeset there =
                openToWrite(reached, history.volumeset(), name, head.taking().volume());
        Optional<String> by = order.author().map(author -> author + " on " + setting.host());
        try (PushSession open = new PushSession(there.repository().session(setting.clock(), setting.storeIds(), by))) {
            SentPacks.Notes notes =
                    sentPacks.begin(there.repository().id(), setting.ids().get(), open.session());
            try (Pushing pushing =
                    new Pushing(exchange, there, history, setting.workers(), notes, blocks, by, progress)) {
                List<MovedBranch> moved = branches(pushing, order, head, branch(meant, wanted));
                List<String> tagged = order.tags() ? tags(pushing, history) : List.of();
                if (!pushing.sent().isEmpty()) {
                    notes.done();
                }
                learnAfterPush(there);
                return new Pushed(
                        reached.name(),
                        name,
                        history.volumeset().id().hex(),
                        moved,
                        tagged,
                        pushing.sent(),
                        reached.bytesSent(),
                        pushing.remarks());
            }
        }
    }

    /** The branch that is meant to move, as it is known here; another one that is new there gets an id of its own. */
    private Branch branch(HistoryExchange.Meant meant, Optional<Name> wanted) {
        return wanted.filter(name -> !name.equals(meant.branchName()))
                .map(name -> new Branch(setting.ids().get(), name))
                .orElseGet(() -> new Branch(meant.branch().id(), meant.branchName()));
    }

    /** What was pushed is there, whether or not it can be remembered here. */
    void learnAfterPush(RemoteVolumeset there) {
        try {
            fetches.learn(there, Progress.IGNORED);
        } catch (IOException | RefusedException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("remote", there.reached().name())
                    .addKeyValue("volumeset", there.name())
                    .log("What is on a remote after a push cannot be remembered; fetch it");
        }
    }

    private List<MovedBranch> branches(Pushing pushing, PushOrder order, Snapshot head, Branch first)
            throws RefusedException, IOException {
        List<MovedBranch> moved = new ArrayList<>();
        moved.add(pushing.branch(head, first.name(), first.id(), order.force()));
        if (order.all()) {
            History history = exchange.history(head.volumeset());
            for (Map.Entry<Name, Snapshot> branch : history.branches().entrySet()) {
                Optional<Snapshot> kept =
                        history.kept(Optional.of(branch.getValue().id())).findFirst();
                if (kept.isPresent() && !branch.getKey().equals(first.name())) {
                    RandomId id = branch.getValue().taking().branch().id();
                    moved.add(pushing.branch(kept.get(), branch.getKey(), id, order.force()));
                }
            }
        }
        return moved;
    }

    private static List<String> tags(Pushing pushing, History history) throws RemoteException, IOException {
        List<String> tagged = new ArrayList<>();
        for (Map.Entry<Name, RandomId> tag : history.tags().entrySet()) {
            if (pushing.tag(tag.getKey(), tag.getValue())) {
                tagged.add(tag.getKey().value());
            }
        }
        return tagged;
    }

    /**
     * Opens the repository of a volumeset, which is made if it is not there.
     *
     * @param written what is to be pushed, as people write it
     */
    RemoteVolumeset openToWrite(Reached reached, Volumeset volumeset, String name, String written)
            throws RefusedException, IOException {
        Id id = Commits.id(volumeset.id());
        Optional<Id> there = reached.remote().find(name);
        if (there.equals(Optional.of(id))) {
            return reaching.volumeset(reached, name, volumeset, reached.remote().open(id));
        }
        if (there.isPresent()) {
            throw taken(reached, name, there.get(), volumeset, written);
        }
        if (!BackendRemote.isName(name)) {
            throw new RemoteException(
                    Reason.INVALID, Quoted.text(name) + " cannot be a name on a remote: a name is " + Name.RULE);
        }
        Repository repository = reached.remote().create(id);
        return switch (reached.remote().name(name, id)) {
            case Remote.Naming.Named() -> reaching.volumeset(reached, name, volumeset, repository);
            case Remote.Naming.Taken(Id other) -> throw taken(reached, name, other, volumeset, written);
            case Remote.Naming.Invalid() ->
                throw new IllegalStateException("what is a name is no name on the remote: " + name);
        };
    }

    private static RemoteException taken(Reached reached, String name, Id other, Volumeset volumeset, String written) {
        return new RemoteException(
                Reason.CONFLICT,
                reached.name() + "/" + name + " is the history of another volumeset, " + other.abbreviated()
                        + ", not of " + volumeset.id().abbreviated()
                        + "; push under another name, with: fli push "
                        + written + " " + reached.name() + " --as OTHER");
    }
}
