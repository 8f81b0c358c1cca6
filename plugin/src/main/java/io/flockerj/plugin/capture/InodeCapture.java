package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.InodeReader;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.AttributeSet;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tells what format.md section 7.1 keeps of an inode. For one thread, which closes it. */
final class InodeCapture implements AutoCloseable {
    // include/uapi/linux/fs.h
    private static final int FS_COMPR_FL = 0x4;
    private static final int FS_NOCOMP_FL = 0x400;
    private static final int FS_NOCOW_FL = 0x800000;

    private static final byte[] BTRFS = "btrfs.".getBytes(StandardCharsets.US_ASCII);
    // The format has 62 bits and a sign.
    private static final long GREATEST_TIME = (1L << 62) - 1;

    private final ContentCapture content;
    private final InodeReader reader = new InodeReader();

    InodeCapture(ContentCapture content) {
        this.content = content;
    }

    /** A directory, but for what is in it. */
    record Directory(Metadata metadata, int hints) {}

    /** Gives the value of an attribute. */
    interface Values {
        Optional<byte[]> value(byte[] attribute) throws IOException;
    }

    /** Puts the content of a file into the repository. */
    interface Contents {
        Item item(FileHandle file, long size, int hints) throws IOException;
    }

    Directory directory(FileHandle open, FileStatus status, boolean isSubvolume) throws IOException {
        int flags = reader.flags(open);
        Attributes attributes = attributes(
                attributeSet(reader.attributes(open), attribute -> reader.attribute(open, attribute), open.toString()));
        Metadata metadata = metadata(status, flags, Optional.empty(), attributes, open.toString());
        return new Directory(metadata, hints(flags) | (isSubvolume ? Item.HINT_SUBVOLUME : 0));
    }

    /**
     * An entry that is no directory.
     *
     * @param links of its group, if it is in one
     */
    Entry entry(FileHandle directory, byte[] name, FileStatus status, Optional<Id> links, Contents contents)
            throws IOException {
        return status.kind() == FileKind.FILE
                ? file(directory, name, status, links, contents)
                : other(directory, name, status, links);
    }

    private Entry file(FileHandle directory, byte[] name, FileStatus status, Optional<Id> links, Contents contents)
            throws IOException {
        try (FileHandle file = directory
                .openFileAt(name)
                .orElseThrow(() -> new ChangedMeanwhileException(
                        directory + "/" + RawPath.display(name), "something else took the place of the file"))) {
            if (!Inodes.identity(file).equals(status.identity())) {
                throw new ChangedMeanwhileException(file.toString(), "another file took its place");
            }
            int flags = reader.flags(file);
            Attributes attributes = attributes(attributeSet(
                    reader.attributes(file), attribute -> reader.attribute(file, attribute), file.toString()));
            Metadata metadata = metadata(status, flags, links, attributes, file.toString());
            return new Entry(entryName(name), metadata, contents.item(file, status.size(), hints(flags)));
        }
    }

    /** The entry of a file in a directory that was read before. */
    Entry entry(FileHandle directory, SmallFile file) throws IOException {
        String label = directory + "/" + RawPath.display(file.name());
        Metadata metadata =
                metadata(file.status(), file.flags(), Optional.empty(), attributes(file.attributes()), label);
        return new Entry(entryName(file.name()), metadata, content.file(file, hints(file.flags())));
    }

    private Entry other(FileHandle directory, byte[] name, FileStatus status, Optional<Id> links) throws IOException {
        String label = directory + "/" + RawPath.display(name);
        Attributes attributes = attributes(attributeSet(
                reader.attributes(directory, name), attribute -> reader.attribute(directory, name, attribute), label));
        Item item = switch (status.kind()) {
            case SYMLINK -> new Item.SymbolicLink(target(reader.linkTarget(directory, name), label));
            case FIFO -> new Item.Fifo();
            case SOCKET -> new Item.Socket();
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                new Item.Device(
                        status.kind() == FileKind.BLOCK_DEVICE,
                        Integer.toUnsignedLong(status.major()),
                        Integer.toUnsignedLong(status.minor()));
            case FILE, DIRECTORY -> throw new IllegalArgumentException("not for " + status.kind());
        };
        return new Entry(entryName(name), metadata(status, 0, links, attributes, label), item);
    }

    /** A file without content that looks like this one otherwise. */
    static Entry empty(byte[] name, FileStatus status) throws IOException {
        Metadata metadata = metadata(status, 0, Optional.empty(), new Attributes.None(), RawPath.display(name));
        return new Entry(entryName(name), metadata, new Item.SmallFile(Bytes.EMPTY, 0));
    }

    static EntryName entryName(byte[] name) {
        return new EntryName(Bytes.of(name));
    }

    /** A set is held in memory by whoever writes or reads it, several times; the format could bear more. */
    static final int LONGEST_SET = 4 << 20;

    private static Bytes target(byte[] target, String label) throws IOException {
        Bytes bytes = Bytes.of(target);
        if (!Item.SymbolicLink.isValid(bytes)) {
            throw new IOException("cannot keep the symbolic link " + label + ": its target has " + target.length
                    + " bytes, and 1 to " + Item.SymbolicLink.LONGEST + " can be kept");
        }
        return bytes;
    }

    private static Metadata metadata(
            FileStatus status, int flags, Optional<Id> links, Attributes attributes, String label) throws IOException {
        if (status.modified() > GREATEST_TIME || status.modified() < -GREATEST_TIME) {
            throw new IOException("cannot keep " + label + ": it was modified " + status.modified()
                    + " seconds from 1970, which is beyond what can be kept; set its time");
        }
        return new Metadata(
                status.mode(),
                status.uid(),
                status.gid(),
                status.modified(),
                status.modifiedNanos(),
                flags & Metadata.FLAGS,
                links,
                attributes);
    }

    private static int hints(int flags) {
        return ((flags & FS_NOCOW_FL) != 0 ? Item.HINT_IN_PLACE : 0)
                | ((flags & FS_COMPR_FL) != 0 ? Item.HINT_COMPRESSED : 0)
                | ((flags & FS_NOCOMP_FL) != 0 ? Item.HINT_NOT_COMPRESSED : 0);
    }

    /** An attribute set (format.md section 7.2), which may be empty, as an entry has it. */
    private Attributes attributes(Bytes set) throws IOException {
        if (set.length() == 0) {
            return new Attributes.None();
        }
        return set.length() <= Attributes.LONGEST_INLINE
                ? new Attributes.Inline(set)
                : content.attributes(set.toArray());
    }

    /** All attributes but those that hints tell of, as a set; nothing where there are none. */
    static Bytes attributeSet(List<byte[]> names, Values values, String label) throws IOException {
        if (names.isEmpty()) {
            return Bytes.EMPTY;
        }
        SortedMap<Bytes, Bytes> all = new TreeMap<>();
        long length = ByteWriter.varintLength(names.size());
        for (byte[] name : names) {
            // Hints tell what these do.
            if (Arrays.mismatch(name, BTRFS) != BTRFS.length) {
                byte[] value = values.value(name).orElse(null);
                if (value != null) {
                    all.put(Bytes.of(name), Bytes.of(value));
                    length += ByteWriter.varintLength(name.length) + name.length;
                    length += ByteWriter.varintLength(value.length) + value.length;
                }
            }
            if (length > LONGEST_SET) {
                throw new IOException("cannot keep the extended attributes of " + label + ": they have more than "
                        + LONGEST_SET + " bytes together");
            }
        }
        return all.isEmpty() ? Bytes.EMPTY : AttributeSet.write(all);
    }

    @Override
    public void close() {
        reader.close();
    }
}
