package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Traffic;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import io.flockerj.store.index.IndexCache;
import io.flockerj.store.place.OpenPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host learns of a remote, on which anybody may have written. */
class FetchingTest {
    @TempDir
    Path directory;

    private Path nas;
    private TestingDaemon here;
    private TestingDaemon there;

    @BeforeEach
    void setUp() throws Exception {
        nas = Files.createDirectory(directory.resolve("nas"));
        here = TestingDaemon.in(directory.resolve("here"));
        there = TestingDaemon.in(directory.resolve("there"));
        here.add("nas", nas);
        there.add("nas", nas);
        here.histories.create("db");
    }

    @Test
    void moreSnapshotsThanOneFetchTakesInAreRefusedAndNoneIsRemembered() throws Exception {
        Snapshot first = here.histories.snapshot("db");
        here.histories.snapshot("db");
        here.push("db");

        assertThatThrownBy(() -> fetching(new Fetching.Limits(2, 1000)).run())
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("nas/db tells of more than 2 snapshots");

        assertThat(there.histories.find(first.id())).isEmpty();
        Fetching enough = fetching(new Fetching.Limits(3, 1000));
        enough.run();
        assertThat(enough.learned()).isEqualTo(3);
    }

    @Test
    void whatIsSaidOfSnapshotsHasALimitToo() throws Exception {
        here.histories.snapshot("db", "a long message");
        here.push("db");

        assertThatThrownBy(() -> fetching(new Fetching.Limits(10, 10)).run())
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("10 characters of names, messages and labels");
    }

    @Test
    void theNamesOfSnapshotsCountToo() throws Exception {
        here.histories.snapshot("db");
        here.push("db");

        assertThatThrownBy(() -> fetching(new Fetching.Limits(10, 11)).run())
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("11 characters of names");
        fetching(new Fetching.Limits(10, 12)).run();
    }

    private Fetching fetching(Fetching.Limits limits) throws Exception {
        Supplier<Id> ids = () -> Commits.id(there.histories.nextId());
        OpenPlace place = new OpenPlace(DirectoryBackend.open(nas, ids), new Traffic(), () -> {});
        BackendRemote remote = BackendRemote.open(place.backend(), ids);
        Id id = remote.find("db").orElseThrow();
        Repository repository = remote.open(id);
        RemoteRecord record = new RemoteRecord(
                there.histories.nextId(),
                new Name("nas"),
                "file://" + nas,
                Map.of(),
                Commits.id(remote.id()),
                there.histories.clock().instant(),
                Optional.empty());
        RemoteVolumeset volumeset = new RemoteVolumeset(
                new Reached(record, place, remote),
                "db",
                new Volumeset(new RandomId(id.hex()), new Name("db")),
                repository,
                repository.refs(there.histories.clock(), ids),
                IndexCache.open(nas.resolveSibling("indexes"), 1 << 20, there.histories.clock()));
        return new Fetching(
                there.histories.exchange(), volumeset, there.histories.clock().instant(), limits, Progress.IGNORED);
    }
}
