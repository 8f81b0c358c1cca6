package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes sure that nobody uses a volume before its tree is removed or replaced: asks the kernel, unmounts it, and asks again. The
 * caller has the turn at the volume.
 */
final class Detaching {
    private static final int MOST_USERS_TOLD = 5;

    private final Contents contents;
    private final StorageDriver driver;
    private final MountedVolumes mounted;
    private final UseCheck useCheck;
    private final CopiesUnderWay copies;

    Detaching(Contents contents, MountedVolumes mounted, UseCheck useCheck, CopiesUnderWay copies) {
        this.contents = contents;
        this.driver = contents.driver();
        this.mounted = mounted;
        this.useCheck = useCheck;
        this.copies = copies;
    }

    /**
     * Unmounts a volume that nobody uses; answers whether it was mounted. Throws {@link VolumeInUseException}, and leaves it as it
     * is, if somebody does.
     *
     * @param purpose what is to be done to it, as in "stop what uses it, then it can be removed"
     */
    boolean detach(VolumeRecord record, String purpose) throws RefusedException, IOException {
        VolumeName name = record.name();
        refuseIfUsed(record, purpose);
        Optional<Path> point = mounted.pointOf(name);
        if (!mounted.detach(record)) {
            throw new VolumeInUseException("volume " + name + " is in use: something works in "
                    + point.map(Path::toString).orElse("its mount")
                    + " at this moment; stop it, then the volume can be " + purpose);
        }
        if (point.isPresent()) {
            refuseIfTakenMeanwhile(record, purpose);
        }
        return point.isPresent();
    }

    /** Mounts a volume again for those who hold it. */
    void attach(VolumeRecord record) throws IOException {
        mounted.attach(record);
    }

    /** Destroys a tree that nothing names any more; does nothing if anybody has it mounted, or reads in it. */
    void destroyUnused(TreeId tree) throws IOException {
        if (driver.exists(tree) && useCheck.users(driver.path(tree)).isEmpty()) {
            contents.treeUse().destroying(tree, () -> driver.destroy(tree));
        }
    }

    /** Until it was unmounted somebody could get hold of a volume through its mount; now nobody can any more. */
    private void refuseIfTakenMeanwhile(VolumeRecord record, String purpose) throws RefusedException, IOException {
        try {
            refuseIfUsed(record, purpose);
        } catch (VolumeInUseException | IOException e) {
            Undoing.after(e, () -> mounted.attach(record));
            throw e;
        }
    }

    /** As {@link #detach}, and leaves it mounted if nobody uses it. */
    void refuseIfUsed(VolumeRecord record, String purpose) throws VolumeInUseException, IOException {
        if (copies.isInto(record.name())) {
            throw new VolumeInUseException("something is being copied into volume " + record.name()
                    + " at this moment; when that is done, the volume can be " + purpose);
        }
        List<String> users = useCheck.otherUsers(record.name(), driver.path(record.tree()));
        if (!users.isEmpty()) {
            String first = users.stream().limit(MOST_USERS_TOLD).collect(Collectors.joining(", "));
            int more = users.size() - MOST_USERS_TOLD;
            throw new VolumeInUseException("volume " + record.name() + " is in use by " + first
                    + (more > 0 ? " and " + more + " more" : "") + "; stop what uses it, then the volume can be "
                    + purpose);
        }
    }
}
