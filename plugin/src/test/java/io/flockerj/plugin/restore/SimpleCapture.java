package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.AttributeSet;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentWriter;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Writes small trees of this host into a repository, as plainly as it goes: everything is read, and recursively. */
final class SimpleCapture {
    private static final int PIECE = 8_000;

    private final ChunkWriter writer;
    private final Map<Inodes.Identity, List<byte[]>> names = new HashMap<>();

    private SimpleCapture(ChunkWriter writer) {
        this.writer = writer;
    }

    static TreeRef of(Path root, ChunkWriter writer) throws IOException {
        SimpleCapture capture = new SimpleCapture(writer);
        try (FileHandle directory = FileHandle.openDirectory(root);
                Node node = Node.of(directory)) {
            capture.learnLinks(directory, new byte[0]);
            Entry top = capture.entry(node, new EntryName(Bytes.EMPTY));
            return DirectoryWriter.writeRoot(writer, top.metadata(), (Item.Directory) top.item());
        }
    }

    private static List<byte[]> sortedNames(FileHandle directory) throws IOException {
        List<byte[]> names = new ArrayList<>(directory.names());
        names.sort(Arrays::compareUnsigned);
        return names;
    }

    private void learnLinks(FileHandle directory, byte[] path) throws IOException {
        for (byte[] name : sortedNames(directory)) {
            try (Node node = Node.in(directory, name)) {
                FileStatus status = node.status();
                byte[] further = RawPath.joined(path, name);
                if (status.kind() == FileKind.DIRECTORY) {
                    try (FileHandle inner = node.open()) {
                        learnLinks(inner, further);
                    }
                } else if (status.links() > 1) {
                    names.computeIfAbsent(status.identity(), ignored -> new ArrayList<>())
                            .add(further);
                }
            }
        }
    }

    private Entry entry(Node node, EntryName name) throws IOException {
        FileStatus status = node.status();
        boolean opened = status.kind() == FileKind.FILE || status.kind() == FileKind.DIRECTORY;
        int flags = 0;
        Item item;
        if (opened) {
            try (FileHandle file = node.open()) {
                flags = flags(file);
                int hints = hints(flags);
                item = status.kind() == FileKind.FILE ? file(file, status.size(), hints) : directory(file, hints);
            }
        } else {
            item = switch (status.kind()) {
                case SYMLINK -> new Item.SymbolicLink(Bytes.of(node.linkTarget()));
                case FIFO -> new Item.Fifo();
                case SOCKET -> new Item.Socket();
                default -> new Item.Device(status.kind() == FileKind.BLOCK_DEVICE, status.major(), status.minor());
            };
        }
        Metadata metadata = new Metadata(
                status.mode(),
                status.uid(),
                status.gid(),
                status.modified(),
                status.modifiedNanos(),
                flags & Metadata.FLAGS,
                group(status),
                attributes(node));
        return new Entry(name, metadata, item);
    }

    private static int flags(FileHandle file) {
        try {
            return Inodes.flags(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static int hints(int flags) {
        int hints = (flags & 0x800000) != 0 ? Item.HINT_IN_PLACE : 0;
        hints |= (flags & 0x4) != 0 ? Item.HINT_COMPRESSED : 0;
        return hints | ((flags & 0x400) != 0 ? Item.HINT_NOT_COMPRESSED : 0);
    }

    private Optional<Id> group(FileStatus status) {
        List<byte[]> all = names.getOrDefault(status.identity(), List.of());
        if (status.kind() == FileKind.DIRECTORY || all.size() < 2) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("flkjLINK".getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(all.getFirst());
        return Optional.of(Id.at(Sha256.of(bytes.toByteArray()).bytes(), 0));
    }

    private Attributes attributes(Node node) throws IOException {
        TreeMap<Bytes, Bytes> all = new TreeMap<>();
        for (byte[] name : node.attributes()) {
            if (!new String(name, StandardCharsets.ISO_8859_1).startsWith("btrfs.")) {
                all.put(Bytes.of(name), Bytes.of(node.attribute(name).orElseThrow()));
            }
        }
        if (all.isEmpty()) {
            return new Attributes.None();
        }
        Bytes set = AttributeSet.write(all);
        if (set.length() <= Attributes.LONGEST_INLINE) {
            return new Attributes.Inline(set);
        }
        Item.LargeFile stored = large(set.toArray());
        return new Attributes.Stored(set.length(), stored.digest(), stored.storage());
    }

    private Item.LargeFile large(byte[] bytes) throws IOException {
        SegmentWriter segments = new SegmentWriter(writer);
        ContentDigester digester = new ContentDigester();
        data(bytes, segments, digester, bytes.length > 64 * 1024 ? PIECE : bytes.length);
        Hash digest = digester.finish();
        return new Item.LargeFile(bytes.length, digest, segments.finish(digest), 0);
    }

    private void data(byte[] bytes, SegmentWriter segments, ContentDigester digester, int piece) throws IOException {
        for (int at = 0; at < bytes.length; at += piece) {
            int length = Math.min(piece, bytes.length - at);
            segments.add(new Segment.Slice(writer.data(bytes, at, length), 0, length));
            digester.data(bytes, at, length);
        }
    }

    private Item file(FileHandle file, long size, int hints) throws IOException {
        if (size <= Item.SmallFile.LONGEST) {
            return new Item.SmallFile(Bytes.of(read(file, 0, (int) size)), hints);
        }
        SegmentWriter segments = new SegmentWriter(writer);
        ContentDigester digester = new ContentDigester();
        long at = 0;
        boolean whole = size <= 64 * 1024 && FileContent.hole(file, 0) == size;
        while (at < size) {
            OptionalLong data = FileContent.data(file, at);
            long begin = data.orElse(size);
            if (begin > at) {
                segments.add(new Segment.Hole(begin - at));
                digester.hole(begin - at);
            }
            long end = begin == size ? size : FileContent.hole(file, begin);
            for (at = begin; at < end; ) {
                int length = (int) Math.min(whole ? end - at : PIECE * 4, end - at);
                data(read(file, at, length), segments, digester, whole ? length : PIECE);
                at += length;
            }
        }
        Hash digest = digester.finish();
        return new Item.LargeFile(size, digest, segments.finish(digest), hints);
    }

    private static byte[] read(FileHandle file, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(length);
        while (buffer.hasRemaining()) {
            if (FileContent.read(file, from + buffer.position(), buffer) == 0) {
                throw new IOException("shorter than it was: " + file);
            }
        }
        byte[] bytes = new byte[length];
        buffer.flip().get(bytes);
        return bytes;
    }

    private Item.Directory directory(FileHandle directory, int hints) throws IOException {
        DirectoryWriter made = new DirectoryWriter(writer);
        for (byte[] name : sortedNames(directory)) {
            try (Node node = Node.in(directory, name)) {
                made.add(entry(node, new EntryName(Bytes.of(name))));
            }
        }
        return new Item.Directory(made.finish(), hints);
    }
}
