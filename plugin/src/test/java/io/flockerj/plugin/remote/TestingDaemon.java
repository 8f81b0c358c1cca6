package io.flockerj.plugin.remote;

import com.google.common.util.concurrent.MoreExecutors;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.local.EngineView;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.TestingHistories;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.store.backend.Trace;
import io.flockerj.store.backend.TracedBackend;
import io.flockerj.store.backend.Wanted;
import io.flockerj.store.place.OpenPlace;
import io.flockerj.store.place.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A host's pool with its remotes, that remembers what was asked of them. */
final class TestingDaemon {
    final TestingHistories histories;
    final PoolRemotes remotes;

    private final List<Trace.Call> calls = new CopyOnWriteArrayList<>();

    TestingDaemon(TestingHistories histories) throws IOException {
        this.histories = histories;
        PoolRemotes.Setting setting = new PoolRemotes.Setting(
                path -> path,
                histories.clock(),
                histories::nextId,
                MoreExecutors.directExecutor(),
                time -> {},
                new Random(1),
                "host",
                new EngineView(Path.of("/proc"), () -> ProcessHandle.current().pid()),
                histories.directory().resolveSibling(histories.directory().getFileName() + "-tokens"));
        Places places =
                new Places(setting.clock(), setting.sleeper(), setting.random(), setting.storeIds(), path -> path);
        this.remotes = PoolRemotes.load(
                histories.exchange(), RecordFiles.durable(), setting, new Traced(new HostPlaces(places, path -> path)));
        histories.remotes(remotes);
    }

    /** In a new directory. */
    static TestingDaemon in(Path directory) throws IOException {
        return new TestingDaemon(TestingHistories.in(Files.createDirectory(directory)));
    }

    private final class Traced implements RemotePlaces {
        private final RemotePlaces next;

        Traced(RemotePlaces next) {
            this.next = next;
        }

        @Override
        public OpenPlace forNew(String url, Map<String, String> options, Optional<Path> token)
                throws RemoteException, IOException {
            return traced(next.forNew(url, options, token));
        }

        @Override
        public OpenPlace open(String url, Map<String, String> options, Optional<Path> token, Wanted wanted)
                throws RemoteException, IOException {
            return traced(next.open(url, options, token, wanted));
        }

        @Override
        public void revoke(String url, Map<String, String> options, Path token) throws RemoteException, IOException {
            next.revoke(url, options, token);
        }

        private OpenPlace traced(OpenPlace place) {
            return new OpenPlace(
                    new TracedBackend(place.backend(), histories.clock(), calls::add), place.traffic(), place.ending());
        }
    }

    void add(String name, Path remote) throws RefusedException, IOException {
        remotes.add(name, "file://" + remote, Map.of(), Optional.empty());
    }

    Remotes.Pushed push(String ref) throws RefusedException, IOException {
        return push(ref, histories.clock().instant());
    }

    /** A push that was asked for some time ago. */
    Remotes.Pushed push(String ref, Instant askedAt) throws RefusedException, IOException {
        return push(ref, askedAt, Optional.empty());
    }

    Remotes.Pushed pushTo(String branch, String ref) throws RefusedException, IOException {
        return push(ref, histories.clock().instant(), Optional.of(branch));
    }

    private Remotes.Pushed push(String ref, Instant askedAt, Optional<String> branch)
            throws RefusedException, IOException {
        return remotes.push(order(ref, askedAt, branch, false, true), Progress.IGNORED);
    }

    /** A push that somebody watches. */
    Remotes.Pushed push(String ref, Progress progress) throws RefusedException, IOException {
        return remotes.push(order(ref, histories.clock().instant(), Optional.empty(), false, true), progress);
    }

    Remotes.Pushed pushAllBranches(String ref) throws RefusedException, IOException {
        return remotes.push(order(ref, histories.clock().instant(), Optional.empty(), true, false), Progress.IGNORED);
    }

