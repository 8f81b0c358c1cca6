package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.ByteWriter;
import io.flockerj.store.wire.Bytes;
import java.util.Optional;

/** Writes entries and reads them: what they are, and apart from that where they are stored (format.md sections 7.1 and 7.5). */
final class EntryFormat {
    private static final int FILE = 1;
    private static final int DIRECTORY = 2;
    private static final int SYMBOLIC_LINK = 3;
    private static final int FIFO = 4;
    private static final int SOCKET = 5;
    private static final int CHARACTER_DEVICE = 6;
    private static final int BLOCK_DEVICE = 7;

    private static final int HAS_ATTRIBUTES = 1;
    private static final int HAS_LONG_ATTRIBUTES = 2;
    private static final int HAS_LINKS = 4;
    private static final int HAS_FLAGS = 8;

    private EntryFormat() {}

    /** What it is. */
    static void writeFirst(ByteWriter writer, Entry entry) {
        Metadata metadata = entry.metadata();
        writer.bytes(entry.name().bytes()).u8(type(entry.item())).varint(following(metadata));
        writer.varint(metadata.mode()).varint(metadata.owner()).varint(metadata.group());
        writer.signed(metadata.seconds()).varint(metadata.nanos());
        if (metadata.flags() != 0) {
            writer.varint(metadata.flags());
        }
        metadata.links().ifPresent(writer::id);
        switch (metadata.attributes()) {
            case Attributes.None() -> {}
            case Attributes.Inline(Bytes set) -> writer.bytes(set);
            case Attributes.Stored stored -> writer.varint(stored.length()).hash(stored.digest());
        }
        switch (entry.item()) {
            case Item.SmallFile file -> writer.bytes(file.content());
            case Item.LargeFile file -> writer.varint(file.size()).hash(file.digest());
            case Item.Directory directory -> writer.hash(directory.root().digest());
            case Item.SymbolicLink link -> writer.bytes(link.target());
            case Item.Device device -> writer.varint(device.major()).varint(device.minor());
            case Item.Fifo() -> {}
            case Item.Socket() -> {}
        }
    }

    /** Where it is stored. */
    static void writeSecond(ByteWriter writer, Entry entry) {
        if (entry.metadata().attributes() instanceof Attributes.Stored stored) {
            stored.storage().write(writer);
        }
        switch (entry.item()) {
            case Item.SmallFile file -> writer.u8(file.hints());
            case Item.LargeFile file -> file.storage().write(writer.u8(file.hints()));
            case Item.Directory directory -> {
                writer.u8(directory.hints()).hash(directory.root().id());
                directory.root().totals().write(writer);
            }
            case Item.SymbolicLink link -> {}
            case Item.Device device -> {}
            case Item.Fifo() -> {}
            case Item.Socket() -> {}
        }
    }

    /** Reads both. */
    static Entry read(ByteReader first, ByteReader second) throws BrokenException {
        EntryName name = name(first);
        int type = first.u8();
        int following =
                first.varint("what follows in an entry", HAS_ATTRIBUTES | HAS_LONG_ATTRIBUTES | HAS_LINKS | HAS_FLAGS);
        int mode = first.varint("a mode", Metadata.MODES);
        long owner = first.varint("an owner", Metadata.GREATEST_ID);
        long group = first.varint("a group", Metadata.GREATEST_ID);
        long seconds = first.signed();
        int nanos = first.varint("the nanoseconds of a time", Metadata.GREATEST_NANOS);
        int flags = (following & HAS_FLAGS) == 0 ? 0 : flags(first);
        Optional<Id> links = (following & HAS_LINKS) == 0 ? Optional.empty() : Optional.of(first.id());
        Attributes attributes = attributes(following, first, second);
        first.check(type != DIRECTORY || links.isEmpty(), "a directory has several names");
        return new Entry(
                name,
                new Metadata(mode, owner, group, seconds, nanos, flags, links, attributes),
                item(type, first, second));
    }

    private static EntryName name(ByteReader reader) throws BrokenException {
        Bytes name = reader.bytes("a name", EntryName.LONGEST);
        reader.check(name.length() == 0 || EntryName.isValid(name), "a name is none: " + name);
        return new EntryName(name);
    }

    private static int flags(ByteReader reader) throws BrokenException {
        int flags = reader.varint("the flags", Metadata.FLAGS);
        reader.check(flags != 0 && (flags & ~Metadata.FLAGS) == 0, "there are unknown flags");
        return flags;
    }

    private static Attributes attributes(int following, ByteReader first, ByteReader second) throws BrokenException {
        return switch (following & (HAS_ATTRIBUTES | HAS_LONG_ATTRIBUTES)) {
            case 0 -> new Attributes.None();
            case HAS_ATTRIBUTES -> {
                Bytes set = first.bytes("the attributes", Attributes.LONGEST_INLINE);
                AttributeSet.read("an entry", set);
                yield new Attributes.Inline(set);
            }
            case HAS_LONG_ATTRIBUTES -> {
                long length = first.varint("the length of the attributes", Attributes.LONGEST);
                first.check(length > Attributes.LONGEST_INLINE, "short attributes are written as long ones");
                Hash digest = first.hash();
                yield new Attributes.Stored(length, digest, Storage.read(second, length));
            }
            default -> throw first.broken("an entry has attributes twice");
        };
    }

    private static Item item(int type, ByteReader first, ByteReader second) throws BrokenException {
        return switch (type) {
            case FILE -> file(first, second);
            case DIRECTORY -> {
                Hash digest = first.hash();
                int hints = second.u8();
                yield new Item.Directory(new TreeRef(second.hash(), digest, Totals.read(second)), hints);
            }
            case SYMBOLIC_LINK -> {
                Bytes target = first.bytes("the target of a link", Item.SymbolicLink.LONGEST);
                first.check(Item.SymbolicLink.isValid(target), "a link has no valid target");
                yield new Item.SymbolicLink(target);
            }
            case FIFO -> new Item.Fifo();
            case SOCKET -> new Item.Socket();
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                new Item.Device(
                        type == BLOCK_DEVICE,
                        first.varint("the number of a device", Item.Device.GREATEST),
                        first.varint("the number of a device", Item.Device.GREATEST));
            default -> throw first.broken("an entry is of the unknown type " + type);
        };
    }

    private static Item file(ByteReader first, ByteReader second) throws BrokenException {
        long size = first.varint();
        if (size <= Item.SmallFile.LONGEST) {
            return new Item.SmallFile(first.raw((int) size), second.u8());
        }
        Hash digest = first.hash();
        int hints = second.u8();
        return new Item.LargeFile(size, digest, Storage.read(second, size), hints);
    }

    private static int following(Metadata metadata) {
        int attributes = switch (metadata.attributes()) {
            case Attributes.None() -> 0;
            case Attributes.Inline(Bytes set) -> HAS_ATTRIBUTES;
            case Attributes.Stored stored -> HAS_LONG_ATTRIBUTES;
        };
        return attributes | (metadata.links().isPresent() ? HAS_LINKS : 0) | (metadata.flags() != 0 ? HAS_FLAGS : 0);
    }

    private static int type(Item item) {
        return switch (item) {
            case Item.SmallFile file -> FILE;
            case Item.LargeFile file -> FILE;
            case Item.Directory directory -> DIRECTORY;
            case Item.SymbolicLink link -> SYMBOLIC_LINK;
            case Item.Fifo() -> FIFO;
            case Item.Socket() -> SOCKET;
            case Item.Device device -> device.block() ? BLOCK_DEVICE : CHARACTER_DEVICE;
        };
    }
}
