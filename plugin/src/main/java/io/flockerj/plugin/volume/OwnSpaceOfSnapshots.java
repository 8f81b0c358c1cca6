package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.storage.OwnSpace;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What single snapshots take of the pool that nothing else does. */
final class OwnSpaceOfSnapshots {
    private static final int MOST_NEAR = 4;

    private final Contents contents;

    OwnSpaceOfSnapshots(Contents contents) {
        this.contents = contents;
    }

    /** Empty if nobody knows: the driver does not tell, it would take long, or something near is being destroyed just now. */
    OptionalLong of(Snapshot snapshot) throws IOException {
        if (!(contents.driver() instanceof OwnSpace space) || snapshot.tree().isEmpty()) {
            return OptionalLong.empty();
        }
        List<TreeId> snapshots = near(snapshot);
        List<TreeId> all = Stream.of(Stream.of(snapshot.tree().get()), snapshots.stream(), live(snapshot))
                .flatMap(trees -> trees)
                .distinct()
                .toList();
        Optional<TreeId> near = snapshots.stream().findFirst();
        List<TreeId> others = all.subList(near.isPresent() ? 2 : 1, all.size());
        return reading(all.iterator(), () -> space.ownBytes(all.getFirst(), near, others));
    }

    /** Snapshots that hold much of the same; the one that holds most of it, in all likelihood, first. */
    private List<TreeId> near(Snapshot snapshot) {
        History history = contents.histories().of(snapshot.volumeset());
        Stream<Snapshot> restored = snapshot.taking().restoredFrom().flatMap(contents.histories()::find).stream();
        Stream<Snapshot> parent = history.kept(snapshot.parent()).limit(1);
        Stream<Snapshot> children = history.snapshots().stream()
                .filter(Snapshot::isKept)
                .filter(child -> isParent(history, snapshot.id(), child))
                .limit(MOST_NEAR);
        return Stream.of(restored, children, parent)
                .flatMap(snapshots -> snapshots)
                .filter(Snapshot::isKept)
                .flatMap(each -> each.tree().stream())
                .distinct()
                .limit(MOST_NEAR)
                .toList();
    }

    private static boolean isParent(History history, RandomId id, Snapshot child) {
        return history.kept(child.parent())
                .findFirst()
                .filter(parent -> parent.id().equals(id))
                .isPresent();
    }

    /** Of volumes that have gone on from it. */
    private Stream<TreeId> live(Snapshot snapshot) {
        History history = contents.histories().of(snapshot.volumeset());
        return contents.catalogue().of(snapshot.volumeset()).stream()
                .filter(volume -> history.kept(contents.newest(volume))
                        .findFirst()
                        .filter(newest -> newest.id().equals(snapshot.id()))
                        .isPresent())
                .map(VolumeRecord::tree)
                .limit(MOST_NEAR);
    }

    private interface Question {
        OptionalLong ask() throws IOException;
    }

    private OptionalLong reading(Iterator<TreeId> trees, Question question) throws IOException {
        if (!trees.hasNext()) {
            try {
                return question.ask();
            } catch (NoSuchFileException e) {
                return OptionalLong.empty();
            }
        }
        List<OptionalLong> answer = new ArrayList<>();
        contents.treeUse().reading(trees.next(), () -> answer.add(reading(trees, question)));
        return answer.getFirst();
    }
}
