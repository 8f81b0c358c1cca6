package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.Ref;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Volumes of other drivers of the engine, where they lie: people write {@code local:NAME}. Here they have a history, whose snapshots are on
 * remotes only, and no files of the pool.
 */
public interface LocalVolumes {
    /** What people write before the name of such a volume. */
    String PREFIX = Ref.LOCAL;

    /**
     * Captures a volume as it is, which may be written to meanwhile, straight into a remote, if it has changed since it was pushed or pulled last, and lets
     * a branch there end at that.
     */
    Remotes.Pushed push(PushOrder order, Progress progress) throws RefusedException, IOException;

    /**
     * Puts a snapshot of a remote in the place of what a volume holds, at once. Refused while anybody has it mounted, and, unless forced, where that
     * is on no remote; what it held is kept for a while beside it.
     */
    PulledBack pull(PullOrder order, Progress progress) throws RefusedException, IOException;

    /** What is known of the volume of that name; the one that was pushed or pulled last, if engines have several. */
    Optional<Line> find(String name);

    /** Takes away what was kept long enough. */
    void tidy();

    /**
     * Such a volume, as the engine tells of it.
     *
     * @param mountPoint where it lies, a path of the host
     * @param options whether it was made with options, so that more than a directory may be meant
     * @param mounted whether the engine mounts something there for as long as a container uses it
     */
    record Place(String name, String driver, Path mountPoint, boolean options, boolean mounted) {
        /** As people write it. */
        public String written() {
            return PREFIX + name;
        }
    }

    /**
     * Its history.
     *
     * @param newest what it held when it was pushed or pulled last
     */
    record Line(Volumeset volumeset, Optional<RandomId> newest) {}

    /**
     * A wish to push one.
     *
     * @param remote as in {@link Remotes.PushOrder}, and so are the others
     */
    record PushOrder(
            Place place,
            Optional<String> remote,
            Optional<String> name,
            Optional<String> branch,
            boolean force,
            Optional<String> author) {}

    /**
     * A wish to put something into one.
     *
     * @param remote empty for the one that its history is on, or the only one
     * @param name of a volumeset there; empty for the one that it has there, or its own
     * @param ref a branch, tag, id or time in braces there; empty for its branch
     * @param zone for a time that names none
     * @param askedAt what times are reckoned from, as in {@link Remotes.PushOrder}
     * @param force also where what it holds is on no remote
     */
    record PullOrder(
            Place place,
            Optional<String> remote,
            Optional<String> name,
            Optional<String> ref,
            ZoneId zone,
            Instant askedAt,
            boolean force) {}

    /**
     * What came of a pull.
     *
     * @param kept where on the host that is which it held before, until a person deletes it; empty if that was nothing, or nothing had to be brought
     */
    record PulledBack(Remotes.Pulled pulled, Optional<Path> kept) {}
}
