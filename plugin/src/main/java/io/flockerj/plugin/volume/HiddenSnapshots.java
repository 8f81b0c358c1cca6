package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.Shelving;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.util.function.Supplier;

/** Snapshots of live volumes that nothing names, and that leave no trace. */
final class HiddenSnapshots {
    private final Contents contents;
    private final SizeLimits limits;
    private final Supplier<RandomId> ids;

    HiddenSnapshots(Contents contents, SizeLimits limits, Supplier<RandomId> ids) {
        this.contents = contents;
        this.limits = limits;
        this.ids = ids;
    }

    /** What is done with a tree. */
    interface TreeWork {
        void in(TreeId tree) throws IOException;
    }

    /** With a snapshot of a live volume, which is destroyed at once. */
    void with(Snapshotting snapshotting, VolumeName name, TreeWork work) throws RefusedException, IOException {
        TreeId hidden = new TreeId(ids.get());
        if (snapshotting instanceof Shelving) {
            withLong(snapshotting, contents.require(name).tree(), hidden, work);
            return;
        }
        try {
            contents.locks().during(name, () -> {
                VolumeRecord volume = contents.require(name);
                // While it is there, what the container overwrites counts twice.
                limits.raise(volume);
                return snapshotting.snapshot(volume.tree(), hidden);
            });
            work.in(hidden);
        } finally {
            contents.driver().destroy(hidden);
            contents.locks().during(name, () -> {
                contents.catalogue().find(name).ifPresent(limits::settle);
                return name;
            });
        }
    }

    /** Where it takes long to take one: nobody waits for it. */
    private void withLong(Snapshotting snapshotting, TreeId live, TreeId hidden, TreeWork work) throws IOException {
        try {
            contents.treeUse().holding(live, () -> snapshotting.snapshot(live, hidden));
            work.in(hidden);
        } finally {
            contents.driver().destroy(hidden);
        }
    }
}
