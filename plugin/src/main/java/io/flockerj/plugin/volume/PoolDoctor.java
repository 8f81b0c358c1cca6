package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.SizeLimited;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks for what is amiss with a pool and its records. Changes nothing, unless it is asked to rebuild. */
final class PoolDoctor {
    private final Contents contents;
    private final Rebuilding rebuilding;

    PoolDoctor(Contents contents, Rebuilding rebuilding) {
        this.contents = contents;
        this.rebuilding = rebuilding;
    }

    /** Findings, the worst first; none is good. */
    List<Finding> examine() throws IOException {
        List<Finding> findings = new ArrayList<>();
        lookAtSpace(findings);
        Optional<String> unreadable = contents.unreadableSnapshots();
        if (unreadable.isPresent()) {
            findings.add(new Finding(
                    "snapshots-unreadable",
                    Finding.Severity.ERROR,
                    contents.pool().description(),
                    unreadable.get(),
                    "as it says; then look again, for what else is amiss cannot be told before"));
            lookForMissingVolumes(new HashSet<>(contents.directories()), findings);
        } else {
            lookAtTrees(new HashSet<>(contents.driver().list()), findings);
        }
        lookAtLimits(findings);
        findings.sort(Comparator.comparing(Finding::severity).thenComparing(Finding::id));
        return findings;
    }

    private void lookAtTrees(Set<TreeId> present, List<Finding> findings) throws IOException {
        findings.addAll(rebuilding.findings());
        lookForMissingVolumes(present, findings);
        lookForMissingSnapshots(present, findings);
        lookForUnnamedTrees(present, findings);
    }

    /** Rebuilds what can be rebuilt, and looks again. */
    Rebuilt rebuild(Progress progress) throws IOException {
        List<Finding> done = rebuilding.run(progress);
        return new Rebuilt(done, examine());
    }

    private void lookAtSpace(List<Finding> findings) throws IOException {
        Optional<String> refusal = contents.pool().refusal();
        refusal.ifPresent(reason -> findings.add(new Finding(
                "pool-takes-nothing",
                Finding.Severity.ERROR,
                contents.pool().description(),
                reason,
                "as it says; then look again")));
    }

    private void lookForMissingVolumes(Set<TreeId> present, List<Finding> findings) {
        for (VolumeRecord record : contents.catalogue().volumes()) {
            if (!present.contains(record.tree())) {
                findings.add(new Finding(
                        "volume-files-missing",
                        Finding.Severity.ERROR,
                        "volume " + record.name(),
                        "the pool has no " + contents.driver().path(record.tree()),
                        "bring that back from a backup, or remove the volume and make it again from a snapshot"));
            }
        }
    }

    private void lookForMissingSnapshots(Set<TreeId> present, List<Finding> findings) {
        contents.histories().all().stream()
                .flatMap(history -> history.snapshots().stream())
                .filter(snapshot ->
                        snapshot.tree().filter(tree -> !present.contains(tree)).isPresent())
                .forEach(snapshot -> findings.add(new Finding(
                        "snapshot-files-missing",
                        Finding.Severity.ERROR,
                        shown(snapshot),
                        "the pool has no "
                                + contents.driver().path(snapshot.tree().orElseThrow()),
                        "remove the snapshot; what it held is lost on this host")));
    }

    private static String shown(Snapshot snapshot) {
        return "snapshot " + snapshot.volumeset().name() + "@" + snapshot.id().abbreviated();
    }

    private void lookForUnnamedTrees(Set<TreeId> present, List<Finding> findings) {
        if (!contents.catalogue().isComplete() || !contents.histories().isComplete()) {
            return; // They may be those of records that cannot be read.
        }
        Set<TreeId> unnamed = new HashSet<>(present);
        unnamed.removeAll(contents.histories().trees());
        unnamed.removeAll(contents.staged().trees());
        contents.catalogue().volumes().forEach(record -> unnamed.remove(record.tree()));
        contents.catalogue().trash().forEach(record -> unnamed.remove(record.tree()));
        for (TreeId tree : unnamed) {
            findings.add(new Finding(
                    "tree-unnamed",
                    Finding.Severity.WARNING,
                    contents.driver().path(tree).toString(),
                    "no record names it: an interruption has left it, or work on it is under way at this moment",
                    "nothing need be done; the next start of the daemon moves it to the trash"));
        }
    }

    private void lookAtLimits(List<Finding> findings) {
        if (contents.driver() instanceof SizeLimited) {
            return;
        }
        for (VolumeRecord record : contents.catalogue().volumes()) {
            if (record.options().size().isPresent()) {
                findings.add(new Finding(
                        "limit-without-quotas",
                        Finding.Severity.WARNING,
                        "volume " + record.name(),
                        "its size limit does not hold, for the pool counts nothing",
                        "set quotas=on, on Linux 6.7 or newer, or take the limit away: fli resize " + record.name()
                                + " none"));
            }
        }
    }
}
