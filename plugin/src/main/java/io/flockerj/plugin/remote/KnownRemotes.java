package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.Nearest;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RecordShelf;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.RemoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which remotes a pool has, and what was last known of the volumesets on them. */
final class KnownRemotes {
    private static final Logger LOG = LoggerFactory.getLogger(KnownRemotes.class);
    private static final String REMOTES = "remotes";
    private static final String TRACKING = "tracking";

    private final Path directory;
    private final RecordFiles files;
    private final RecordShelf<RemoteRecord> remotes;
    private final RecordShelf<Tracking> tracking;

    private KnownRemotes(
            Path directory, RecordFiles files, RecordShelf<RemoteRecord> remotes, RecordShelf<Tracking> tracking) {
        this.directory = directory;
        this.files = files;
        this.remotes = remotes;
        this.tracking = tracking;
    }

    /**
     * Reads what is there. Nothing is written: a pool that is full or read-only can still be opened.
     *
     * @param directory of the pool
     */
    static KnownRemotes load(Path directory, RecordFiles files) throws IOException {
        return new KnownRemotes(
                directory,
                files,
                shelf(
                        directory.resolve(REMOTES),
                        files,
                        new RecordShelf.Form<>(RemoteRecord::id, RemoteRecord::write, RemoteRecord::read)),
                shelf(
                        directory.resolve(TRACKING),
                        files,
                        new RecordShelf.Form<>(Tracking::id, Tracking::write, Tracking::read)));
    }

    private static <R> RecordShelf<R> shelf(Path directory, RecordFiles files, RecordShelf.Form<R> form)
            throws IOException {
        return Files.exists(directory)
                ? RecordShelf.load(directory, files, form)
                : RecordShelf.empty(directory, files, form);
    }

    private void make(String name) throws IOException {
        if (!Files.exists(directory.resolve(name))) {
            Files.createDirectory(directory.resolve(name));
            files.sync(directory);
        }
    }

    /** All, by name. */
    List<RemoteRecord> all() {
        List<RemoteRecord> all = new ArrayList<>();
        remotes.all().forEach(all::add);
        all.sort(Comparator.comparing(RemoteRecord::name));
        return all;
    }

    Optional<RemoteRecord> find(String name) {
        return all().stream()
                .filter(record -> record.name().value().equals(name))
                .findFirst();
    }

    RemoteRecord require(String name) throws RemoteException {
        return find(name)
                .orElseThrow(() -> new RemoteException(
                        RemoteException.Reason.UNKNOWN,
                        "there is no remote " + name
                                + Nearest.hint(
                                        name,
                                        all().stream()
                                                .map(record -> record.name().value())
                                                .toList())
                                + "; see: fli remote list, and add one with: fli remote add " + name + " URL"));
    }

    synchronized void put(RemoteRecord record) throws IOException {
        make(REMOTES);
        remotes.put(record);
    }

    /** Forgets a remote and what is known of it. */
    synchronized void remove(RemoteRecord record) throws IOException {
        boolean isOtherwiseKnown = all().stream()
                .anyMatch(other ->
                        !other.id().equals(record.id()) && other.remote().equals(record.remote()));
        if (!isOtherwiseKnown) {
            for (Tracking known : tracking.all()) {
                if (known.remote().equals(record.remote())) {
                    tracking.delete(known);
                }
            }
        }
        remotes.delete(record);
    }

    /** What is known of a volumeset on a remote. */
    Optional<Tracking> tracking(RandomId remote, Volumeset volumeset) {
        return tracking.find(Tracking.idOf(remote, volumeset));
    }

    /** What a volumeset was called on a remote when that was last asked. */
    Optional<String> nameOn(RandomId remote, Volumeset volumeset) {
        return tracking(remote, volumeset).map(Tracking::name);
    }

    /** Remembers what was found; what a remote shows that is older than what was known is told in the log. */
    synchronized void remember(Tracking found) throws IOException {
        Optional<Tracking> before = tracking.find(found.id());
        if (before.isPresent()) {
            before.get().branches().forEach((name, tip) -> {
                Tracking.Tip now = found.branches().get(name);
                if (now != null && now.generation() < tip.generation()) {
                    LOG.atWarn()
                            .addKeyValue("volumeset", found.name())
                            .addKeyValue("branch", name)
                            .log("A remote shows an older state of a branch than it did before");
                }
            });
        }
        make(TRACKING);
        tracking.put(found);
    }
}
