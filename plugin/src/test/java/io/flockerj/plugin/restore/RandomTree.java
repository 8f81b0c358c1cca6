package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/** A tree on this host that is changed at random, by root: every kind of file, and everything that can be known of one. */
final class RandomTree {
    private static final byte[] DEFAULT_LIST = "system.posix_acl_default".getBytes(StandardCharsets.US_ASCII);
    private static final int MARKS = 0x10 | 0x20 | 0x40 | 0x80;

    private final Path root;
    private final Random random;

    RandomTree(Path root, Random random) {
        this.root = root;
        this.random = random;
    }

    /** Makes so many changes, of which some fail. */
    void change(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try {
                changeOnce();
            } catch (LinuxException e) {
                // A name that is taken, or a file that is immutable: one that was not changed.
            }
        }
    }

    private void changeOnce() throws IOException {
        switch (random.nextInt(22)) {
            case 0, 1, 2 -> makeFile();
            case 3, 4 -> make();
            case 5 -> makeDirectory();
            case 6, 7 -> link();
            case 8, 9 -> remove();
            case 10 -> rename();
            case 11, 12, 13 -> write();
            case 14 -> resize();
            case 15 -> punch();
            case 16 -> attribute();
            case 17 -> marks();
            case 18 -> inherited();
            default -> metadata();
        }
    }

    private List<Path> all(boolean directories) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return new ArrayList<>(walk.filter(path -> directories == isDirectory(path))
                    .filter(path -> directories || !path.equals(root))
                    .sorted()
                    .toList());
        }
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private <T> T any(List<T> list) throws IOException {
        if (list.isEmpty()) {
            throw new LinuxException("choose of nothing", 2);
        }
        return list.get(random.nextInt(list.size()));
    }

    private Path anyFile() throws IOException {
        return any(all(false).stream()
                .filter(Files::isRegularFile)
                .filter(path -> !Files.isSymbolicLink(path))
                .toList());
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.getParent());
    }

    private byte[] name() {
        return ("n" + random.nextInt(12)).getBytes(StandardCharsets.US_ASCII);
    }

    private FileHandle anyDirectory() throws IOException {
        return FileHandle.openDirectory(any(all(true)));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private int size() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(70);
            case 1 -> random.nextInt(70_000);
            case 2 -> random.nextInt(300_000);
            default -> random.nextInt(1_500_000);
        };
    }

    private void makeFile() throws IOException {
        try (FileHandle directory = anyDirectory();
                FileHandle file = directory.createFileAt(name(), 0600)) {
            write(file, random.nextInt(3) == 0 ? random.nextInt(2_000_000) : 0, size());
        }
    }

    private void write(FileHandle file, long at, int length) throws IOException {
        FileContent.write(
                file, at, ByteBuffer.allocateDirect(length).put(bytes(length)).flip());
    }

    private void make() throws IOException {
        try (FileHandle directory = anyDirectory()) {
            byte[] name = name();
            if (random.nextBoolean()) {
                DirectoryEntries.makeSymlink(
                        directory, name, ("to " + random.nextInt(3)).getBytes(StandardCharsets.US_ASCII));
            } else {
                List<FileKind> kinds =
                        List.of(FileKind.FIFO, FileKind.SOCKET, FileKind.CHARACTER_DEVICE, FileKind.BLOCK_DEVICE);
                DirectoryEntries.makeNode(directory, name, any(kinds), 0600, random.nextInt(3), random.nextInt(3));
            }
        }
    }

    private void makeDirectory() throws IOException {
        try (FileHandle directory = anyDirectory()) {
            DirectoryEntries.makeDirectory(directory, name(), 0755);
        }
    }

    private void link() throws IOException {
        Path from = any(all(false));
        try (Node node = node(from);
                FileHandle directory = anyDirectory()) {
            byte[] name = name();
            node.link(directory, name);
        }
    }

    private static Node node(Path path) throws IOException {
        try (FileHandle directory = FileHandle.openDirectory(parent(path))) {
            return Node.in(directory, path.getFileName().toString().getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void remove() throws IOException {
        List<Path> candidates = all(false);
        if (random.nextInt(4) == 0) {
            candidates = all(true).stream().filter(path -> !path.equals(root)).toList();
        }
        remove(any(candidates));
    }

    private static void remove(Path path) throws IOException {
        try (Stream<Path> walk = Files.walk(path)) {
            for (Path each : walk.sorted(Comparator.reverseOrder()).toList()) {
                Inodes.clearImmutable(each);
                Inodes.clearImmutable(parent(each));
                Files.delete(each);
            }
        }
    }

    private void rename() throws IOException {
        Path from = any(Stream.concat(all(false).stream(), all(true).stream())
                .filter(path -> !path.equals(root))
                .toList());
        try (FileHandle directory = FileHandle.openDirectory(parent(from));
                FileHandle to = anyDirectory()) {
            DirectoryEntries.moveToFree(
                    directory, from.getFileName().toString().getBytes(StandardCharsets.US_ASCII), to);
        }
    }

    private void write() throws IOException {
        try (FileHandle file = FileHandle.openReadWrite(anyFile())) {
            long size = file.size();
            write(file, size == 0 ? 0 : random.nextLong(size), random.nextInt(40_000));
        }
    }

    private void resize() throws IOException {
        try (FileHandle file = FileHandle.openReadWrite(anyFile())) {
            file.truncate(random.nextBoolean() ? random.nextInt(100) : random.nextInt(3_000_000));
        }
    }

    private void punch() throws IOException {
        try (FileHandle file = FileHandle.openReadWrite(anyFile())) {
            long size = file.size();
            if (size > 1) {
                long at = random.nextLong(size - 1);
                file.punch(at, 1 + random.nextLong(size - at));
            }
        }
    }

    private void attribute() throws IOException {
        try (Node node =
                node(any(Stream.concat(all(false).stream(), all(true).stream()).toList()))) {
            byte[] name = ("trusted.a" + random.nextInt(4)).getBytes(StandardCharsets.US_ASCII);
            if (random.nextInt(3) == 0) {
                node.removeAttribute(name);
            } else {
                node.setAttribute(name, bytes(random.nextInt(600)));
            }
        }
    }

    /** Immutable and the like. */
    private void marks() throws IOException {
        Path path = random.nextBoolean() ? anyFile() : any(all(true));
        try (FileHandle file = FileHandle.openRead(path)) {
            int flags = Inodes.flags(file) & ~MARKS;
            Inodes.setFlags(file, flags | (random.nextInt(3) == 0 ? 0 : MARKS & (1 << (4 + random.nextInt(4)))));
        }
    }

    /** An access control list for all that comes into a directory: user::rwx, user:N:rwx, group::r-x, mask::rwx, other::---. */
    private void inherited() throws IOException {
        ByteBuffer list =
                ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
        list.putShort((short) 1).putShort((short) 7).putInt(-1);
        list.putShort((short) 2).putShort((short) 7).putInt(1000 + random.nextInt(3));
        list.putShort((short) 4).putShort((short) 5).putInt(-1);
        list.putShort((short) 16).putShort((short) 7).putInt(-1);
        list.putShort((short) 32).putShort((short) 0).putInt(-1);
        try (FileHandle directory = anyDirectory();
                Node node = Node.of(directory)) {
            if (random.nextInt(3) == 0) {
                node.removeAttribute(DEFAULT_LIST);
            } else {
                node.setAttribute(DEFAULT_LIST, list.array());
            }
        }
    }

    private void metadata() throws IOException {
        try (Node node =
                node(any(Stream.concat(all(false).stream(), all(true).stream()).toList()))) {
            FileStatus status = node.status();
            switch (random.nextInt(3)) {
                case 0 -> node.setOwner(random.nextInt(3), random.nextInt(3));
                case 1 -> {
                    if (status.kind() != FileKind.SYMLINK) {
                        node.setMode(random.nextInt(010000));
                    }
                }
                default -> node.setModified(random.nextInt(2_000_000_000), random.nextInt(1_000_000_000));
            }
        }
    }
}
