package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.storage.OddFiles;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.AttributeSet;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.Storage;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Compares a tree in a repository with the directory that it was made of, in everything that is to be kept. What the directory holds is
 * found out by other means than those that are tested.
 */
public final class TreeVerifier {
    /** Of each file and directory its flags, and of each file where its data lie. Names are in hexadecimal digits, as paths may be odd. */
    private static final String FLAGS_AND_DATA = """
            use bytes;
            use File::Find;
            chdir(shift) or die;
            find({no_chdir => 1, wanted => sub {
                return if -l $_ || !(-f _ || -d _);
                my $is_file = -f _;
                my $size = -s _;
                sysopen(my $file, $_, 0) or die "$_: $!";
                my $flags = "\\0" x 8;
                ioctl($file, 0x80086601, $flags) or $flags = "\\0" x 8;
                my $line = unpack("H*", substr($_, 2)) . ' ' . unpack("V", $flags);
                for (my $at = 0; $is_file && $at < $size; ) {
                    my $data = sysseek($file, $at, 3) // last;
                    $at = sysseek($file, $data, 4);
                    $line .= ' ' . ($data + 0) . '-' . ($at < $size ? $at : $size);
                }
                print "$line\\n";
            }}, '.');
            """;

    private static final int HINTED_FLAGS = 0x800404;

    private final boolean isFresh;
    private final ChunkReader chunks;
    private final DirectoryReader directories;
    private final Map<String, String[]> facts = new HashMap<>();
    private final Map<String, List<byte[]>> names = new HashMap<>();
    private final Map<String, Entry> linked = new HashMap<>();
    private int compared;

    private TreeVerifier(boolean isFresh, ChunkReader chunks) {
        this.isFresh = isFresh;
        this.chunks = chunks;
        this.directories = new DirectoryReader(chunks);
    }

    /**
     * Fails unless the tree is what the directory holds.
     *
     * @param isFresh whether no part of it was taken over from an earlier one
     * @return how many names there are
     */
    public static int verify(Path root, TreeRef tree, ChunkReader chunks, boolean isFresh) throws IOException {
        TreeVerifier verifier = new TreeVerifier(isFresh, chunks);
        for (String line : LoopFileSystem.run(List.of("perl", "-e", FLAGS_AND_DATA, root.toString()))
                .lines()
                .toList()) {
            String[] words = line.split(" ", -1);
            verifier.facts.put(words[0], words);
        }
        verifier.findNames(root, new byte[0]);
        Entry top = verifier.directories.root(tree);
        verifier.compare(root, new byte[0], top);
        assertThat(tree.totals().entries()).isEqualTo(verifier.compared);
        return verifier.compared;
    }

