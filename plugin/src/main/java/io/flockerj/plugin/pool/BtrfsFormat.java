package io.flockerj.plugin.pool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Whether a file or device holds a btrfs, and making one. */
final class BtrfsFormat {
    /** Where the first superblock keeps its magic: BTRFS_SUPER_INFO_OFFSET + 64 (include/uapi/linux/btrfs_tree.h). */
    private static final long MAGIC_OFFSET = 64 * 1024 + 64;

    /** Where it keeps the file system's id: the offset of fsid in struct btrfs_super_block, in the same file. */
    private static final long FSID_OFFSET = 64 * 1024 + 0x20;

    private static final String MAGIC = "_BHRfS_M";

    /** Where it keeps its label: the offset of label in struct btrfs_super_block, in the same file. */
    private static final long LABEL_OFFSET = 64 * 1024 + 0x12b;

    private static final String LABEL = "flockerj";
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private BtrfsFormat() {}

    static boolean isBtrfs(Path fileOrDevice) throws IOException {
        return has(fileOrDevice, MAGIC_OFFSET, MAGIC);
    }

    /** Whether the btrfs on it bears the label that {@link #make} gives. */
    static boolean isLabelled(Path fileOrDevice) throws IOException {
        return has(fileOrDevice, LABEL_OFFSET, LABEL + "\0");
    }

    /** The id of the btrfs on it. */
    static UUID fsid(Path fileOrDevice) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(2 * Long.BYTES);
        try (FileChannel channel = FileChannel.open(fileOrDevice, StandardOpenOption.READ)) {
            channel.read(found, FSID_OFFSET);
        }
        found.flip();
        return new UUID(found.getLong(), found.getLong());
    }

    private static boolean has(Path fileOrDevice, long offset, String text) throws IOException {
        ByteBuffer found = ByteBuffer.allocate(text.length());
        try (FileChannel channel = FileChannel.open(fileOrDevice, StandardOpenOption.READ)) {
            channel.read(found, offset);
        }
        return text.equals(StandardCharsets.ISO_8859_1.decode(found.flip()).toString());
    }

    /**
     * Makes a file system. Metadata is kept twice, so that one bad block cannot take the volumes with it. What carries any other
     * file system, or a partition table, is refused by mkfs itself.
     */
    static void make(CommandRunner commands, Path fileOrDevice) throws IOException {
        CommandRunner.Result result = commands.run(
                List.of(
                        "mkfs.btrfs",
                        "--quiet",
                        "--label",
                        LABEL,
                        "--metadata",
                        "dup",
                        "--data",
                        "single",
                        "--nodiscard",
                        fileOrDevice.toString()),
                LIMIT);
        if (result.exitCode() != 0) {
            throw new PoolException("mkfs.btrfs made no file system on " + fileOrDevice + ": "
                    + result.output().strip()
                    + "; a device for a pool has to be empty: if nothing on it is needed, clear it with wipefs --all");
        }
    }
}
