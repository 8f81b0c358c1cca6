package io.flockerj.plugin.volume;

import com.google.common.base.Throwables;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.restore.RestoreException;
import io.flockerj.plugin.storage.NoRoomException;
import java.util.List;
import java.util.Optional;

/** Tells failures for want of space, in the pool or in a volume, from others. */
public final class OutOfSpace {
    private static final String REMEDY = "; there is no room for it: remove files, or volumes and snapshots and then:"
            + " fli trash empty, or give the volume a greater size or the pool more space";

    private OutOfSpace() {}

    /** What to tell people of a failure, with a way out; empty if it has another reason. */
    public static Optional<String> message(Throwable failure) {
        List<Throwable> chain = Throwables.getCausalChain(failure);
        if (chain.stream().noneMatch(OutOfSpace::isOutOfSpace)) {
            return Optional.empty();
        }
        String message = String.valueOf(failure.getMessage());
        return Optional.of(chain.stream().anyMatch(OutOfSpace::hasRemedy) ? message : message + REMEDY);
    }

    private static boolean isOutOfSpace(Throwable cause) {
        return switch (cause) {
            case LinuxException refusal -> refusal.is(Errno.ENOSPC) || refusal.is(Errno.EDQUOT);
            case NoRoomException full -> true;
            default -> false;
        };
    }

    private static boolean hasRemedy(Throwable cause) {
        return cause instanceof RestoreException || cause instanceof NoRoomException;
    }
}
