package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The snapshots that branches on remotes end at: what the next push of them needs, to read only what has changed since. */
final class PushAnchors implements Trash.Anchors {
    private static final Logger LOG = LoggerFactory.getLogger(PushAnchors.class);

    private final Contents contents;
    private final Supplier<Remotes> remotes;
    private final Set<RandomId> dropped = ConcurrentHashMap.newKeySet();

    PushAnchors(Contents contents, Supplier<Remotes> remotes) {
        this.contents = contents;
        this.remotes = remotes;
    }

    @Override
    public boolean isKept(Snapshot snapshot) {
        boolean isAnchor = snapshot.sharing().digest().isPresent()
                && !contents.catalogue().of(snapshot.volumeset()).isEmpty()
                && remotes.get().branches(snapshot.volumeset()).containsValue(snapshot.id());
        if (isAnchor && isShortOfSpace() && dropped.add(snapshot.id())) {
            LOG.atInfo()
                    .addKeyValue("volumeset", snapshot.volumeset().name())
                    .addKeyValue("snapshot", snapshot.id().abbreviated())
                    .log("The pool is short of space: what the next push would be compared with goes, and it reads"
                            + " everything");
        }
        return isAnchor && !dropped.contains(snapshot.id());
    }

    private boolean isShortOfSpace() {
        try {
            return contents.isShortOfSpace();
        } catch (IOException e) {
            return false;
        }
    }
}
