package io.flockerj.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.access.BranchRules;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.TestingAdmission;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.guard.Recorded;
import io.flockerj.hub.http.TestingCertificates;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.Remote;
import io.flockerj.store.RemoteContract;
import io.flockerj.store.backend.NoSuchPlaceException;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import io.flockerj.store.place.OpenPlace;
import io.flockerj.store.place.PlaceLimits;
import io.flockerj.store.place.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An owner on a hub, over HTTPS and through the guard, is a remote like any other. */
class HubRemoteTest extends RemoteContract {
    private static final Supplier<Id> IDS = Id.source(new SecureRandom());
    private static final RetryLimits FEW =
            new RetryLimits(3, Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(5));

    @TempDir
    private Path directory;

    private final TestingAdmission admission = new TestingAdmission().owner("team", "alice");
    private final List<OpenPlace> opened = new ArrayList<>();
    private TestingCertificates certificates;
    private Hub hub;

    @BeforeEach
    void start() throws IOException {
        certificates = new TestingCertificates(directory);
        HubSettings settings =
                new HubSettings("localhost", 0, Optional.of(certificates.issue()), directory.resolve("data"));
        hub = Hub.start(
                settings,
                new Hub.Parts(
                        DirectoryBackend.open(settings.storage(), IDS),
                        Optional.empty(),
                        admission,
                        admission,
                        new Recorded(),
                        () -> {},
                        InstantSource.system(),
                        IDS));
    }

    @AfterEach
    void stop() {
        opened.forEach(OpenPlace::close);
        hub.close();
    }

    private OpenPlace open(String owner, Map<String, String> more) throws IOException {
        Places places = new Places(InstantSource.system(), Thread::sleep, new SecureRandom(), IDS, path -> path);
        Map<String, String> options = new HashMap<>(more);
        options.put("ca-file", certificates.caFile().toString());
        PlaceLimits limits = new PlaceLimits(8, FEW, OptionalLong.empty(), OptionalLong.empty());
        OpenPlace place = places.open("https://localhost:" + hub.port() + "/" + owner, options, limits);
        synchronized (opened) {
            opened.add(place);
        }
        return place;
    }

    private Remote as(String account, String owner) throws IOException {
        Path token = Files.createTempFile(
                directory,
                "token",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, account);
        return BackendRemote.create(
                open(owner, Map.of("token-file", token.toString())).backend(), IDS);
    }

    @Override
    protected Remote create() throws IOException {
        return as("alice", "team");
    }

    @Override
    protected Remote again(Remote remote) throws IOException {
        return as("alice", "team");
    }

    @Test
    void whatIsOnAHubIsReadStraightFromItsStorage() throws IOException {
        Remote remote = create();
        Id volumeset = new Id(5, 5);
        Id repository = remote.create(volumeset).id();
        remote.name("db", volumeset);

        Remote straight =
                BackendRemote.open(DirectoryBackend.open(directory.resolve("data/storage/owners/team"), IDS), IDS);

        assertThat(straight.id()).isEqualTo(remote.id());
        assertThat(straight.find("db")).contains(volumeset);
        assertThat(straight.open(volumeset).id()).isEqualTo(repository);
    }

    @Test
    void whoMayNotReadSeesNoVolumesets() throws IOException {
        Remote alice = create();
        alice.create(new Id(5, 5));
        alice.name("db", new Id(5, 5));

        Remote bob = as("bob", "team");

        assertThat(bob.names()).isEmpty();
        assertThat(bob.find("db")).isEmpty();
        assertThatThrownBy(() -> bob.open(new Id(5, 5))).hasMessageContaining("no repository");
        assertThatThrownBy(() -> bob.open(new Id(6, 6))).hasMessageContaining("no repository");
    }

    @Test
    void whoIsNotSignedInIsToldSo() {
        assertThatThrownBy(() -> BackendRemote.create(open("team", Map.of()).backend(), IDS))
                .hasMessageContaining("sign in")
                .hasMessageContaining("give the option token-file");
        assertThatThrownBy(() ->
                        BackendRemote.create(open("nobody-there", Map.of()).backend(), IDS))
                .hasMessageContaining("sign in");
    }

    @Test
    void anOwnerWhoIsNotThereIsTold() {
        assertThatThrownBy(() -> as("alice", "strangers"))
                .isInstanceOf(NoSuchPlaceException.class)
                .hasMessageContaining("no user and no team strangers")
                .hasMessageNotContaining("cannot read");
    }

    @Test
    void whatIsPublicIsReadByEverybody() throws IOException {
        Remote alice = create();
        Id id = new Id(5, 5);
        alice.create(id);
        alice.name("db", id);
        admission.volumeset(
                new VolumesetName(new OwnerName("team"), "db"),
                id,
                Visibility.PUBLIC,
                BranchRules.NONE,
                Map.of("alice", Right.ADMIN));

        Remote anybody = BackendRemote.open(open("team", Map.of()).backend(), IDS);

        assertThat(anybody.names()).containsExactly(Map.entry("db", id));
        assertThat(anybody.open(id).id()).isEqualTo(alice.open(id).id());
        assertThatThrownBy(() -> anybody.unname("db", id)).hasMessageContaining("sign in");
    }

    @Test
    void aTokenThatIsRevokedIsRefusedAtTheNextCall() throws IOException {
        Remote alice = create();
        assertThat(alice.names()).isEmpty();

        admission.refuse("alice", Authentication.Reason.REVOKED);

        assertThatThrownBy(alice::names).hasMessageContaining("revoked");
    }

    @Test
    void aVolumesetThatWasDeletedIsNotGotAtByNamingItAnew() throws IOException {
        Remote alice = create();
        Id id = new Id(5, 5);
        alice.create(id);
        alice.name("db", id);
        assertThat(alice.unname("db", id)).isTrue();

        assertThatThrownBy(() -> alice.name("other", id)).hasMessageContaining("deleted and can be restored");
        assertThat(alice.find("other")).isEmpty();
    }

    @Test
    void aVolumesetHasOneNameWithAnOwner() throws IOException {
        Remote alice = create();
        Id id = new Id(5, 5);
        alice.create(id);
        alice.name("db", id);

        assertThatThrownBy(() -> alice.name("other", id)).hasMessageContaining("under another name");
    }

    @Test
    void aNameThatTheStorageLostTrackOfIsCompleted() throws IOException {
        Remote alice = create();
        Id id = new Id(5, 5);
        alice.create(id);
        // As if the hub had ended between the two.
        admission.make(TestingAdmission.caller("alice"), new VolumesetName(new OwnerName("team"), "db"), id);

        assertThat(alice.find("db")).contains(id);
        assertThat(alice.names()).containsKey("db");
    }
}
