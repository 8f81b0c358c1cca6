package io.flockerj.plugin.remote;

import io.flockerj.plugin.capture.BlockHashFiles;
import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.local.EngineView;
import io.flockerj.plugin.local.LocalRecords;
import io.flockerj.plugin.local.LocalTidying;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.LocalVolumes;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.RemoteException.Reason;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.RefState;
import io.flockerj.store.Remote;
import io.flockerj.store.RepositoryCheck;
import io.flockerj.store.backend.Sleeper;
import io.flockerj.store.id.Id;
import io.flockerj.store.index.DiskChunkIndex;
import io.flockerj.store.index.IndexCache;
import io.flockerj.store.place.OpenPlace;
import io.flockerj.store.place.Places;
import java.io.IOException;
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
    private static final String SENT = "sent";
    private static final String WALKS = "walks";
    /** Of what is remembered of large files: enough for 512 GiB of them. */
    private static final long MOST_BLOCKS = 256L << 20;

    private static final String INDEXES = "packs";
    /** Of what is remembered of packs: enough for 2 TiB in them. */
    private static final long MOST_INDEXES = 1L << 30;

    private final Turns turns = new Turns();
    private final KnownRemotes known;
    private final RemotePlaces places;
    private final KeptTokens tokens;
    private final IndexCache indexes;
    private final Reaching reaching;
    private final Fetches fetches;
    private final Pushes pushes;
    private final Pulls pulls;
    private final LocalVolumes local;
    private final Setting setting;

    private PoolRemotes(
            HistoryExchange exchange,
            KnownRemotes known,
            BlockHashes blocks,
            IndexCache indexes,
            RemotePlaces places,
            KeptTokens tokens,
            LocalRecords volumes,
            Setting setting)
            throws IOException {
        this.known = known;
        this.places = places;
        this.tokens = tokens;
        this.indexes = indexes;
        this.reaching = new Reaching(exchange, known, places, tokens, indexes, setting);
        this.fetches = new Fetches(exchange, known, reaching, setting.clock());
        SentPacks sentPacks = new SentPacks(exchange.directory().resolve(CACHE).resolve(SENT), setting.clock());
        this.pushes = new Pushes(exchange, known, reaching, fetches, blocks, sentPacks, setting);
        this.pulls = new Pulls(exchange, known, reaching, fetches, blocks, setting.workers());
        this.local = local(exchange, volumes, sentPacks, setting);
        this.setting = setting;
    }

    private LocalVolumes local(HistoryExchange exchange, LocalRecords volumes, SentPacks sentPacks, Setting setting)
            throws IOException {
        LocalWalks walks = new LocalWalks(
                exchange.directory().resolve(CACHE).resolve(WALKS),
                setting.engine().boot());
        return new LocalTransfers(
                new LocalPushes(exchange, known, reaching, fetches, pushes, volumes, walks, sentPacks, setting),
                new LocalPulls(exchange, known, reaching, fetches, pulls, volumes, walks, setting),
                volumes,
                new LocalTidying(volumes, setting.engine(), setting.clock()),
                turns,
                setting.engine());
    }

    /**
     * What surrounds the remotes.
     *
     * @param workers do what takes processors beside the thread of a push; may refuse work
     * @param sleeper waits between attempts
     * @param random spreads attempts; used by many threads at once
     * @param host the name of this host, for people
     * @param engine how volumes of other drivers are seen
     * @param tokens where tokens for hubs are kept, a directory outside of the pool
     */
    public record Setting(
            Places.HostPaths hostPaths,
            Clock clock,
            Supplier<RandomId> ids,
            Executor workers,
            Sleeper sleeper,
            RandomGenerator random,
            String host,
            EngineView engine,
            Path tokens) {
        Supplier<Id> storeIds() {
            return () -> Commits.id(ids.get());
        }
    }

    /** Loads what a pool knows of remotes. */
    public static PoolRemotes load(HistoryExchange exchange, RecordFiles files, Setting setting) throws IOException {
        Places places = new Places(
                setting.clock(), setting.sleeper(), setting.random(), setting.storeIds(), setting.hostPaths());
        return load(exchange, files, setting, new HostPlaces(places, setting.hostPaths()));
    }

    /** As {@link #load(HistoryExchange, RecordFiles, Setting)}, over other places. */
    static PoolRemotes load(HistoryExchange exchange, RecordFiles files, Setting setting, RemotePlaces places)
            throws IOException {
        Path pool = exchange.directory();
        IndexCache indexes = IndexCache.open(pool.resolve(CACHE).resolve(INDEXES), MOST_INDEXES, setting.clock());
        KnownRemotes known = KnownRemotes.load(pool, files);
        KeptTokens tokens = new KeptTokens(setting.tokens(), files);
        forgetStray(tokens, known);
        return new PoolRemotes(
                exchange, known, blocks(pool), indexes, places, tokens, LocalRecords.load(pool, files), setting);
    }

    /** They keep no pool from opening. */
    private static void forgetStray(KeptTokens tokens, KnownRemotes known) {
        try {
            tokens.keepOnly(known.all());
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("Tokens of no remote cannot be deleted");
        }
    }

    /** A pool that is full or read-only can still be opened: pushes and pulls read more of large files then. */
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
    public synchronized RemoteView add(String name, String url, Map<String, String> options, Optional<NewToken> token)
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
        RandomId id = setting.ids().get();
        boolean isAdded = false;
        try {
            Optional<Path> kept = token.isPresent() ? Optional.of(tokens.put(id, token.get())) : Optional.empty();
            RemoteRecord record =
                    Pushes.tellingFull(() -> add(id, wanted, url, options, token.map(NewToken::name), kept));
            isAdded = true;
            return view(record);
        } finally {
            if (!isAdded) {
                tokens.remove(id);
            }
        }
    }

    private RemoteRecord add(
            RandomId id,
            Name name,
            String url,
            Map<String, String> options,
            Optional<String> tokenName,
            Optional<Path> token)
            throws RefusedException, IOException {
        try (OpenPlace place = places.forNew(url, options, token)) {
            Remote remote = BackendRemote.create(place.backend(), setting.storeIds());
            RemoteRecord record = new RemoteRecord(
                    id,
                    name,
                    url,
                    options,
                    Commits.id(remote.id()),
                    setting.clock().instant(),
                    tokenName);
            known.put(record);
            return record;
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
                record.name().value(),
                record.url(),
                record.remote().hex(),
                record.options(),
                record.addedAt(),
                record.token());
    }

    @Override
    public List<VolumesetView> volumesets(String name) throws RefusedException, IOException {
        try (Reached reached = reaching.reach(name, Progress.IGNORED)) {
            List<VolumesetView> views = new ArrayList<>();
            for (Map.Entry<String, Id> named : reached.remote().names().entrySet()) {
                views.add(view(reaching.volumeset(reached, named.getKey(), named.getValue())));
            }
            return views;
        }
    }

    private static VolumesetView view(RemoteVolumeset there) throws IOException {
        List<RemoteRefView> branches = new ArrayList<>();
        List<RemoteRefView> tags = new ArrayList<>();
        for (RefState ref : there.refs().all()) {
            String snapshot = ref.value().target().orElseThrow().snapshot().hex();
            (ref.value().isBranch() ? branches : tags)
                    .add(new RemoteRefView(ref.value().shortName(), snapshot));
        }
        branches.sort(Comparator.comparing(RemoteRefView::name));
        tags.sort(Comparator.comparing(RemoteRefView::name));
        return new VolumesetView(there.name(), there.volumeset().id().hex(), branches, tags);
    }

    @Override
    public synchronized Optional<String> remove(String name) throws RefusedException, IOException {
        RemoteRecord record = known.require(name);
        // First of all, so that whoever is interrupted removes it once more.
        Optional<String> stays = revoke(record);
        known.remove(record);
        tokens.remove(record.id());
        return stays;
    }

    /** A hub that does not answer keeps no remote. */
    private Optional<String> revoke(RemoteRecord record) {
        try {
            Optional<Path> token = tokens.of(record);
            if (token.isPresent()) {
                places.revoke(record.url(), record.options(), token.get());
            }
            return Optional.empty();
        } catch (RemoteException | IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("remote", record.name())
                    .addKeyValue("token", record.token().orElse(""))
                    .log("The token of a remote that is removed could not be revoked");
            return Optional.of("the token " + record.token().orElse("") + " could not be revoked at the hub: "
                    + e.getMessage() + "; revoke it there, with: fli hub token remove "
                    + record.token().orElse(""));
        }
    }

    @Override
    public Pushed push(PushOrder order, Progress progress) throws RefusedException, IOException {
        return Pushes.tellingFull(() -> turns.during(progress, () -> pushes.push(order, progress)));
    }

    @Override
    public List<Fetched> fetch(String place, Progress progress) throws RefusedException, IOException {
        return fetches.fetch(RemotePath.parse(place), progress);
    }

    @Override
    public Pulled pull(PullOrder order, Progress progress) throws RefusedException, IOException {
        return turns.during(progress, () -> pulls.pull(order, progress));
    }

    @Override
    public Pulled clone(CloneOrder order, Progress progress) throws RefusedException, IOException {
        return turns.during(progress, () -> pulls.clone(order, progress));
    }

    @Override
    public LocalVolumes local() {
        return local;
    }

    @Override
    public Checked check(String place, int percent, Progress progress) throws RefusedException, IOException {
        RemotePath path = RemotePath.parse(place).withoutRef();
        String name = path.requireVolumeset();
        try (Reached reached = reaching.reach(path.remote(), progress)) {
            return turns.during(progress, () -> check(reaching.volumeset(reached, name), percent, progress));
        }
    }

    private Checked check(RemoteVolumeset there, int percent, Progress progress) throws IOException {
        progress.phase("checking");
        // Nothing of what is remembered counts: a check asks what is there.
        DiskChunkIndex index = indexes.index(setting.storeIds().get());
        try (RepositoryCheck check = there.repository().check(index, progress::add)) {
            long seed = setting.clock().millis();
            RepositoryCheck.Outcome outcome = check.run(percent, seed, there.refs());
            return new Checked(
                    there.reached().name(),
                    there.name(),
                    outcome.snapshots(),
                    outcome.bytesRead(),
                    hurt(outcome.hurt()),
                    hurt(outcome.brokenPacks()));
        } finally {
            index.discard();
        }
    }

    private static List<Hurt> hurt(List<RepositoryCheck.Hurt> found) {
        return found.stream().map(each -> new Hurt(each.what(), each.why())).toList();
    }
}
