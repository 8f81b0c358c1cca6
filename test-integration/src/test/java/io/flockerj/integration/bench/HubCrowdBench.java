package io.flockerj.integration.bench;

import io.flockerj.store.BackendRemote;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Repository;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.place.OpenPlace;
import io.flockerj.store.place.PlaceLimits;
import io.flockerj.store.place.Places;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Twenty clients at once, by the store's own code, each as a user with a volumeset: all push, all pull, and a half of them each. What comes
 * back is compared with its hash. Told are the throughput, what went wrong, and the hub's memory idle and at most.
 */
final class HubCrowdBench implements Bench.Suite {
    private static final int CLIENTS = 20;
    private static final int CHUNK = 512 << 10;
    private static final int CHUNKS = 128;
    private static final double MEGABYTES = (double) CHUNK * CHUNKS / 1e6;
    private static final Id BRANCH = new Id(2, 2);
    private static final long LOOK_MILLIS = 100;
    private static final String PROBLEMS = "flockerhub_requests_total\\{.*status=\"(429|5..)\"";

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        PackagedHub.Site site = PackagedHub.Site.make(directory);
        List<Path> tokens = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            tokens.add(site.addUser(user(i)));
        }
        try (PackagedHub hub = PackagedHub.start(site)) {
            out.printf("%n  idle              %s%n", memory(hub));
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Client.open(hub, user(i), tokens.get(i), i));
            }
            phase("all push", hub, clients, _ -> true, out);
            phase("all push again", hub, clients, _ -> true, out);
            phase("all pull", hub, clients, _ -> false, out);
            phase("a half each", hub, clients, client -> client.number() % 2 == 0, out);
            clients.forEach(client -> client.place().close());
            out.printf("  afterwards        %s%n", memory(hub));
        } finally {
            Measure.command("rm", "-rf", directory.toString());
        }
    }

    private static String user(int number) {
        return "user-" + number;
    }

    private static String memory(PackagedHub hub) throws IOException, InterruptedException {
        return "%.0f MiB resident, %.0f MiB of heap".formatted(hub.use().residentMebibytes(), hub.heapMebibytes());
    }

    private interface Choice {
        boolean pushes(Client client);
    }

    private static void phase(String title, PackagedHub hub, List<Client> clients, Choice choice, PrintStream out)
            throws IOException, InterruptedException {
        double problems = hub.metric(PROBLEMS);
        double processor = hub.use().processorSeconds();
        hub.use().forgetPeak();
        long begin = System.nanoTime();
        List<Future<?>> running = new ArrayList<>();
        double heap;
        int failed = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Client client : clients) {
                running.add(threads.submit(() -> {
                    if (choice.pushes(client)) {
                        client.push();
                    } else {
                        client.pull();
                    }
                    return null;
                }));
            }
            heap = mostHeap(hub, running);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        for (Future<?> each : running) {
            failed += failed(each, out);
        }
        out.printf(
                "  %-17s %6.1f s, %6.1f MB/s, processor of the hub %5.1f s; at most %.0f MiB resident, %.0f MiB of heap;"
                        + " clients that failed %d, answers 429 and 5xx %.0f%n",
                title,
                seconds,
                (clients.size() - failed) * MEGABYTES / seconds,
                hub.use().processorSeconds() - processor,
                hub.use().peakMebibytes(),
                heap,
                failed,
                hub.metric(PROBLEMS) - problems);
    }

    private static double mostHeap(PackagedHub hub, List<Future<?>> running) throws IOException, InterruptedException {
        double most = 0;
        while (!running.stream().allMatch(Future::isDone)) {
            most = Math.max(most, hub.heapMebibytes());
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return most;
    }

    private static int failed(Future<?> each, PrintStream out) throws InterruptedException {
        try {
            each.get();
            return 0;
        } catch (ExecutionException e) {
            out.printf("  a client failed: %s%n", e.getCause());
            return 1;
        }
    }

    /** A user with a volumeset. */
    private record Client(
            int number, OpenPlace place, Id volumeset, Supplier<Id> ids, Random random, List<Snapshot> pushed) {
        /** What was pushed last, to be pulled. */
        private record Snapshot(Id id, List<Hash> chunks) {}

        static Client open(PackagedHub hub, String user, Path token, int number) throws IOException {
            Supplier<Id> ids = Id.source(new SecureRandom());
            Places places = new Places(InstantSource.system(), Thread::sleep, new SecureRandom(), ids, path -> path);
            Map<String, String> options = Map.of(
                    "token-file",
                    token.toString(),
                    "ca-file",
                    hub.site().certificate().toString());
            OpenPlace place = places.open(hub.address() + "/" + user, options, PlaceLimits.USUAL);
            Id volumeset = ids.get();
            BackendRemote remote = BackendRemote.create(place.backend(), ids);
            remote.create(volumeset);
            remote.name("db", volumeset);
            return new Client(number, place, volumeset, ids, new Random(number), new ArrayList<>());
        }

        void push() throws IOException {
            Repository repository = Repository.open(place.backend(), volumeset);
            List<Hash> chunks = new ArrayList<>();
            PackList packs;
            try (ChunkWriter writer = repository.writer(new MemoryChunkIndex())) {
                byte[] content = new byte[CHUNK];
                for (int i = 0; i < CHUNKS; i++) {
                    random.nextBytes(content);
                    chunks.add(writer.data(content, 0, content.length));
                }
                writer.finish();
                packs = repository.name(new PackList(List.of(), List.of()), writer.written());
            }
            Id snapshot = ids.get();
            TreeRef tree = new TreeRef(chunks.getFirst(), chunks.getFirst(), new Totals(1, CHUNK, CHUNK));
            Commit commit =
                    new Commit(volumeset, snapshot, Optional.empty(), Instant.now(), tree, packs, List.of(), 0, says());
            if (!(repository.commit(commit) instanceof CommitOutcome.Committed(Hash hash))) {
                throw new IOException("a snapshot that nobody else has is there");
            }
            RefMove move = new RefMove(
                    RefValue.nameOfBranch("b" + snapshot.abbreviated()),
                    Optional.empty(),
                    new RefValue.Target(snapshot, hash),
                    Optional.of(BRANCH),
                    false,
                    Optional.empty());
            if (!(repository.refs(InstantSource.system(), ids).move(move) instanceof RefUpdate.Moved)) {
                throw new IOException("a branch that nobody else has was not moved");
            }
            pushed.add(new Snapshot(snapshot, chunks));
        }

        private SnapshotRecord says() {
            return new SnapshotRecord(
                    Optional.empty(),
                    Optional.empty(),
                    new TreeMap<>(),
                    new SnapshotRecord.Named(volumeset, "db"),
                    new SnapshotRecord.Named(BRANCH, "main"),
                    true,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }

        void pull() throws IOException {
            Repository repository = Repository.open(place.backend(), volumeset);
            Snapshot wanted = pushed.getLast();
            Commit commit = repository.commit(wanted.id()).orElseThrow();
            try (ChunkReader reader = repository.reader(new MemoryChunkIndex())) {
                reader.learn(repository.packs(commit.packs()));
                for (Hash chunk : wanted.chunks()) {
                    if (reader.chunk(chunk).length() != CHUNK) {
                        throw new IOException("a chunk has another length");
                    }
                }
            }
        }
    }
}
