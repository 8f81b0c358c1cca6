package io.flockerj.plugin.storage.btrfs;

import java.util.Arrays;
import java.util.Optional;

/**
 * One command of a send stream, as far as it tells what changed.
 *
 * @param path that it is about, relative to the subvolume's root, at this moment of the stream; empty for the root itself
 * @param other of {@link Type#RENAME} the new path, of {@link Type#LINK} the path of the file that gets the name; else empty
 * @param inode of what is made: its number; else 0
 * @param offset of {@link Type#UPDATE_EXTENT} and {@link Type#CLONE}: where in the file; else 0
 * @param length of these: how many bytes; of {@link Type#TRUNCATE} the new size; else 0
 */
@SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
record SendCommand(Type type, byte[] path, byte[] other, long inode, long offset, long length) {
    /** What is done, with the numbers of version 1 of the stream: enum btrfs_send_cmd, fs/btrfs/send.h. */
    enum Type {
        SUBVOLUME(1),
        SNAPSHOT(2),
        MAKE_FILE(3),
        MAKE_DIRECTORY(4),
        MAKE_NODE(5),
        MAKE_FIFO(6),
        MAKE_SOCKET(7),
        SYMLINK(8),
        RENAME(9),
        LINK(10),
        UNLINK(11),
        REMOVE_DIRECTORY(12),
        SET_ATTRIBUTE(13),
        REMOVE_ATTRIBUTE(14),
        WRITE(15),
        CLONE(16),
        TRUNCATE(17),
        CHANGE_MODE(18),
        CHANGE_OWNER(19),
        TIMES(20),
        END(21),
        /** Instead of what was written, when a stream is asked for without it. */
        UPDATE_EXTENT(22);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        static Optional<Type> of(int number) {
            return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
        }
    }
}