    private static NavigableMap<Bytes, Path> children(Path directory) throws IOException {
        NavigableMap<Bytes, Path> children = new TreeMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path child : all) {
                children.put(Bytes.of(RawPath.bytes(Objects.requireNonNull(child.getFileName()))), child);
            }
        }
        return children;
    }

    private void findNames(Path directory, byte[] path) throws IOException {
        for (Map.Entry<Bytes, Path> child : children(directory).entrySet()) {
            byte[] childPath = RawPath.joined(path, child.getKey().toArray());
            if (Files.isDirectory(child.getValue(), LinkOption.NOFOLLOW_LINKS)) {
                findNames(child.getValue(), childPath);
            } else {
                names.computeIfAbsent(inode(child.getValue()), each -> new ArrayList<>())
                        .add(childPath);
            }
        }
    }

    private static String inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:dev", LinkOption.NOFOLLOW_LINKS) + ":"
                + Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    private void compare(Path file, byte[] path, Entry entry) throws IOException {
        compared++;
        String told = "/" + RawPath.display(path);
        Map<String, Object> unix = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
        FileKind kind = FileKind.of((int) Objects.requireNonNull(unix.get("mode")));
        String[] found = facts.getOrDefault(HexFormat.of().formatHex(path), new String[] {"", "0"});
        int flags = Integer.parseInt(found[1]);
        Metadata metadata = entry.metadata();
        assertThat(metadata.mode()).as(told).isEqualTo((int) Objects.requireNonNull(unix.get("mode")) & 07777);
        assertThat(metadata.owner()).as(told).isEqualTo(Integer.toUnsignedLong((int)
                Objects.requireNonNull(unix.get("uid"))));
        assertThat(metadata.group()).as(told).isEqualTo(Integer.toUnsignedLong((int)
                Objects.requireNonNull(unix.get("gid"))));
        Instant kept = Instant.ofEpochSecond(metadata.seconds(), metadata.nanos());
        // The JDK tells no nanoseconds beyond what it can count from 1970.
        boolean isCounted = Math.abs(metadata.seconds()) < Long.MAX_VALUE / 1_000_000_000;
        assertThat(isCounted ? kept : kept.truncatedTo(ChronoUnit.SECONDS))
                .as(told)
                .isEqualTo(((FileTime) Objects.requireNonNull(unix.get("lastModifiedTime"))).toInstant());
        assertThat(metadata.flags()).as(told).isEqualTo(flags & 0x100f8);
        compareAttributes(file, path, metadata, told);
        compareLinks(file, path, entry, kind);
        switch (entry.item()) {
            case Item.Directory directory -> compareDirectory(file, path, directory, hints(flags), told);
            case Item.SmallFile small -> {
                assertThat(kind).as(told).isEqualTo(FileKind.FILE);
                assertThat(small.content().toArray()).as(told).isEqualTo(Files.readAllBytes(file));
                assertThat(small.hints()).as(told).isEqualTo(hints(flags));
            }
            case Item.LargeFile large -> {
                assertThat(kind).as(told).isEqualTo(FileKind.FILE);
                assertThat(large.hints()).as(told).isEqualTo(hints(flags));
                compareContent(file, large, Arrays.copyOfRange(found, 2, found.length), told);
            }
            case Item.SymbolicLink link ->
                assertThat(link.target().toArray()).as(told).isEqualTo(RawPath.bytes(Files.readSymbolicLink(file)));
            case Item.Fifo() -> assertThat(kind).as(told).isEqualTo(FileKind.FIFO);
            case Item.Socket() -> assertThat(kind).as(told).isEqualTo(FileKind.SOCKET);
            case Item.Device device -> {
                assertThat(kind).as(told).isEqualTo(device.block() ? FileKind.BLOCK_DEVICE : FileKind.CHARACTER_DEVICE);
                long number = (long) Objects.requireNonNull(unix.get("rdev"));
                // gnu_dev_makedev
                assertThat((device.minor() & 0xff) | (device.major() << 8) | ((device.minor() & ~0xffL) << 12))
                        .as(told)
                        .isEqualTo(number);
            }
        }
    }

    private void compareDirectory(Path file, byte[] path, Item.Directory directory, int hints, String told)
            throws IOException {
        boolean isSubvolume = path.length > 0
                && Files.getAttribute(file, "unix:ino").equals(256L)
                && !Files.getAttribute(file, "unix:dev")
                        .equals(Files.getAttribute(Objects.requireNonNull(file.getParent()), "unix:dev"));
        assertThat(directory.hints()).as(told).isEqualTo(hints | (isSubvolume ? Item.HINT_SUBVOLUME : 0));
        NavigableMap<Bytes, Path> children = children(file);
        List<Entry> entries = new ArrayList<>();
        directories.read(directory.root(), entries::add);
        assertThat(entries.stream().map(entry -> entry.name().bytes()))
                .as(told)
                .containsExactlyElementsOf(children.keySet());
        for (Entry entry : entries) {
            byte[] name = entry.name().bytes().toArray();
            compare(OddFiles.child(file, name), RawPath.joined(path, name), entry);
        }
    }

    private static int hints(int flags) {
        return switch (flags & HINTED_FLAGS) {
            case 0 -> 0;
            case 0x800000 -> Item.HINT_IN_PLACE;
            case 0x4 -> Item.HINT_COMPRESSED;
            case 0x400 -> Item.HINT_NOT_COMPRESSED;
            case 0x800400 -> Item.HINT_IN_PLACE | Item.HINT_NOT_COMPRESSED;
            default -> throw new AssertionError("flags " + flags);
        };
    }

    private void compareAttributes(Path file, byte[] path, Metadata metadata, String told) throws IOException {
        NavigableMap<Bytes, Bytes> expected = new TreeMap<>();
        Path parent = path.length == 0 ? file : Objects.requireNonNull(file.getParent());
        try (FileHandle directory = FileHandle.openDirectory(parent);
                Node node = path.length == 0
                        ? Node.of(directory)
                        : Node.in(directory, RawPath.names(path).getLast())) {
            for (byte[] name : node.attributes()) {
                if (!new String(name, StandardCharsets.ISO_8859_1).startsWith("btrfs.")) {
                    expected.put(Bytes.of(name), Bytes.of(node.attribute(name).orElseThrow()));
                }
            }
        }
        Bytes set = switch (metadata.attributes()) {
            case Attributes.None() -> Bytes.EMPTY;
            case Attributes.Inline(Bytes inline) -> inline;
            case Attributes.Stored stored -> {
                byte[] bytes = content(stored.storage(), stored.length(), stored.digest());
                assertThat(stored.digest()).as(told).isEqualTo(digest(bytes));
                yield Bytes.of(bytes);
            }
        };
        assertThat(set.length() == 0 ? new TreeMap<Bytes, Bytes>() : AttributeSet.read(told, set))
                .as(told)
                .isEqualTo(expected);
    }

    private void compareLinks(Path file, byte[] path, Entry entry, FileKind kind) throws IOException {
        List<byte[]> all = kind == FileKind.DIRECTORY ? List.of(path) : Objects.requireNonNull(names.get(inode(file)));
        if (all.size() == 1) {
            assertThat(entry.metadata().links()).isEmpty();
            return;
        }
        MessageDigest sha256 = sha256();
        sha256.update("flkjLINK".getBytes(StandardCharsets.US_ASCII));
        sha256.update(all.getFirst());
        assertThat(entry.metadata().links()).as(RawPath.display(path)).contains(Id.at(sha256.digest(), 0));
        Entry other = linked.putIfAbsent(inode(file), entry);
        if (other != null) {
            assertThat(entry).isEqualTo(new Entry(entry.name(), other.metadata(), other.item()));
        }
    }

    private void compareContent(Path file, Item.LargeFile large, String[] data, String told) throws IOException {
        assertThat(large.size()).as(told).isEqualTo(Files.size(file));
        assertThat(data(large)).as(told).isEqualTo(List.of(data));
        if (large.size() < 64 << 20) {
            byte[] bytes = Files.readAllBytes(file);
            assertThat(content(large.storage(), large.size(), large.digest()))
                    .as(told)
                    .isEqualTo(bytes);
            assertThat(large.digest()).as(told).isEqualTo(digest(bytes));
        }
        boolean isOneChunk = large.size() <= 64 * 1024 && List.of(data).equals(List.of("0-" + large.size()));
        if (isOneChunk && isFresh) {
            assertThat(large.storage()).as(told).isEqualTo(new Storage.Whole());
        }
    }

    private List<String> data(Item.LargeFile large) throws IOException {
        List<long[]> ranges = new ArrayList<>();
        long[] at = {0};
        new SegmentReader(chunks).read(large.storage(), large.size(), large.digest(), segment -> {
            if (segment instanceof Segment.Slice slice) {
                chunks.slice(slice);
                if (!ranges.isEmpty() && ranges.getLast()[1] == at[0]) {
                    ranges.getLast()[1] += segment.length();
                } else {
                    ranges.add(new long[] {at[0], at[0] + segment.length()});
                }
            }
            at[0] += segment.length();
        });
        assertThat(at[0]).isEqualTo(large.size());
        return ranges.stream().map(range -> range[0] + "-" + range[1]).toList();
    }

    private byte[] content(Storage storage, long size, Hash digest) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        new SegmentReader(chunks)
                .read(
                        storage,
                        size,
                        digest,
                        segment -> all.writeBytes(
                                switch (segment) {
                                    case Segment.Hole hole -> new byte[Math.toIntExact(hole.length())];
                                    case Segment.Slice slice ->
                                        chunks.slice(slice).toArray();
                                }));
        return all.toByteArray();
    }

    /** Straight from format.md section 7.3. */
    static Hash digest(byte[] bytes) {
        List<byte[]> level = new ArrayList<>();
        for (int at = 0; at < bytes.length || at == 0; at += 65536) {
            level.add(sha256().digest(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 65536))));
        }
        for (byte above = 1; level.size() > 1; above++) {
            List<byte[]> next = new ArrayList<>();
            for (int at = 0; at < level.size(); at += 256) {
                MessageDigest group = sha256();
                group.update("flkjBLKS".getBytes(StandardCharsets.US_ASCII));
                group.update(above);
                level.subList(at, Math.min(level.size(), at + 256)).forEach(group::update);
                next.add(group.digest());
            }
            level = next;
        }
        return Hash.at(level.getFirst(), 0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
