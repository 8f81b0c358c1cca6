package io.flockerj.plugin.storage;

import java.util.Optional;

/**
 * What a new, empty tree is to be like.
 *
 * @param account what its space is charged to
 * @param limit the most that the account may hold, if limited
 * @param compression how files written into it are compressed, where that differs from the file system's default
 * @param copyOnWrite false for files that are overwritten in place, which gives up their checksums and compression
 * @param uid the owner of the root directory
 * @param gid its group
 * @param mode its permission bits, 0 to 07777
 */
public record TreeSpec(
        SpaceAccount account,
        Optional<ByteSize> limit,
        Optional<Compression> compression,
        boolean copyOnWrite,
        int uid,
        int gid,
        int mode) {
    private static final int MODE_BITS = 07777;

    public TreeSpec {
        if ((mode & ~MODE_BITS) != 0) {
            throw new IllegalArgumentException(
                    "permission bits lie between 0 and 07777: " + Integer.toOctalString(mode));
        }
    }
}
