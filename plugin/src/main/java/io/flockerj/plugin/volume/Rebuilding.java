package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.DamagedRecord;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes anew what is damaged or lost among the records, as far as the rest of the pool tells it. Nothing is destroyed: damaged
 * files stay, under another name; what is found out wrongly can be undone with them, by hand. Where nothing can be found out of
 * something that may be there still, everything stays as it is.
 */
final class Rebuilding {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuilding.class);

    /** Below the pool: where damaged files go. */
    private static final String SET_ASIDE = "set-aside";

    private final Contents contents;
    private final Trash trash;
    private final Clock clock;
    private final Supplier<RandomId> ids;
    private final Consumer<VolumeRecord> backAgain;

    /**
     * Of an open pool.
     *
     * @param backAgain is told of volumes that exist again
     */
    Rebuilding(Contents contents, Trash trash, Clock clock, Supplier<RandomId> ids, Consumer<VolumeRecord> backAgain) {
        this.contents = contents;
        this.trash = trash;
        this.clock = clock;
        this.ids = ids;
        this.backAgain = backAgain;
    }

    /** Something to be done about a finding. */
    interface Action {
        void run() throws RefusedException, IOException;
    }

    /** What was found, and what is done about it, if something can be. */
    private record Step(Finding finding, Optional<Action> action) {}

    /** Looks for things of one kind, which are done before those of the next kind are looked for. */
    private interface Pass {
        List<Step> look() throws IOException;
    }

    private List<Pass> passes() {
        return List.of(
                this::damagedVolumesets,
                this::damagedSnapshots,
                this::damagedVolumes,
                this::lostVolumes,
                this::lostSnapshots);
    }

    /** What is damaged or lost among the records. Changes nothing. */
    List<Finding> findings() throws IOException {
        List<Finding> found = new ArrayList<>();
        for (Pass pass : passes()) {
            pass.look().forEach(step -> found.add(step.finding()));
        }
        return found;
    }

    /** Does what can be done; answers that. What fails is found again. */
    synchronized List<Finding> run(Progress progress) throws CancelledException, IOException {
        List<Finding> done = new ArrayList<>();
        progress.phase("rebuilding");
        for (Pass pass : passes()) {
            for (Step step : pass.look()) {
                progress.check();
                if (step.action().isPresent()
                        && isDone(step.finding(), step.action().get())) {
                    done.add(step.finding());
                    progress.add(0, 1);
                }
            }
        }
        return done;
    }

    private static boolean isDone(Finding finding, Action action) {
        try {
            action.run();
            LOG.atInfo()
                    .addKeyValue("finding", finding.id())
                    .addKeyValue("subject", finding.subject())
                    .log("Rebuilt what was damaged or lost");
            return true;
        } catch (IOException | RefusedException | RuntimeException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("finding", finding.id())
                    .addKeyValue("subject", finding.subject())
                    .log("What is damaged or lost cannot be rebuilt");
            return false;
        }
    }

    private List<Step> damagedVolumesets() {
        return contents.histories().damagedVolumesets().stream()
                .map(record -> unreadable(
                        record,
                        record.id().isEmpty()
                                ? "sets the file aside"
                                : "sets the file aside; the tags of the volumeset are lost, and its branches have the names"
                                        + " that they began with",
                        () -> contents.histories().setAside(record, aside(record))))
                .toList();
    }

    private List<Step> damagedSnapshots() throws IOException {
        SnapshotTraces traces = traces();
        List<Step> steps = new ArrayList<>();
        for (DamagedRecord record : contents.histories().damagedSnapshots()) {
            Optional<RandomId> known = record.id().filter(traces::isKnown);
            if (known.isEmpty()) {
                steps.add(unreadable(
                        record,
                        "sets the file aside",
                        () -> contents.histories().setAside(record, aside(record))));
            } else {
                Snapshot snapshot = traces.rebuilt(known.get(), latest(record), clock.instant());
                steps.add(unreadable(
                        record,
                        "sets the file aside, and " + told(snapshot),
                        () -> write(snapshot, () -> contents.histories().rebuild(record, aside(record), snapshot))));
            }
        }
        return steps;
    }

    /** In words, what comes of it. */
    private static String told(Snapshot snapshot) {
        String shown = snapshot.volumeset().name() + "@" + snapshot.id().abbreviated();
        return snapshot.isKept()
                ? "brings the snapshot back as " + shown + ", without its message, labels and author"
                : "writes that " + shown + " was removed, for its files are not in the pool";
    }

    /** A tree that was taken for nobody's is the snapshot's again. */
    private void write(Snapshot snapshot, Action writing) throws RefusedException, IOException {
        contents.locks().during(snapshot.volumeset(), () -> {
            Optional<VolumeRecord> foundling = foundling(snapshot.id());
            if (foundling.isPresent() && !trash.claim(foundling.get().id())) {
                throw new VolumeBusyException(
                        "what was found of it is being destroyed, or brought back, at this moment");
            }
            try {
                writing.run();
                if (foundling.isPresent()) {
                    contents.catalogue().delete(foundling.get());
                }
                return snapshot;
            } finally {
                foundling.ifPresent(record -> trash.release(record.id()));
            }
        });
    }

    private Optional<VolumeRecord> foundling(RandomId tree) {
        return contents.catalogue().trash().stream()
                .filter(record -> record.isFoundling() && record.tree().equals(new TreeId(tree)))
                .findFirst();
    }

    private List<Step> damagedVolumes() throws IOException {
        Set<TreeId> unnamed = new HashSet<>(contents.driver().list());
        unnamed.removeAll(contents.histories().trees());
        contents.catalogue().volumes().forEach(record -> unnamed.remove(record.tree()));
        contents.catalogue().trash().forEach(record -> unnamed.remove(record.tree()));
        VolumeTraces traces = new VolumeTraces(contents, ids);
        List<Step> steps = new ArrayList<>();
        for (DamagedRecord record : contents.catalogue().damaged()) {
            Optional<VolumeName> name = contents.catalogue().nameOf(record);
            if (record.id().isEmpty()) {
                steps.add(unreadable(
                        record,
                        "sets the file aside",
                        () -> contents.catalogue().setAside(record, aside(record))));
            } else if (name.isPresent()
                    && unnamed.contains(new TreeId(record.id().get()))) {
                steps.add(damagedVolume(
                        record, traces.rebuilt(record.id().get(), name.get(), latest(record), clock.instant())));
            } else {
                steps.add(new Step(finding(record, Optional.empty()), Optional.empty()));
            }
        }
        return steps;
    }

    private Step damagedVolume(DamagedRecord record, VolumeRecord volume) {
        return unreadable(
                record,
                "sets the file aside, and " + told(volume),
                () -> contents.locks().during(volume.name(), () -> {
                    contents.catalogue().rebuild(record, aside(record), volume);
                    tell(volume);
                    return volume;
                }));
    }

    private static String told(VolumeRecord volume) {
        return volume.removedAt().isPresent()
                ? "puts volume " + volume.name() + " into the trash, for another has its name or its branch"
                : "brings volume " + volume.name() + " back, without its options: set its size limit anew";
    }

    private void tell(VolumeRecord volume) {
        if (volume.removedAt().isEmpty()) {
            backAgain.accept(volume);
        }
    }

    /** Files that a start has found without a record, whose snapshots tell what volume they are. */
    private List<Step> lostVolumes() {
        VolumeTraces traces = new VolumeTraces(contents, ids);
        List<Step> steps = new ArrayList<>();
        for (VolumeRecord found : contents.catalogue().trash()) {
            Optional<VolumeName> name = traces.nameOf(found.id())
                    .filter(any -> found.isFoundling() && found.tree().equals(new TreeId(found.id())));
            if (name.isPresent()) {
                VolumeRecord volume = traces.rebuilt(found.id(), name.get(), found.createdAt(), clock.instant());
                steps.add(new Step(
                        new Finding(
                                "volume-record-lost",
                                Finding.Severity.ERROR,
                                "volume " + volume.name(),
                                "it has no record; its files were taken for nobody's, and are in the trash as "
                                        + found.name(),
                                "let it be rebuilt, with: fli doctor --rebuild; or bring its record back from a backup,"
                                        + " and start the daemon again",
                                Optional.of(told(volume))),
                        Optional.of(() -> bringBack(found, volume))));
            }
        }
        return steps;
    }

    private void bringBack(VolumeRecord found, VolumeRecord volume) throws RefusedException, IOException {
        if (!trash.claim(found.id())) {
            throw new VolumeBusyException("it is being destroyed, or brought back, at this moment");
        }
        try {
            contents.locks().during(List.of(volume.name(), found.name()), () -> {
                // Their files have different names. If this is interrupted, the next start finds the tree again.
                contents.catalogue().delete(found);
                contents.catalogue().put(volume);
                tell(volume);
                return volume;
            });
        } finally {
            trash.release(found.id());
        }
    }

    private List<Step> lostSnapshots() throws IOException {
        SnapshotTraces traces = traces();
        Set<RandomId> missing = traces.missing();
        contents.histories().damagedSnapshots().forEach(record -> record.id().ifPresent(missing::remove));
        Instant now = clock.instant();
        return missing.stream()
                .map(id -> traces.rebuilt(id, now, now))
                .sorted(Comparator.comparing(Snapshot::time))
                .map(snapshot -> new Step(
                        new Finding(
                                "snapshot-record-lost",
                                snapshot.isKept() ? Finding.Severity.ERROR : Finding.Severity.WARNING,
                                "snapshot " + snapshot.volumeset().name() + "@"
                                        + snapshot.id().abbreviated(),
                                "other records speak of it, and it has none",
                                "let it be rebuilt, with: fli doctor --rebuild; or bring its record back from a backup,"
                                        + " and start the daemon again",
                                Optional.of(told(snapshot))),
                        Optional.of(
                                () -> write(snapshot, () -> contents.histories().rebuild(snapshot)))))
                .toList();
    }

    private SnapshotTraces traces() throws IOException {
        return new SnapshotTraces(contents, new HashSet<>(contents.driver().list()));
    }

    private Step unreadable(DamagedRecord record, String rebuild, Action action) {
        return new Step(finding(record, Optional.of(rebuild)), Optional.of(action));
    }

    private Finding finding(DamagedRecord record, Optional<String> rebuild) {
        return new Finding(
                "record-unreadable",
                Finding.Severity.ERROR,
                contents.pool().directory().relativize(record.file()).toString(),
                "it cannot be read (" + record.why()
                        + "), so that its volume or snapshot is not shown and nothing is taken for nobody's",
                "restore the file from a backup, or move it away, and start the daemon again"
                        + (rebuild.isPresent() ? "; or let it be rebuilt, with: fli doctor --rebuild" : ""),
                rebuild);
    }

    /** What it was of was there when its record was last written. */
    private Instant latest(DamagedRecord record) throws IOException {
        Instant written = Files.getLastModifiedTime(record.file()).toInstant();
        Instant now = clock.instant();
        return written.isAfter(now) ? now : written;
    }

    private Path aside(DamagedRecord record) {
        Path directory = contents.pool().directory().relativize(record.file());
        return contents.pool()
                .directory()
                .resolve(SET_ASIDE)
                .resolve(directory + "." + clock.instant().toString().replace(":", ""));
    }
}
