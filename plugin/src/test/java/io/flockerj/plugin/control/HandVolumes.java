package io.flockerj.plugin.control;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.Finding;
import io.flockerj.plugin.volume.LocalVolumes;
import io.flockerj.plugin.volume.MountId;
import io.flockerj.plugin.volume.PoolView;
import io.flockerj.plugin.volume.Rebuilt;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.UnfinishedWork;
import io.flockerj.plugin.volume.UnknownVolumeException;
import io.flockerj.plugin.volume.VolumeFiles;
import io.flockerj.plugin.volume.VolumeHistory;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.VolumeView;
import io.flockerj.plugin.volume.Volumes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** One volume, whose changes, import and export go as a test wants. */
final class HandVolumes implements Volumes {
    private volatile Change change = progress -> {};
    private final List<Instant> askedAt = new CopyOnWriteArrayList<>();
    private volatile Import importing = (archive, progress) -> {};
    private volatile VolumeFiles.Archive export = (out, progress) -> new VolumeFiles.LeftOut(0, 0, 0);

    /** What every change does. */
    interface Change {
        void run(Progress progress) throws RefusedException, IOException;
    }

    /** What an import does. */
    interface Import {
        void run(InputStream archive, Progress progress) throws IOException;
    }

    /** In memory, which outlives a daemon here. */
    private final UnfinishedWork work = new UnfinishedWork() {
        private final Map<String, Order> orders = new ConcurrentHashMap<>();

        @Override
        public List<Order> all() {
            return List.copyOf(orders.values());
        }

        @Override
        public void put(Order order) {
            orders.put(order.id(), order);
        }

        @Override
        public void remove(Order order) {
            orders.remove(order.id());
        }
    };

    @Override
    public UnfinishedWork unfinishedWork() {
        return work;
    }

    void onChange(Change wanted) {
        change = wanted;
    }

    /** When each pull and clone that was begun was asked for. */
    List<Instant> askedAt() {
        return List.copyOf(askedAt);
    }

    void onImport(Import wanted) {
        importing = wanted;
    }

    void exportOf(VolumeFiles.Archive wanted) {
        export = wanted;
    }

    @Override
    public void create(VolumeName name, Map<String, String> options, ZoneId zone, Progress progress)
            throws RefusedException, IOException {
        change.run(progress);
    }

    @Override
    public Optional<VolumeView> get(VolumeName name) {
        return Optional.of(new VolumeView(
                name,
                Instant.EPOCH,
                Optional.empty(),
                "0".repeat(32),
                "set",
                Optional.of("main"),
                "fake",
                "memory",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                Map.of()));
    }

    @Override
    public void remove(VolumeName name) {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public Path mount(VolumeName name, MountId id) {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public void unmount(VolumeName name, MountId id) {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public void resize(VolumeName name, String size) {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public UnknownVolumeException unknown(VolumeName name) {
        return new UnknownVolumeException("there is no volume " + name);
    }

    @Override
    public List<VolumeView> list() {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public PoolView pool() {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public List<Finding> examine() {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public Remotes remotes() {
        Remotes remotes = mock(Remotes.class);
        try {
            when(remotes.push(any(), any())).thenAnswer(call -> {
                change.run(call.getArgument(1));
                return new Remotes.Pushed("nas", "db", "0".repeat(32), List.of(), List.of(), List.of(), 0, List.of());
            });
            when(remotes.pull(any(), any())).thenAnswer(call -> {
                Remotes.PullOrder order = call.getArgument(0);
                return pulled(order.askedAt(), call.getArgument(1));
            });
            when(remotes.clone(any(), any())).thenAnswer(call -> {
                Remotes.CloneOrder order = call.getArgument(0);
                return pulled(order.askedAt(), call.getArgument(1));
            });
            LocalVolumes local = mock(LocalVolumes.class);
            when(local.pull(any(), any())).thenAnswer(call -> {
                LocalVolumes.PullOrder order = call.getArgument(0);
                return new LocalVolumes.PulledBack(pulled(order.askedAt(), call.getArgument(1)), Optional.empty());
            });
            when(remotes.local()).thenReturn(local);
        } catch (RefusedException | IOException e) {
            throw new AssertionError(e);
        }
        return remotes;
    }

    private Remotes.Pulled pulled(Instant asked, Progress progress) throws RefusedException, IOException {
        askedAt.add(asked);
        change.run(progress);
        return new Remotes.Pulled(
                "nas", "db", "0".repeat(32), "1".repeat(32), List.of(), 0, 0, Optional.empty(), List.of());
    }

    @Override
    public VolumeHistory history() {
        throw new UnsupportedOperationException("not asked of a job");
    }

    @Override
    public Rebuilt rebuild(Progress progress) {
        throw new UnsupportedOperationException("not part of what is tried");
    }

    @Override
    public VolumeFiles files() {
        return new HandFiles(importing, export);
    }
}
