package io.flockerj.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.audit.AuditCheck;
import io.flockerj.hub.audit.StoredHeads;
import io.flockerj.hub.database.DatabaseLocation;
import io.flockerj.hub.database.OnDatabase;
import io.flockerj.hub.guard.FolderBackend;
import io.flockerj.hub.http.ServerSettings.TlsFiles;
import io.flockerj.hub.http.TestingCertificates;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.id.Id;
import io.flockerj.store.place.OpenPlace;
import io.flockerj.store.place.PlaceLimits;
import io.flockerj.store.place.Places;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Hubs side by side on one PostgreSQL and one storage, which are killed again and again while many push and pull. */
public abstract class SideBySideContract {
    private static final Supplier<Id> IDS = Id.source(new SecureRandom());
    private static final RetryLimits PATIENT =
            new RetryLimits(40, Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofSeconds(90));
    private static final int CLIENTS = 20;
    private static final int VOLUMESETS = 2;
    private static final int KILLS =
            Integer.getInteger("flockerj.kills", Boolean.getBoolean("flockerj.soak") ? 100 : 3);
    private static final long SEED = 4711;
    private static final List<String> BRANCHES = List.of("main", "other");

    @RegisterExtension
    final OnDatabase on = new OnDatabase.Postgres();

    @TempDir
    private Path directory;

    /** The options by which hubs find the storage. */
    protected abstract List<String> storageOptions(Path directory);

    /** The same storage, without a hub. */
    protected abstract StreamingBackend storage(Path directory) throws IOException;

    private record Acknowledged(int volumeset, String branch, Pushed.Snapshot snapshot) {}

    private final ConcurrentLinkedQueue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger lostRaces = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger pulled = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    private static Pushed volumeset(int number) {
        return new Pushed(new Id(70, number), IDS);
    }

    private OpenPlace open(int port, Path token, Path ca) throws IOException {
        Places places = new Places(InstantSource.system(), Thread::sleep, new SecureRandom(), IDS, path -> path);
        Map<String, String> options = new HashMap<>();
        options.put("ca-file", ca.toString());
        options.put("token-file", token.toString());
        return places.open(
                "https://localhost:" + port + "/crew",
                options,
                new PlaceLimits(4, PATIENT, OptionalLong.empty(), OptionalLong.empty()));
    }

