package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.Remotes.Fetched;
import io.flockerj.plugin.volume.Remotes.RemoteRefView;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Learns what is on remotes, without the content. */
final class Fetches {
    private final HistoryExchange exchange;
    private final KnownRemotes known;
    private final Reaching reaching;
    private final InstantSource clock;

    Fetches(HistoryExchange exchange, KnownRemotes known, Reaching reaching, InstantSource clock) {
        this.exchange = exchange;
        this.known = known;
        this.reaching = reaching;
        this.clock = clock;
    }

    List<Fetched> fetch(RemotePath path, Progress progress) throws RefusedException, IOException {
        try (Reached reached = reaching.reach(path.withoutRef().remote(), progress)) {
            if (path.volumeset().isPresent()) {
                return List.of(
                        fetch(reaching.volumeset(reached, path.volumeset().get()), progress));
            }
            List<Fetched> fetched = new ArrayList<>();
            for (Map.Entry<String, Id> named : reached.remote().names().entrySet()) {
                // Others are of no concern until somebody clones them.
                if (exchange.history(Commits.id(named.getValue())).isPresent()) {
                    fetched.add(fetch(reaching.volumeset(reached, named.getKey(), named.getValue()), progress));
                }
            }
            return fetched;
        }
    }

    private Fetched fetch(RemoteVolumeset there, Progress progress) throws RefusedException, IOException {
        Learned learned = learn(there, progress);
        return new Fetched(
                there.reached().name(),
                there.name(),
                there.volumeset().id().hex(),
                learned.tracking().branches().entrySet().stream()
                        .map(tip -> new RemoteRefView(
                                tip.getKey(), tip.getValue().snapshot().hex()))
                        .toList(),
                learned.snapshots());
    }

    /**
     * What was learned.
     *
     * @param snapshots how many of them were not known before
     */
    record Learned(Tracking tracking, int snapshots) {}

    /** Learns what is there now, and remembers it. */
    Learned learn(RemoteVolumeset there, Progress progress) throws RefusedException, IOException {
        Fetching fetching = new Fetching(exchange, there, clock.instant(), Fetching.Limits.USUAL, progress);
        Tracking tracking = fetching.run();
        known.remember(tracking);
        return new Learned(tracking, fetching.learned());
    }
}
