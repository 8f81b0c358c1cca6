package io.flockerj.plugin.remote;

import io.flockerj.plugin.capture.BlockHashFiles;
import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.RemoteException.Reason;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.RefState;
import io.flockerj.store.Refs;
import io.flockerj.store.Remote;
import io.flockerj.store.Repository;
import io.flockerj.store.RepositoryCheck;
import io.flockerj.store.Session;
import io.flockerj.store.backend.Sleeper;
import io.flockerj.store.id.Id;
import io.flockerj.store.place.OpenPlace;
import io.flockerj.store.place.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The remotes of an open pool. */
public final class PoolRemotes implements Remotes {
    private static final Logger LOG = LoggerFactory.getLogger(PoolRemotes.class);

    /** Of the pool: what lies there is remembered for speed, and may be deleted by anybody. */
    private static final String CACHE = "cache";

    private static final String BLOCKS = "blocks";
    /** Of what is remembered of large files: enough for 512 GiB of them. */
    private static final long MOST_BLOCKS = 256L << 20;

    private final HistoryExchange exchange;
    private final KnownRemotes known;
    private final BlockHashes blocks;
    private final HostPlaces places;
    private final Setting setting;

    private PoolRemotes(HistoryExchange exchange, KnownRemotes known, BlockHashes blocks, Setting setting) {
        this.exchange = exchange;
        this.known = known;
        this.blocks = blocks;
        this.places = new HostPlaces(
                new Places(setting.clock(), setting.sleeper(), setting.random(), setting.storeIds(), setting::seen),
                setting.hostPaths());
        this.setting = setting;
    }

