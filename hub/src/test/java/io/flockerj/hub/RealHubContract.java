package io.flockerj.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.AuditCheck;
import io.flockerj.hub.audit.AuditLog;
import io.flockerj.hub.audit.Chain;
import io.flockerj.hub.audit.ReadLog;
import io.flockerj.hub.audit.StoredHeads;
import io.flockerj.hub.database.OnDatabase;
import io.flockerj.hub.guard.FolderBackend;
import io.flockerj.hub.guard.Recording;
import io.flockerj.hub.http.TestingCertificates;
import io.flockerj.hub.people.HubAdmission;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Refusals;
import io.flockerj.hub.people.TokenAuthentication;
import io.flockerj.hub.people.Tokens;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.Remote;
import io.flockerj.store.RemoteContract;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A hub as it is run, with its people and its record, is a remote like any other: on any database, over any storage. */
public abstract class RealHubContract extends RemoteContract {
    protected static final Supplier<Id> IDS = Id.source(new SecureRandom());
    private static final RetryLimits SOME =
            new RetryLimits(8, Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Id VOLUMESET = new Id(5, 5);

    @RegisterExtension
    final OnDatabase on;

    @TempDir
    private Path directory;

    private final List<OpenPlace> opened = new ArrayList<>();
    private TestingCertificates certificates;
    private TestingPeople people;
    private StreamingBackend storage;
    private AuditLog log;
    private Hub hub;

    protected RealHubContract(OnDatabase on) {
        this.on = on;
    }

    /** The storage of a new hub, which is empty; asked again, another program's view of it. */
    protected abstract StreamingBackend storage(Path directory) throws IOException;

    @BeforeEach
    void start() throws IOException, PeopleException {
        InstantSource clock = InstantSource.system();
        certificates = new TestingCertificates(directory);
        people = new TestingPeople(directory, on.database());
        storage = storage(directory);
        log = AuditLog.begin(
                on.database(),
                new StoredHeads(storage, IDS),
                clock,
                new Chain(IDS.get(), clock.instant(), "here", "1.2.3"));
        ReadLog reads = new ReadLog(log, clock);
        HubSettings settings =
                new HubSettings("localhost", 0, Optional.of(certificates.issue()), directory.resolve("data"));
        Tokens tokens = new Tokens(on.database(), clock, IDS, new SecureRandom());
        hub = Hub.start(
                settings,
                new Hub.Parts(
                        storage,
                        Optional.empty(),
                        new HubAdmission(on.database(), clock, Duration.ofDays(30)),
                        new TokenAuthentication(tokens, clock, new Refusals(log::record, clock)),
                        recording(reads),
                        () -> {},
                        clock,
                        IDS));
    }

    private Recording recording(ReadLog reads) {
        return new Recording() {
            @Override
            public void act(Act act) throws IOException {
                log.record(act);
            }

            @Override
            public void read(Act act, long bytes) throws IOException {
                reads.record(act, bytes);
            }
        };
    }

    @AfterEach
    void stop() throws IOException {
        opened.forEach(OpenPlace::close);
        hub.close();
        log.close();
        closeStorage();
    }

    /** Ends what {@link #storage} has opened, behind all who use it. */
    protected void closeStorage() {}

    private Backend backend(String account) throws IOException {
        Places places = new Places(InstantSource.system(), Thread::sleep, new SecureRandom(), IDS, path -> path);
        Map<String, String> options = new HashMap<>();
        options.put("ca-file", certificates.caFile().toString());
        try {
            options.put("token-file", people.token(account).toString());
        } catch (PeopleException e) {
            throw new IllegalStateException(e);
        }
        PlaceLimits limits = new PlaceLimits(8, SOME, OptionalLong.empty(), OptionalLong.empty());
        OpenPlace place = places.open("https://localhost:" + hub.port() + "/crew", options, limits);
        synchronized (opened) {
            opened.add(place);
        }
        return place.backend();
    }

    private Remote as(String account) throws IOException {
        return BackendRemote.create(backend(account), IDS);
    }

    @Override
    protected Remote create() throws IOException {
        return as("alice");
    }

    @Override
    protected Remote again(Remote remote) throws IOException {
        return as("alice");
    }

    /** The same remote without the hub. */
    private Backend straight() throws IOException {
        return FolderBackend.of(storage(directory), new OwnerName("crew"));
    }

    @Test
    void whatWasPushedIsPulledAndIsReadStraightFromTheStorageWithoutTheHub() throws IOException {
        Random random = new Random(17);
        Pushed pushed = new Pushed(VOLUMESET, IDS);
        Backend alice = backend("alice");
        BackendRemote.create(alice, IDS).create(VOLUMESET);
        BackendRemote.open(alice, IDS).name("db", VOLUMESET);
        List<Pushed.Snapshot> snapshots = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            snapshots.add(pushed.push(alice, "main", random).orElseThrow());
        }
        hub.close();

        Remote remote = BackendRemote.open(straight(), IDS);

        assertThat(remote.names()).containsExactly(Map.entry("db", VOLUMESET));
        assertThat(pushed.line(straight(), "main"))
                .containsExactlyElementsOf(
                        snapshots.reversed().stream().map(Pushed.Snapshot::id).toList());
        for (Pushed.Snapshot snapshot : snapshots) {
            assertThat(pushed.content(straight(), snapshot.id())).isEqualTo(snapshot.content());
        }
    }

    @Test
    void whoMayNotReadFindsNothingAndTheRecordHolds() throws IOException {
        Backend alice = backend("alice");
        BackendRemote.create(alice, IDS).create(VOLUMESET);
        BackendRemote.open(alice, IDS).name("db", VOLUMESET);

        Remote bob = as("bob");

        assertThat(bob.names()).isEmpty();
        assertThatThrownBy(() -> bob.open(VOLUMESET)).hasMessageContaining("no repository");
        log.exportHead();
        assertThat(new AuditCheck(on.database(), new StoredHeads(storage, IDS))
                        .run()
                        .isGood())
                .isTrue();
    }

    @Test
    void aDeletedVolumesetIsGoneForItsUsersAndItsDataIsThere() throws IOException {
        Pushed pushed = new Pushed(VOLUMESET, IDS);
        Backend alice = backend("alice");
        Remote remote = BackendRemote.create(alice, IDS);
        remote.create(VOLUMESET);
        remote.name("db", VOLUMESET);
        Pushed.Snapshot snapshot = pushed.push(alice, "main", new Random(3)).orElseThrow();

        assertThat(remote.unname("db", VOLUMESET)).isTrue();

        assertThat(remote.names()).isEmpty();
        assertThat(pushed.line(alice, "main")).isEmpty();
        assertThatThrownBy(() -> pushed.push(alice, "main", new Random(4))).isInstanceOf(IOException.class);
        assertThat(BackendRemote.open(straight(), IDS).names()).isEmpty();
        assertThat(pushed.content(straight(), snapshot.id())).isEqualTo(snapshot.content());
    }
}