    @Test
    void nothingThatWasAcknowledgedIsLostAndEachMoveHasOneWinnerWhileHubsAreKilled() throws Exception {
        TestingCertificates certificates = new TestingCertificates(directory);
        TlsFiles tls = certificates.issue();
        TestingPeople people = new TestingPeople(directory, on.database());
        Path token = people.token("alice");
        try (Balancer balancer = new Balancer();
                Killed hubs = new Killed(tls, balancer);
                OpenPlace place = open(balancer.port(), token, certificates.caFile())) {
            for (int number = 0; number < VOLUMESETS; number++) {
                BackendRemote remote = BackendRemote.create(place.backend(), IDS);
                remote.create(new Id(70, number));
                remote.name("db" + number, new Id(70, number));
            }
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> clients = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    Random random = new Random(SEED + client);
                    OpenPlace own = open(balancer.port(), token, certificates.caFile());
                    clients.add(threads.submit(() -> work(own, random)));
                }
                try {
                    hubs.killAgainAndAgain(new Random(SEED));
                } finally {
                    over.set(true);
                }
                for (Future<?> client : clients) {
                    client.get();
                }
            }
            assertThat(balancer.connections()).isGreaterThan(CLIENTS);
        }
        System.out.println("acknowledged " + acknowledged.size() + ", lost races " + lostRaces + ", failed " + failed
                + ", pulled " + pulled);
        assertThat(wrong).as("seed " + SEED).isEmpty();
        assertThat(acknowledged).hasSizeGreaterThan(CLIENTS);
        assertThat(lostRaces).hasPositiveValue();
        assertThat(pulled).hasPositiveValue();
        checkStorage();
        assertThat(new AuditCheck(on.database(), new StoredHeads(storage(directory), IDS))
                        .run()
                        .findings())
                .isEmpty();
    }

    private Void work(OpenPlace place, Random random) {
        try (place) {
            while (!over.get()) {
                int number = random.nextInt(VOLUMESETS);
                String branch = BRANCHES.get(random.nextInt(BRANCHES.size()));
                try {
                    if (random.nextInt(3) == 0) {
                        pull(place.backend(), number, random);
                    } else {
                        push(place.backend(), number, branch, random);
                    }
                } catch (IOException e) {
                    // What was not acknowledged may have happened or not.
                    failed.incrementAndGet();
                }
            }
        }
        return null;
    }

    private void push(Backend backend, int number, String branch, Random random) throws IOException {
        Optional<Pushed.Snapshot> snapshot = volumeset(number).push(backend, branch, random);
        if (snapshot.isPresent()) {
            acknowledged.add(new Acknowledged(number, branch, snapshot.get()));
        } else {
            lostRaces.incrementAndGet();
        }
    }

    private void pull(Backend backend, int number, Random random) throws IOException {
        List<Acknowledged> known =
                acknowledged.stream().filter(each -> each.volumeset() == number).toList();
        if (known.isEmpty()) {
            return;
        }
        Pushed.Snapshot wanted = known.get(random.nextInt(known.size())).snapshot();
        if (!volumeset(number).content(backend, wanted.id()).equals(wanted.content())) {
            wrong.add("snapshot " + wanted.id() + " holds something else");
        }
        pulled.incrementAndGet();
    }

    private void checkStorage() throws IOException {
        Backend team = FolderBackend.of(storage(directory), new OwnerName("crew"));
        BackendRemote remote = BackendRemote.open(team, IDS);
        for (int number = 0; number < VOLUMESETS; number++) {
            assertThat(remote.find("db" + number)).contains(new Id(70, number));
            for (String branch : BRANCHES) {
                checkBranch(team, number, branch);
            }
        }
    }

    private void checkBranch(Backend team, int number, String branch) throws IOException {
        List<Id> line = volumeset(number).line(team, branch);
        Set<Long> generations = new HashSet<>();
        Set<Optional<Id>> parents = new HashSet<>();
        for (Acknowledged each : acknowledged) {
            if (each.volumeset() == number && each.branch().equals(branch)) {
                Pushed.Snapshot snapshot = each.snapshot();
                assertThat(line).as("%s of %s, seed %s", branch, number, SEED).contains(snapshot.id());
                assertThat(generations.add(snapshot.generation()))
                        .as("one winner")
                        .isTrue();
                assertThat(parents.add(snapshot.parent())).as("one winner").isTrue();
                assertThat(volumeset(number).content(team, snapshot.id())).isEqualTo(snapshot.content());
            }
        }
        assertThat(line).doesNotHaveDuplicates();
    }

    /** Two hubs, of which one at a time is killed and started anew. */
    private final class Killed implements AutoCloseable {
        private final TlsFiles tls;
        private final Balancer balancer;
        private final List<HubProcess> hubs = new ArrayList<>();

        Killed(TlsFiles tls, Balancer balancer) throws IOException {
            this.tls = tls;
            this.balancer = balancer;
            try {
                for (int hub = 0; hub < 2; hub++) {
                    hubs.add(start(hub));
                }
            } catch (IOException | RuntimeException | Error e) {
                close();
                throw e;
            }
        }

        private HubProcess start(int hub) throws IOException {
            HubProcess started = HubProcess.start(
                    directory.resolve("hub" + hub),
                    (DatabaseLocation.PostgresServer) on.location(),
                    tls,
                    storageOptions(directory));
            balancer.add(started.port());
            return started;
        }

        void killAgainAndAgain(Random random) throws IOException, InterruptedException {
            for (int kill = 0; kill < KILLS; kill++) {
                int hub = kill % hubs.size();
                int before = acknowledged.size();
                awaitWork(before + 3 + random.nextInt(10));
                Thread.sleep(random.nextInt(100)); // tidy: a kill comes at any moment, not at the end of a push
                hubs.get(hub).kill();
                balancer.remove(hubs.get(hub).port());
                awaitWork(acknowledged.size() + 3);
                hubs.set(hub, start(hub));
            }
            awaitWork(acknowledged.size() + 10);
        }

        private void awaitWork(int wanted) throws InterruptedException {
            long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
            while (acknowledged.size() < wanted) {
                assertThat(System.nanoTime()).as("others go on").isLessThan(deadline);
                Thread.sleep(10); // tidy: looks for a condition
            }
        }

        @Override
        public void close() {
            hubs.forEach(HubProcess::close);
        }
    }
}
