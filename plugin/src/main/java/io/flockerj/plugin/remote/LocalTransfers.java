package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.local.LocalRecords;
import io.flockerj.plugin.local.LocalTidying;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.LocalVolumes;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.VolumeBusyException;
import java.io.IOException;
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
    private final Set<Place> underWay = ConcurrentHashMap.newKeySet();

    LocalTransfers(LocalPushes pushes, LocalPulls pulls, LocalRecords records, LocalTidying tidying, Turns turns) {
        this.pushes = pushes;
        this.pulls = pulls;
        this.records = records;
        this.tidying = tidying;
        this.turns = turns;
    }

    @Override
    public Remotes.Pushed push(PushOrder order, Progress progress) throws RefusedException, IOException {
        return alone(order.place(), () -> turns.during(progress, () -> pushes.push(order, progress)));
    }

    @Override
    public PulledBack pull(PullOrder order, Progress progress) throws RefusedException, IOException {
        return alone(order.place(), () -> turns.during(progress, () -> pulls.pull(order, progress)));
    }

    private <T> T alone(Place place, Turns.Work<T> work) throws RefusedException, IOException {
        if (!underWay.add(place)) {
            throw new VolumeBusyException(
                    "another job is at work on " + place.written() + "; see: fli jobs, and wait for its end");
        }
        try {
            return work.run();
        } finally {
            underWay.remove(place);
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
