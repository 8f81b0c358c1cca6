package io.flockerj.plugin.volumedriver;

import com.google.common.collect.ConcurrentHashMultiset;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Multiset;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.Finding;
import io.flockerj.plugin.volume.MountId;
import io.flockerj.plugin.volume.PoolView;
import io.flockerj.plugin.volume.Rebuilt;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.UnknownVolumeException;
import io.flockerj.plugin.volume.VolumeConflictException;
import io.flockerj.plugin.volume.VolumeFiles;
import io.flockerj.plugin.volume.VolumeHistory;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.VolumeView;
import io.flockerj.plugin.volume.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Volumes in memory, whose calls can be made to fail or to wait. */
final class FakeVolumes implements Volumes {
    static final Instant CREATED = Instant.parse("2024-01-02T03:04:05.678Z");

    private final Map<VolumeName, Map<String, String>> volumes = new ConcurrentSkipListMap<>();
    private final Multiset<Mount> mounts = ConcurrentHashMultiset.create();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private volatile Interruption interruption = call -> {};

    /** What happens at the beginning of every call. */
    interface Interruption {
        void happen(String call) throws RefusedException, IOException;
    }

    private record Mount(VolumeName name, MountId id) {}

    void interruptWith(Interruption interruption) {
        this.interruption = interruption;
    }

    /** How often the user holds the volume mounted. */
    int mounts(String name, String id) {
        return mounts.count(new Mount(new VolumeName(name), new MountId(id)));
    }

    /** The calls that came so far, as their name and the volume's. */
    List<String> calls() {
        return calls;
    }

    Map<String, String> options(String name) {
        return Objects.requireNonNull(volumes.get(new VolumeName(name)), name);
    }

    @Override
    public void create(VolumeName name, Map<String, String> options, ZoneId zone, Progress progress)
            throws RefusedException, IOException {
        begin("create " + name);
        Map<String, String> present = volumes.putIfAbsent(name, ImmutableMap.copyOf(options));
        if (present != null && !present.equals(options)) {
            throw new VolumeConflictException("volume '" + name + "' exists with other options");
        }
    }

    @Override
    public void remove(VolumeName name) throws RefusedException, IOException {
        begin("remove " + name);
        volumes.remove(name);
    }

    @Override
    public Path mount(VolumeName name, MountId id) throws RefusedException, IOException {
        begin("mount " + name);
        if (!volumes.containsKey(name)) {
            throw new UnknownVolumeException("there is no volume '" + name + "'");
        }
        mounts.add(new Mount(name, id));
        return path(name);
    }

    @Override
    public void unmount(VolumeName name, MountId id) throws RefusedException, IOException {
        begin("unmount " + name);
        mounts.remove(new Mount(name, id));
    }

    @Override
    public void resize(VolumeName name, String size) {
        throw new UnsupportedOperationException("not part of Docker's protocol");
    }

    @Override
    public Optional<VolumeView> get(VolumeName name) {
        beginQuietly("get " + name);
        return volumes.containsKey(name) ? Optional.of(view(name)) : Optional.empty();
    }

    @Override
    public List<VolumeView> list() {
        beginQuietly("list");
        return volumes.keySet().stream().map(this::view).toList();
    }

    private VolumeView view(VolumeName name) {
        boolean mounted =
                mounts.elementSet().stream().anyMatch(mount -> mount.name().equals(name));
        return new VolumeView(
                name,
                CREATED,
                mounted ? Optional.of(path(name)) : Optional.empty(),
                "0".repeat(32),
                "set",
                Optional.of("main"),
                "fake",
                "memory",
                Optional.of(4096L),
                Optional.of(CREATED),
                Optional.empty(),
                mounts.size(),
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    @Override
    public UnknownVolumeException unknown(VolumeName name) {
        return new UnknownVolumeException("there is no volume '" + name + "'");
    }

    @Override
    public PoolView pool() {
        throw new UnsupportedOperationException("not part of Docker's protocol");
    }

    @Override
    public List<Finding> examine() {
        throw new UnsupportedOperationException("not part of Docker's protocol");
    }

    @Override
    public Rebuilt rebuild(Progress progress) {
        throw new UnsupportedOperationException("not part of what is tried");
    }

    @Override
    public VolumeFiles files() {
        throw new UnsupportedOperationException("not part of Docker's protocol");
    }

    @Override
    public Remotes remotes() {
        throw new UnsupportedOperationException("not part of Docker's protocol");
    }

    @Override
    public VolumeHistory history() {
        throw new UnsupportedOperationException("not part of Docker's protocol");
    }

    private static Path path(VolumeName name) {
        return Path.of("/mnt/flockerj").resolve(name.value());
    }

    private void begin(String call) throws RefusedException, IOException {
        calls.add(call);
        interruption.happen(call);
    }

    private void beginQuietly(String call) {
        try {
            begin(call);
        } catch (RefusedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
