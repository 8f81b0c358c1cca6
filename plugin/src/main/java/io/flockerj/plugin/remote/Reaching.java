package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.RemoteException.Reason;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.Remote;
import io.flockerj.store.Repository;
import io.flockerj.store.id.Id;
import io.flockerj.store.index.IndexCache;
import io.flockerj.store.place.OpenPlace;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Opens the remotes that are known, and the volumesets on them. */
final class Reaching {
    private final HistoryExchange exchange;
    private final KnownRemotes known;
    private final RemotePlaces places;
    private final KeptTokens tokens;
    private final IndexCache indexes;
    private final PoolRemotes.Setting setting;

    Reaching(
            HistoryExchange exchange,
            KnownRemotes known,
            RemotePlaces places,
            KeptTokens tokens,
            IndexCache indexes,
            PoolRemotes.Setting setting) {
        this.exchange = exchange;
        this.known = known;
        this.places = places;
        this.tokens = tokens;
        this.indexes = indexes;
        this.setting = setting;
    }

    /** Work on it waits for an answer only as long as nobody cancels it. */
    Reached reach(String name, Progress progress) throws RefusedException, IOException {
        return reach(known.require(name), progress);
    }

    private Reached reach(RemoteRecord record, Progress progress) throws RefusedException, IOException {
        OpenPlace place = places.open(record.url(), record.options(), tokens.of(record), progress::check);
        boolean isOpen = false;
        try {
            Remote remote = BackendRemote.open(place.backend(), setting.storeIds());
            refuseOther(record, remote);
            isOpen = true;
            return new Reached(record, place, remote);
        } finally {
            if (!isOpen) {
                place.close();
            }
        }
    }

    private static void refuseOther(RemoteRecord record, Remote remote) throws RemoteException {
        if (!Commits.id(remote.id()).equals(record.remote())) {
            throw new RemoteException(
                    Reason.CONFLICT,
                    "at " + record.url() + " is another remote than the one that " + record.name()
                            + " was; if that is meant, remove it and add it again, with: fli remote remove "
                            + record.name());
        }
    }

    /** The remote that is named, or else the one that the volumeset is on, or the only one. */
    Reached choose(Optional<String> name, Volumeset volumeset, Progress progress) throws RefusedException, IOException {
        if (name.isPresent()) {
            return reach(name.get(), progress);
        }
        List<RemoteRecord> all = known.all();
        List<RemoteRecord> used = all.stream()
                .filter(record -> known.tracking(record.remote(), volumeset).isPresent())
                .toList();
        if (used.size() == 1) {
            return reach(used.getFirst(), progress);
        }
        if (all.size() == 1) {
            return reach(all.getFirst(), progress);
        }
        throw new RemoteException(
                Reason.INVALID,
                all.isEmpty()
                        ? "there is no remote yet; add one, with: fli remote add NAME URL"
                        : "there are several remotes, " + names(all) + "; say which is meant");
    }

    private static String names(List<RemoteRecord> records) {
        return String.join(
                ", ", records.stream().map(record -> record.name().value()).toList());
    }

    /** A volumeset that has to be there. */
    RemoteVolumeset volumeset(Reached reached, String name) throws RefusedException, IOException {
        Id id = reached.remote()
                .find(name)
                .orElseThrow(() -> new RemoteException(
                        Reason.UNKNOWN,
                        "there is no volumeset " + Quoted.text(name) + " on " + reached.name()
                                + "; see: fli remote show " + reached.name()));
        return volumeset(reached, name, id);
    }

    /** A volumeset that was found there. */
    RemoteVolumeset volumeset(Reached reached, String name, Id id) throws IOException {
        Volumeset volumeset = exchange.history(Commits.id(id))
                .map(History::volumeset)
                .orElseGet(() -> new Volumeset(Commits.id(id), new Name(name)));
        return volumeset(reached, name, volumeset, reached.remote().open(id));
    }

    RemoteVolumeset volumeset(Reached reached, String name, Volumeset volumeset, Repository repository) {
        return new RemoteVolumeset(
                reached, name, volumeset, repository, repository.refs(setting.clock(), setting.storeIds()), indexes);
    }
}
