package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.store.id.Id;
import java.util.Optional;

/**
 * What tells that a file is what it was: nobody changes it without its time of change, which only the kernel sets. The number alone
 * would not do, for it goes to another file when the first is gone; that has another time of making, where the file system keeps one.
 *
 * @param links what all names of this file in the tree have in common, for a change of that is one too
 */
record Seen(
        FileKind kind,
        long inode,
        long size,
        long modified,
        int modifiedNanos,
        long changed,
        int changedNanos,
        long born,
        int bornNanos,
        Optional<Id> links) {
    static Seen of(FileStatus status, Optional<Id> links) {
        return new Seen(
                status.kind(),
                status.identity().inode(),
                status.size(),
                status.modified(),
                status.modifiedNanos(),
                status.changed(),
                status.changedNanos(),
                status.born(),
                status.bornNanos(),
                links);
    }

    /** Whether a file changed between two looks at it, as far as times tell. */
    static boolean isSame(FileStatus one, FileStatus other) {
        return of(one, Optional.empty()).equals(of(other, Optional.empty()));
    }
}
