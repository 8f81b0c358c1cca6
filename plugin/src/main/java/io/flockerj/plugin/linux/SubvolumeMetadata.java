package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * What a subvolume's tree of metadata holds about its files, found by their numbers and without walking any path. Structures are those
 * of include/uapi/linux/btrfs_tree.h. Needs {@code CAP_SYS_ADMIN}.
 *
 * @param fileSystem any open directory of the file system
 * @param subvolume the subvolume's id; it is read-only, for what changes meanwhile is told half
 */
public record SubvolumeMetadata(FileHandle fileSystem, long subvolume) {
    /** The number of a subvolume's root directory: BTRFS_FIRST_FREE_OBJECTID. */
    public static final long ROOT_DIRECTORY = 256;

    // Types of items.
    private static final int INODE_ITEM_KEY = 1;
    private static final int INODE_REF_KEY = 12;
    private static final int INODE_EXTREF_KEY = 13;
    private static final int XATTR_ITEM_KEY = 24;
    private static final int DIR_ITEM_KEY = 84;
    private static final int DIR_INDEX_KEY = 96;
    private static final int EXTENT_DATA_KEY = 108;

    // struct btrfs_inode_item
    private static final int INODE_SIZE = 16;
    private static final int INODE_LINKS = 40;
    private static final int INODE_UID = 44;
    private static final int INODE_GID = 48;
    private static final int INODE_MODE = 52;
    private static final int INODE_DEVICE = 56;
    private static final int INODE_LENGTH = 160;
    // struct btrfs_inode_ref: index, name_len; struct btrfs_inode_extref: parent_objectid, index, name_len
    private static final int REF_NAME_LENGTH = 8;
    private static final int REF_NAME = 10;
    private static final int EXTREF_NAME_LENGTH = 16;
    private static final int EXTREF_NAME = 18;
    // struct btrfs_dir_item: location (object, type, offset), transid, data_len, name_len, type
    private static final int ENTRY_TARGET_TYPE = 8;
    private static final int ENTRY_DATA_LENGTH = 25;
    private static final int ENTRY_NAME_LENGTH = 27;
    private static final int ENTRY_NAME = 30;

    // struct btrfs_file_extent_item: generation, ram_bytes, compression, encryption, other_encoding, type, disk_bytenr,
    // disk_num_bytes
    private static final int EXTENT_TYPE = 20;
    private static final int EXTENT_INLINE = 0;
    private static final int EXTENT_ADDRESS = 21;
    private static final int EXTENT_LENGTH = 29;
    private static final long HOLE = 0;

    /**
     * A file or directory.
     *
     * @param generation the transaction that made it: two with the same number and generation are the same file
     * @param size in bytes, of a regular file or a symbolic link; of others it says nothing
     * @param links how many names it has
     * @param raw all that is stored of it: equal for two only if nothing was done to the file since
     * @param device of a device node, encoded as the kernel does
     */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these as a whole.
    public record Inode(long generation, long size, long links, int uid, int gid, int mode, long device, byte[] raw) {
        public FileKind kind() {
            return FileKind.of(mode);
        }

        /** The size in bytes of what has content; 0 of others. */
        public long contentSize() {
            return kind() == FileKind.FILE || kind() == FileKind.SYMLINK ? size : 0;
        }
    }

    /** A name in a directory, which is told by its number. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by contents, below.
    public record Name(long directory, byte[] name) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Name(long otherDirectory, byte[] otherName)
                    && otherDirectory == directory
                    && Arrays.equals(otherName, name);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(directory) + Arrays.hashCode(name);
        }
    }

    /**
     * A piece of the disk that holds content of files; a file may refer to parts of it only, and all of it is taken as long as
     * anything refers to any.
     *
     * @param address in the file system's own counting
     * @param length in bytes, as stored: compressed, if it is
     */
    public record Extent(long address, long length) {}

    /** A file or directory of this name in a directory. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    public record Entry(long inode, byte[] name) {}

    /** The file of this number, if there is one. */
    public Optional<Inode> inode(long number) throws IOException {
        List<Inode> found = new ArrayList<>();
        search(number, INODE_ITEM_KEY, 0, 0, item -> found.add(inode(item)));
        return found.stream().findFirst();
    }

    private static Inode inode(TreeSearch.Item item) {
        return new Inode(
                item.number(0),
                item.number(INODE_SIZE),
                Integer.toUnsignedLong(item.data().get(JAVA_INT_UNALIGNED, INODE_LINKS)),
                item.data().get(JAVA_INT_UNALIGNED, INODE_UID),
                item.data().get(JAVA_INT_UNALIGNED, INODE_GID),
                item.data().get(JAVA_INT_UNALIGNED, INODE_MODE),
                item.number(INODE_DEVICE),
                item.bytes(0, INODE_LENGTH));
    }