    Remotes.Pushed pushWithoutTags(String ref) throws RefusedException, IOException {
        return remotes.push(order(ref, histories.clock().instant(), Optional.empty(), false, false), Progress.IGNORED);
    }

    private static Remotes.PushOrder order(
            String ref, Instant askedAt, Optional<String> branch, boolean all, boolean tags) {
        return new Remotes.PushOrder(
                ref,
                ZoneOffset.UTC,
                askedAt,
                Optional.empty(),
                Optional.empty(),
                branch,
                all,
                tags,
                false,
                Optional.empty());
    }

    Remotes.Pulled pull(String ref) throws RefusedException, IOException {
        return pull(ref, histories.clock().instant());
    }

    /** A pull that was asked for some time ago. */
    Remotes.Pulled pull(String ref, Instant askedAt) throws RefusedException, IOException {
        return remotes.pull(new Remotes.PullOrder(ref, ZoneOffset.UTC, askedAt, Optional.empty()), Progress.IGNORED);
    }

    /** A pull that somebody cancels when so many bytes were written. */
    void pullUntil(String ref, long bytes) throws RefusedException, IOException {
        AtomicLong written = new AtomicLong();
        Instant now = histories.clock().instant();
        remotes.pull(new Remotes.PullOrder(ref, ZoneOffset.UTC, now, Optional.empty()), new Progress() {
            @Override
            public void phase(String word) {}

            @Override
            public void expect(long expected, long entries) {}

            @Override
            public void add(long more, long entries) throws CancelledException {
                if (written.addAndGet(more) >= bytes) {
                    throw new CancelledException();
                }
            }
        });
    }

    Remotes.Pulled cloneOf(String place, String volume) throws RefusedException, IOException {
        return cloneOf(place, volume, Map.of());
    }

    Remotes.Pulled cloneOf(String place, String volume, Map<String, String> options)
            throws RefusedException, IOException {
        return remotes.clone(
                cloneOrder(place, volume, options, histories.clock().instant(), false), Progress.IGNORED);
    }

    /** A clone that was asked for some time ago. */
    Remotes.Pulled cloneOf(String place, String volume, Instant askedAt) throws RefusedException, IOException {
        return remotes.clone(cloneOrder(place, volume, Map.of(), askedAt, false), Progress.IGNORED);
    }

    /** A clone that is to go on with a branch. */
    Remotes.Pulled cloneOnBranch(String place, String volume, String branch) throws RefusedException, IOException {
        Remotes.CloneOrder order = new Remotes.CloneOrder(
                place,
                ZoneOffset.UTC,
                histories.clock().instant(),
                new VolumeName(volume),
                Map.of(),
                Optional.of(branch),
                false);
        return remotes.clone(order, Progress.IGNORED);
    }

    private static Remotes.CloneOrder cloneOrder(
            String place, String volume, Map<String, String> options, Instant askedAt, boolean begunAgain) {
        return new Remotes.CloneOrder(
                place, ZoneOffset.UTC, askedAt, new VolumeName(volume), options, Optional.empty(), begunAgain);
    }

    /** A clone that an earlier daemon has begun. */
    Remotes.Pulled cloneAgain(String place, String volume, Map<String, String> options)
            throws RefusedException, IOException {
        return remotes.clone(
                cloneOrder(place, volume, options, histories.clock().instant(), true), Progress.IGNORED);
    }

    Remotes.Fetched fetch(String place) throws RefusedException, IOException {
        return remotes.fetch(place, Progress.IGNORED).getFirst();
    }

    /** The objects whose names have a part that were read since the calls were forgotten, each as often as it was. */
    List<String> read(String part) {
        return calls.stream()
                .filter(call -> call.kind() == Trace.Kind.READ)
                .map(call -> call.name().text())
                .filter(name -> name.contains(part))
                .toList();
    }

    void forgetCalls() {
        calls.clear();
    }
}
