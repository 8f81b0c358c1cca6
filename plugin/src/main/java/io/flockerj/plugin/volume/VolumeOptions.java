package io.flockerj.plugin.volume;

import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeSpec;
import java.util.Optional;

/**
 * What was asked for when a volume was created; everything left out has a default.
 *
 * @param size the most that the volume may hold
 * @param compression how its files are compressed
 * @param copyOnWrite {@code cow}: false for files that are overwritten in place
 * @param uid owner of its root directory; 0 by default
 * @param gid group of its root directory; 0 by default
 * @param mode permission bits of its root directory; 0755 by default
 * @param from the snapshot that it is made from, as it was written, {@code VOLUME@REF} or {@code REMOTE/NAME[@REF]}; what it holds has its
 *     own attributes then
 * @param readOnly {@code access}: nothing can be written to it
 * @param remote where its history goes to and comes from, unless another remote is named
 */
public record VolumeOptions(
        Optional<ByteSize> size,
        Optional<Compression> compression,
        Optional<Boolean> copyOnWrite,
        Optional<Integer> uid,
        Optional<Integer> gid,
        Optional<Integer> mode,
        Optional<String> from,
        Optional<Boolean> readOnly,
        Optional<String> remote) {
    /** Nothing asked for. */
    public static final VolumeOptions NONE = new VolumeOptions(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final int DEFAULT_MODE = 0755;
    private static final int MODE_BITS = 07777;

    /** Of a volume that is made empty. */
    public VolumeOptions(
            Optional<ByteSize> size,
            Optional<Compression> compression,
            Optional<Boolean> copyOnWrite,
            Optional<Integer> uid,
            Optional<Integer> gid,
            Optional<Integer> mode) {
        this(size, compression, copyOnWrite, uid, gid, mode, Optional.empty(), Optional.empty(), Optional.empty());
    }

    public VolumeOptions {
        if (uid.orElse(0) < 0 || gid.orElse(0) < 0) {
            throw new IllegalArgumentException("no uid or gid is negative");
        }
        if ((mode.orElse(0) & ~MODE_BITS) != 0) {
            throw new IllegalArgumentException("permission bits lie between 0 and 07777");
        }
    }

    /** Whether a volume with these options is what {@code asked} asks for: each option given there has the same value here. */
    boolean satisfies(VolumeOptions asked) {
        return agree(asked.size, size)
                && agree(asked.compression, compression)
                && agree(asked.copyOnWrite, Optional.of(copyOnWrite.orElse(true)))
                && agree(asked.uid, Optional.of(uid.orElse(0)))
                && agree(asked.gid, Optional.of(gid.orElse(0)))
                && agree(asked.mode, Optional.of(mode.orElse(DEFAULT_MODE)))
                && agree(asked.from, from)
                && agree(asked.readOnly, Optional.of(readOnly.orElse(false)))
                && agree(asked.remote, remote);
    }

    /** Whether it is made from a snapshot on a remote: no volume has a slash in its name. */
    boolean isFromRemote() {
        return from.isPresent() && isRemote(from.get());
    }

    static boolean isRemote(String from) {
        int slash = from.indexOf('/');
        int at = from.indexOf('@');
        return slash >= 0 && (at < 0 || slash < at);
    }

    VolumeOptions withSize(Optional<ByteSize> newSize) {
        return new VolumeOptions(newSize, compression, copyOnWrite, uid, gid, mode, from, readOnly, remote);
    }

    VolumeOptions withFrom(String ref) {
        return new VolumeOptions(size, compression, copyOnWrite, uid, gid, mode, Optional.of(ref), readOnly, remote);
    }

    TreeSpec treeSpec(SpaceAccount account) {
        return new TreeSpec(
                account,
                size,
                compression,
                copyOnWrite.orElse(true),
                uid.orElse(0),
                gid.orElse(0),
                mode.orElse(DEFAULT_MODE));
    }

    private static <T> boolean agree(Optional<T> asked, Optional<T> present) {
        return asked.isEmpty() || asked.equals(present);
    }
}