    /** All names of a file, in no order; the root directory has none. */
    public List<Name> names(long number) throws IOException {
        List<Name> names = new ArrayList<>();
        if (number != ROOT_DIRECTORY) {
            search(number, INODE_REF_KEY, item -> addNames(item, item.offset(), REF_NAME_LENGTH, REF_NAME, names));
            search(number, INODE_EXTREF_KEY, item -> addNames(item, -1, EXTREF_NAME_LENGTH, EXTREF_NAME, names));
        }
        return names;
    }

    /** @param directory that all names of the item are in; if negative each tells its own */
    private static void addNames(TreeSearch.Item item, long directory, int lengthAt, int nameAt, List<Name> names) {
        long at = 0;
        while (at < item.data().byteSize()) {
            int length = item.shortNumber(at + lengthAt);
            long in = directory < 0 ? item.number(at) : directory;
            names.add(new Name(in, item.bytes(at + nameAt, length)));
            at += nameAt + length;
        }
    }

    /** What has this name in a directory; nothing if nothing has, or a subvolume. */
    public Optional<Long> child(Name name) throws IOException {
        List<Entry> entries = new ArrayList<>();
        long hash = Integer.toUnsignedLong(hash(name.name()));
        search(name.directory(), DIR_ITEM_KEY, hash, hash, item -> addEntries(item, entries));
        return entries.stream()
                .filter(entry -> Arrays.equals(entry.name(), name.name()))
                .map(Entry::inode)
                .findFirst();
    }

    /** {@code btrfs_name_hash}: the CRC-32C, begun with ~1 instead of ~0, and not inverted at the end. */
    private static int hash(byte[] name) {
        byte[] changed = name.clone();
        changed[0] ^= 1;
        CRC32C crc = new CRC32C();
        crc.update(changed);
        return ~(int) crc.getValue();
    }

    /** The files and directories in a directory; subvolumes in it are not among them. */
    public List<Entry> entries(long directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        search(directory, DIR_INDEX_KEY, item -> addEntries(item, entries));
        return entries;
    }

    private static void addEntries(TreeSearch.Item item, List<Entry> entries) {
        long at = 0;
        while (at < item.data().byteSize()) {
            int nameLength = item.shortNumber(at + ENTRY_NAME_LENGTH);
            if (item.data().get(JAVA_BYTE, at + ENTRY_TARGET_TYPE) == INODE_ITEM_KEY) {
                entries.add(new Entry(item.number(at), item.bytes(at + ENTRY_NAME, nameLength)));
            }
            at += ENTRY_NAME + nameLength + item.shortNumber(at + ENTRY_DATA_LENGTH);
        }
    }

    /** A digest of a file's extended attributes: equal for two files only if they have the same ones. */
    public byte[] attributes(long number) throws IOException {
        MessageDigest digest = sha256();
        search(number, XATTR_ITEM_KEY, item -> {
            // All but the transaction, which tells only when.
            digest.update(item.bytes(ENTRY_DATA_LENGTH, item.data().byteSize() - ENTRY_DATA_LENGTH));
        });
        return digest.digest();
    }

    /**
     * A digest of where the content of a file is stored, or of the content itself if it is short: equal for two files only if they have
     * the same content, as far as their sizes reach.
     */
    public byte[] content(long number) throws IOException {
        MessageDigest digest = sha256();
        search(number, EXTENT_DATA_KEY, item -> {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, item.offset()));
            // All but the transaction.
            digest.update(item.bytes(Long.BYTES, item.data().byteSize() - Long.BYTES));
        });
        return digest.digest();
    }

    /** Hands over the pieces on disk that hold the content of a file, one as often as the file refers to it; not what is stored inline. */
    public void extents(long number, Consumer<Extent> consumer) throws IOException {
        search(number, EXTENT_DATA_KEY, item -> {
            if (item.data().get(JAVA_BYTE, EXTENT_TYPE) != EXTENT_INLINE && item.number(EXTENT_ADDRESS) != HOLE) {
                consumer.accept(new Extent(item.number(EXTENT_ADDRESS), item.number(EXTENT_LENGTH)));
            }
        });
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void search(long object, int type, Consumer<TreeSearch.Item> consumer) throws IOException {
        search(object, type, 0, TreeSearch.ANY_OFFSET, consumer);
    }

    private void search(long object, int type, long first, long last, Consumer<TreeSearch.Item> consumer)
            throws IOException {
        new TreeSearch(subvolume, object, type, first, last).forEach(fileSystem, consumer);
    }
}
