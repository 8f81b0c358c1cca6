package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.local.EngineView;
import io.flockerj.plugin.local.LocalRecords;
import io.flockerj.plugin.local.LocalTidying;
import io.flockerj.plugin.progress.Continued;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.LocalVolumes;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.VolumeBusyException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Pushes and pulls of volumes of other drivers, of which one at a time goes on for each volume. */
final class LocalTransfers implements LocalVolumes {
    private final LocalPushes pushes;
    private final LocalPulls pulls;
    private final LocalRecords records;
    private final LocalTidying tidying;
    private final Turns turns;
    private final EngineView engine;
    /** Where they lie, for a volume may be written in several ways. */
    private final Set<Path> underWay = ConcurrentHashMap.newKeySet();

    /** @param engine how volumes are seen */
    LocalTransfers(
            LocalPushes pushes,
            LocalPulls pulls,
            LocalRecords records,
            LocalTidying tidying,
            Turns turns,
            EngineView engine) {
        this.pushes = pushes;
        this.pulls = pulls;
        this.records = records;
        this.tidying = tidying;
        this.turns = turns;
        this.engine = engine;
    }

    @Override
    public Remotes.Pushed push(PushOrder order, Progress progress) throws RefusedException, IOException {
        Progress all = new Continued(progress);
        return alone(order.place(), () -> Pushes.tellingFull(() -> turns.during(all, () -> pushes.push(order, all))));
    }

    @Override
    public PulledBack pull(PullOrder order, Progress progress) throws RefusedException, IOException {
        Progress all = new Continued(progress);
        return alone(order.place(), () -> turns.during(all, () -> pulls.pull(order, all)));
    }

    private <T> T alone(Place place, Turns.Work<T> work) throws RefusedException, IOException {
        Path where = engine.see(place.mountPoint()).real();
        if (!underWay.add(where)) {
            throw new VolumeBusyException(
                    "another job is at work on " + place.written() + "; see: fli jobs, and wait for its end");
        }
        try {
            return work.run();
        } finally {
            underWay.remove(where);
        }
    }

    @Override
    public Optional<Line> find(String name) {
        return records.find(name).map(record -> new Line(record.volumeset(), record.base()));
    }

    @Override
    public void tidy() {
        tidying.run();
    }
}