    /**
     * What surrounds the remotes.
     *
     * @param workers do what takes processors beside the thread of a push; may refuse work
     * @param sleeper waits between attempts
     * @param random spreads attempts; used by many threads at once
     * @param host the name of this host, for people
     */
    public record Setting(
            HostPlaces.HostPaths hostPaths,
            Clock clock,
            Supplier<RandomId> ids,
            Executor workers,
            Sleeper sleeper,
            RandomGenerator random,
            String host) {
        private Path seen(Path path) {
            try {
                return hostPaths.resolve(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Supplier<Id> storeIds() {
            return () -> Commits.id(ids.get());
        }
    }

    /** Loads what a pool knows of remotes. */
    public static PoolRemotes load(HistoryExchange exchange, RecordFiles files, Setting setting) throws IOException {
        return new PoolRemotes(
                exchange, KnownRemotes.load(exchange.directory(), files), blocks(exchange.directory()), setting);
    }

    /** A pool that is full or read-only can still be opened: pushes read more of large files then. */
    private static BlockHashes blocks(Path pool) {
        Path directory = pool.resolve(CACHE).resolve(BLOCKS);
        try {
            return BlockHashFiles.open(directory, MOST_BLOCKS);
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("directory", directory)
                    .log("What is remembered of large files cannot be used; it may be deleted");
            return BlockHashes.NONE;
        }
    }

    @Override
    public synchronized RemoteView add(String name, String url, Map<String, String> options)
            throws RefusedException, IOException {
        Name wanted = Name.parse(name)
                .orElseThrow(() -> new RemoteException(
                        Reason.INVALID, Quoted.text(name) + " cannot be the name of a remote: a name is " + Name.RULE));
        Optional<RemoteRecord> present = known.find(name);
        if (present.isPresent()) {
            throw new RemoteException(
                    Reason.CONFLICT,
                    "there is a remote " + name + " already, at "
                            + present.get().url() + "; choose another name, or remove it with: fli remote remove "
                            + name);
        }
        try (OpenPlace place = places.forNew(url, options)) {
            Remote remote = BackendRemote.create(place.backend(), setting.storeIds());
            RemoteRecord record = new RemoteRecord(
                    setting.ids().get(),
                    wanted,
                    url,
                    options,
                    Commits.id(remote.id()),
                    setting.clock().instant());
            known.put(record);
            return view(record);
        }
    }

    @Override
    public List<RemoteView> list() {
        return known.all().stream().map(PoolRemotes::view).toList();
    }

    @Override
    public RemoteView show(String name) throws RefusedException {
        return view(known.require(name));
    }

    @Override
    public Optional<String> nameOf(RandomId remote) {
        return known.all().stream()
                .filter(record -> record.remote().equals(remote))
                .map(record -> record.name().value())
                .findFirst();
    }

    @Override
    public Map<String, RandomId> branches(Volumeset volumeset) {
        Map<String, RandomId> branches = new TreeMap<>();
        for (RemoteRecord record : known.all()) {
            known.tracking(record.remote(), volumeset)
                    .ifPresent(tracking -> tracking.branches()
                            .forEach((name, tip) -> branches.put(record.name() + "/" + name, tip.snapshot())));
        }
        return branches;
    }

    private static RemoteView view(RemoteRecord record) {
        return new RemoteView(
                record.name().value(), record.url(), record.remote().hex(), record.options(), record.addedAt());
    }

    @Override
    public List<VolumesetView> volumesets(String name) throws RefusedException, IOException {
        try (Reached reached = reach(name)) {
            List<VolumesetView> views = new ArrayList<>();
            for (Map.Entry<String, Id> named : reached.remote().names().entrySet()) {
                views.add(volumeset(reached, named.getKey(), named.getValue()));
            }
            return views;
        }
    }

    private VolumesetView volumeset(Reached reached, String name, Id id) throws IOException {
        List<RemoteRefView> branches = new ArrayList<>();
        List<RemoteRefView> tags = new ArrayList<>();
        for (RefState ref : refs(reached.remote().open(id)).all()) {
            String snapshot = ref.value().target().orElseThrow().snapshot().hex();
            (ref.value().isBranch() ? branches : tags)
                    .add(new RemoteRefView(ref.value().shortName(), snapshot));
        }
        branches.sort(Comparator.comparing(RemoteRefView::name));
        tags.sort(Comparator.comparing(RemoteRefView::name));
        return new VolumesetView(name, id.hex(), branches, tags);
    }

    @Override
    public synchronized void remove(String name) throws RefusedException, IOException {
        known.remove(known.require(name));
    }

    private Reached reach(String name) throws RefusedException, IOException {
        return reach(known.require(name));
    }

    private Reached reach(RemoteRecord record) throws RefusedException, IOException {
        OpenPlace place = places.open(record.url(), record.options());
        boolean isOpen = false;
        try {
            Remote remote = BackendRemote.open(place.backend(), setting.storeIds());
            refuseOther(record, remote);
            isOpen = true;
            return new Reached(record, place, remote);
        } finally {
            if (!isOpen) {
                place.close();
            }
        }
    }

    private static void refuseOther(RemoteRecord record, Remote remote) throws RemoteException {
        if (!Commits.id(remote.id()).equals(record.remote())) {
            throw new RemoteException(
                    Reason.CONFLICT,
                    "at " + record.url() + " is another remote than the one that " + record.name()
                            + " was; if that is meant, remove it and add it again, with: fli remote remove "
                            + record.name());
        }
    }

    private Refs refs(Repository repository) {
        return repository.refs(setting.clock(), setting.storeIds());
    }

    @Override
    public Pushed push(PushOrder order, Progress progress) throws RefusedException, IOException {
        HistoryExchange.Meant meant = exchange.meant(order.ref(), order.zone());
        try (Reached reached = choose(order.remote(), meant.history().volumeset())) {
            return push(reached, meant, order, progress);
        }
    }

    private Pushed push(Reached reached, HistoryExchange.Meant meant, PushOrder order, Progress progress)
            throws RefusedException, IOException {
        Optional<Name> wanted = order.branch().isPresent()
                ? Optional.of(Texts.newName("branch", order.branch().get()))
                : Optional.empty();
        Snapshot head = meant.isLive()
                ? exchange.current(meant.volume().orElseThrow(), order.author())
                : meant.snapshot().orElseThrow();
        History history = exchange.history(head.volumeset());
        String name = order.name()
                .or(() -> trackedName(reached, history.volumeset()))
                .orElse(history.volumeset().name().value());
        Repository repository = openToWrite(reached, history.volumeset(), name, head);
        Refs refs = refs(repository);
        Optional<String> by = order.author().map(author -> author + " on " + setting.host());
        try (Session session = repository.session(setting.clock(), setting.storeIds(), by)) {
            Pushing pushing = new Pushing(
                    exchange, reached, repository, refs, history, setting.workers(), session, blocks, by, progress);
            List<MovedBranch> moved = branches(pushing, order, head, branch(meant, wanted));
            List<String> tagged = order.tags() ? tags(pushing, history) : List.of();
            learnAfterPush(reached, history.volumeset(), name);
            return new Pushed(
                    reached.name(),
                    name,
                    history.volumeset().id().hex(),
                    moved,
                    tagged,
                    pushing.sent(),
                    reached.bytesSent());
        }
    }

    /** The branch that is meant to move, as it is known here; another one that is new there gets an id of its own. */
    private Branch branch(HistoryExchange.Meant meant, Optional<Name> wanted) {
        return wanted.filter(name -> !name.equals(meant.branchName()))
                .map(name -> new Branch(setting.ids().get(), name))
                .orElseGet(() -> new Branch(meant.branch().id(), meant.branchName()));
    }

    /** What was pushed is there, whether or not it can be remembered here. */
    private void learnAfterPush(Reached reached, Volumeset volumeset, String name) {
        try {
            Id id = Commits.id(volumeset.id());
            learn(reached, name, id, fetching(reached, name, id, Progress.IGNORED));
        } catch (IOException | RefusedException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("remote", reached.name())
                    .addKeyValue("volumeset", name)
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

    private Optional<String> trackedName(Reached reached, Volumeset volumeset) {
        return known.tracking(reached.id(), volumeset).map(Tracking::name);
    }

    private Repository openToWrite(Reached reached, Volumeset volumeset, String name, Snapshot head)
            throws RefusedException, IOException {
        Id id = Commits.id(volumeset.id());
        Optional<Id> there = reached.remote().find(name);
        if (there.equals(Optional.of(id))) {
            return reached.remote().open(id);
        }
        if (there.isPresent()) {
            throw taken(reached, name, there.get(), head);
        }
        if (!BackendRemote.isName(name)) {
            throw new RemoteException(
                    Reason.INVALID, Quoted.text(name) + " cannot be a name on a remote: a name is " + Name.RULE);
        }
        Repository repository = reached.remote().create(id);
        return switch (reached.remote().name(name, id)) {
            case Remote.Naming.Named() -> repository;
            case Remote.Naming.Taken(Id other) -> throw taken(reached, name, other, head);
            case Remote.Naming.Invalid() ->
                throw new IllegalStateException("what is a name is no name on the remote: " + name);
        };
    }

    private static RemoteException taken(Reached reached, String name, Id other, Snapshot head) {
        return new RemoteException(
                Reason.CONFLICT,
                reached.name() + "/" + name + " is the history of another volumeset, " + other.abbreviated()
                        + ", not of " + head.volumeset().id().abbreviated()
                        + "; push under another name, with: fli push "
                        + head.taking().volume() + " " + reached.name()
                        + " --as OTHER");
    }

    /** The remote that is named, or else the one that the volumeset is on, or the only one. */
    private Reached choose(Optional<String> name, Volumeset volumeset) throws RefusedException, IOException {
        if (name.isPresent()) {
            return reach(name.get());
        }
        List<RemoteRecord> all = known.all();
        List<RemoteRecord> used = all.stream()
                .filter(record -> known.tracking(record.remote(), volumeset).isPresent())
                .toList();
        if (used.size() == 1) {
            return reach(used.getFirst());
        }
        if (all.size() == 1) {
            return reach(all.getFirst());
        }
        throw new RemoteException(
                Reason.INVALID,
                all.isEmpty()
                        ? "there is no remote yet; add one, with: fli remote add NAME URL"
                        : "there are several remotes, " + names(all) + "; say which is meant");
    }

    private static String names(List<RemoteRecord> records) {
        return String.join(
                ", ", records.stream().map(record -> record.name().value()).toList());
    }

    @Override
    public List<Fetched> fetch(String place, Progress progress) throws RefusedException, IOException {
        int slash = place.indexOf('/');
        try (Reached reached = reach(slash < 0 ? place : place.substring(0, slash))) {
            if (slash >= 0) {
                String name = place.substring(slash + 1);
                return List.of(fetch(reached, name, require(reached, name), progress));
            }
            List<Fetched> fetched = new ArrayList<>();
            for (Map.Entry<String, Id> named : reached.remote().names().entrySet()) {
                // Others are of no concern until somebody clones them.
                if (exchange.history(Commits.id(named.getValue())).isPresent()) {
                    fetched.add(fetch(reached, named.getKey(), named.getValue(), progress));
                }
            }
            return fetched;
        }
    }

    private static Id require(Reached reached, String name) throws RefusedException, IOException {
        return reached.remote()
                .find(name)
                .orElseThrow(() -> new RemoteException(
                        Reason.UNKNOWN,
                        "there is no volumeset " + Quoted.text(name) + " on " + reached.name()
                                + "; see: fli remote show " + reached.name()));
    }

    private Fetched fetch(Reached reached, String name, Id volumeset, Progress progress)
            throws RefusedException, IOException {
        Fetching fetching = fetching(reached, name, volumeset, progress);
        Tracking tracking = learn(reached, name, volumeset, fetching);
        return new Fetched(
                reached.name(),
                name,
                volumeset.hex(),
                tracking.branches().entrySet().stream()
                        .map(tip -> new RemoteRefView(
                                tip.getKey(), tip.getValue().snapshot().hex()))
                        .toList(),
                fetching.learned());
    }

    private Fetching fetching(Reached reached, String name, Id id, Progress progress) throws IOException {
        return new Fetching(
                exchange,
                reached.id(),
                reached.remote().open(id),
                volumeset(name, id),
                setting.clock().instant(),
                progress);
    }

    private Tracking learn(Reached reached, String name, Id id, Fetching fetching)
            throws RefusedException, IOException {
        Tracking tracking = fetching.run(name, refs(reached.remote().open(id)));
        known.remember(tracking);
        return tracking;
    }

    /** As it is called here, or else there. */
    private Volumeset volumeset(String name, Id id) {
        return exchange.history(Commits.id(id))
                .map(History::volumeset)
                .orElseGet(() -> new Volumeset(Commits.id(id), new Name(name)));
    }

    @Override
    public Pulled pull(PullOrder order, Progress progress) throws RefusedException, IOException {
        int at = order.ref().indexOf('@');
        String start = at < 0 ? order.ref() : order.ref().substring(0, at);
        HistoryExchange.Meant meant = exchange.meant(start, order.zone());
        try (Reached reached = choose(order.remote(), meant.history().volumeset())) {
            String ref = at < 0 ? meant.branchName().value() : order.ref().substring(at + 1);
            return pull(reached, meant.history().volumeset(), ref, progress);
        }
    }

    private Pulled pull(Reached reached, Volumeset volumeset, String ref, Progress progress)
            throws RefusedException, IOException {
        String name = trackedName(reached, volumeset).orElse(volumeset.name().value());
        Id id = require(reached, name);
        Tracking tracking = learn(reached, name, id, fetching(reached, name, id, progress));
        RandomId wanted = wanted(reached, tracking, ref);
        Pulling pulling = new Pulling(exchange, reached, reached.remote().open(id), volumeset, progress);
        Snapshot brought = pulling.bring(wanted);
        return pulled(reached, name, brought, pulling, Optional.empty());
    }

    private static Pulled pulled(
            Reached reached, String name, Snapshot brought, Pulling pulling, Optional<String> volume) {
        return new Pulled(
                reached.name(),
                name,
                brought.volumeset().id().hex(),
                brought.id().hex(),
                pulling.brought(),
                pulling.bytesWritten(),
                volume);
    }

    /** What a branch, a tag or the beginning of an id names there; a branch may be written as it is here, {@code REMOTE/BRANCH}. */
    private RandomId wanted(Reached reached, Tracking tracking, String written) throws RemoteException {
        String prefix = reached.name() + "/";
        String ref = written.startsWith(prefix) ? written.substring(prefix.length()) : written;
        Optional<Tracking.Tip> tip = Optional.ofNullable(tracking.tags().get(ref))
                .or(() -> Optional.ofNullable(tracking.branches().get(ref)));
        if (tip.isPresent()) {
            return tip.get().snapshot();
        }
        List<Snapshot> found = !ref.matches("[0-9a-f]{4,32}")
                ? List.of()
                : exchange.history(tracking.volumeset()).snapshots().stream()
                        .filter(snapshot -> snapshot.id().hex().startsWith(ref))
                        .filter(snapshot -> snapshot.sharing().remotes().contains(reached.id()))
                        .toList();
        if (found.size() == 1) {
            return found.getFirst().id();
        }
        String place = reached.name() + "/" + tracking.name();
        throw new RemoteException(
                Reason.UNKNOWN,
                found.isEmpty()
                        ? "there is no branch, tag or snapshot " + Quoted.text(ref) + " in " + place
                                + "; see: fli remote show " + reached.name()
                        : Quoted.text(ref) + " begins the ids of " + found.size() + " snapshots in " + place
                                + "; write more digits");
    }

    @Override
    public Pulled clone(CloneOrder order, Progress progress) throws RefusedException, IOException {
        int slash = order.place().indexOf('/');
        if (slash < 0) {
            throw new RemoteException(
                    Reason.INVALID,
                    Quoted.text(order.place())
                            + " names no volumeset on a remote; write REMOTE/NAME or REMOTE/NAME@REF");
        }
        try (Reached reached = reach(order.place().substring(0, slash))) {
            return clone(reached, slash, order, progress);
        }
    }

    private Pulled clone(Reached reached, int slash, CloneOrder order, Progress progress)
            throws RefusedException, IOException {
        exchange.refuseTaken(order.volume(), order.options());
        int at = order.place().indexOf('@', slash);
        String name = order.place().substring(slash + 1, at < 0 ? order.place().length() : at);
        Id id = require(reached, name);
        Tracking tracking = learn(reached, name, id, fetching(reached, name, id, progress));
        String ref = at < 0
                ? order.branch().orElseGet(() -> defaultBranch(tracking))
                : order.place().substring(at + 1);
        RandomId wanted = wanted(reached, tracking, ref);
        Optional<Branch> branch = continued(tracking, order.branch(), ref, wanted);
        Pulling pulling = new Pulling(exchange, reached, reached.remote().open(id), tracking.volumeset(), progress);
        Snapshot brought = pulling.bring(wanted);
        exchange.create(order.volume(), order.options(), brought, branch);
        return pulled(
                reached, name, brought, pulling, Optional.of(order.volume().value()));
    }

    private static String defaultBranch(Tracking tracking) {
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

    @Override
    public Checked check(String place, int percent, Progress progress) throws RefusedException, IOException {
        int slash = place.indexOf('/');
        if (slash < 0) {
            throw new RemoteException(
                    Reason.INVALID, Quoted.text(place) + " names no volumeset on a remote; write REMOTE/NAME");
        }
        try (Reached reached = reach(place.substring(0, slash))) {
            return check(reached, place.substring(slash + 1), percent, progress);
        }
    }

    private Checked check(Reached reached, String name, int percent, Progress progress)
            throws RefusedException, IOException {
        Repository repository = reached.remote().open(require(reached, name));
        progress.phase("checking");
        try (RepositoryCheck check = repository.check(progress::add)) {
            long seed = setting.clock().millis();
            RepositoryCheck.Outcome outcome = check.run(percent, seed, refs(repository));
            return new Checked(
                    reached.name(),
                    name,
                    outcome.snapshots(),
                    outcome.bytesRead(),
                    hurt(outcome.hurt()),
                    hurt(outcome.brokenPacks()));
        }
    }

    private static List<Hurt> hurt(List<RepositoryCheck.Hurt> found) {
        return found.stream().map(each -> new Hurt(each.what(), each.why())).toList();
    }
}
