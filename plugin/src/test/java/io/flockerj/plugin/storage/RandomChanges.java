package io.flockerj.plugin.storage;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Does to a tree what containers do, at random. Names are few, so that they are used again. */
public final class RandomChanges {
    private static final int OPERATIONS = 18;

    private final Path root;
    private final Random random;

    public RandomChanges(Path root, Random random) {
        this.root = root;
        this.random = random;
    }

    /** Makes so many changes; some come to nothing. */
    public void make(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            change(random.nextInt(OPERATIONS));
        }
    }

    private void change(int operation) throws IOException {
        switch (operation) {
            case 0, 1, 2 -> write(free());
            case 3, 4 -> Files.createDirectories(free());
            case 5, 6 -> move(any(path -> true), free());
            case 7 -> replace(any(Files::isRegularFile), any(Files::isRegularFile));
            case 8 -> remove(any(path -> true));
            case 9 -> link(any(Files::isRegularFile), free());
            case 10 -> Files.createSymbolicLink(free(), Path.of("to-" + random.nextInt(3)));
            case 11 -> overwrite(any(Files::isRegularFile));
            case 12 -> Files.setAttribute(changeable(), "unix:mode", 0400 | random.nextInt(0400));
            case 13 -> Files.setAttribute(any(path -> true), "unix:uid", random.nextInt(3), LinkOption.NOFOLLOW_LINKS);
            case 14 -> attribute(changeable());
            case 15 -> Files.setLastModifiedTime(changeable(), FileTime.fromMillis(random.nextInt()));
            case 16 -> rewrite(any(Files::isRegularFile));
            default -> nest();
        }
    }

    /** A path that nothing has. */
    private Path free() throws IOException {
        Path path;
        do {
            path = any(Files::isDirectory).resolve("n" + random.nextInt(30));
        } while (Files.exists(path, LinkOption.NOFOLLOW_LINKS));
        return path;
    }

    /** The root if there is no other. */
    private Path any(Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> found = all.filter(path -> !Files.isSymbolicLink(path) || wanted.test(root.resolve("nothing")))
                    .filter(wanted)
                    .sorted()
                    .toList();
            return found.isEmpty() ? root : found.get(random.nextInt(found.size()));
        }
    }

    private Path changeable() throws IOException {
        return any(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
    }

    private void write(Path path) throws IOException {
        byte[] content = new byte[random.nextBoolean() ? random.nextInt(3000) : random.nextInt(300_000)];
        random.nextBytes(content);
        Files.write(path, content);
    }

    private void move(Path path, Path target) throws IOException {
        // Into itself, or a subvolume's file out of it, cannot be moved.
        if (!path.equals(root) && !target.startsWith(path) && isInOneSubvolume(path, target)) {
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void replace(Path path, Path target) throws IOException {
        if (!path.equals(root) && !target.equals(root) && isInOneSubvolume(path, target)) {
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void link(Path path, Path target) throws IOException {
        if (!path.equals(root) && isInOneSubvolume(path, target)) {
            Files.createLink(target, path);
        }
    }

    private static boolean isInOneSubvolume(Path path, Path target) throws IOException {
        Path from = Objects.requireNonNull(path.getParent());
        Path to = Objects.requireNonNull(target.getParent());
        boolean isSubvolume = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && Btrfs.isSubvolumeRoot(path);
        return !isSubvolume && Files.getAttribute(from, "unix:dev").equals(Files.getAttribute(to, "unix:dev"));
    }

    private void remove(Path path) throws IOException {
        if (!path.equals(root)) {
            LoopFileSystem.run(List.of("rm", "-rf", path.toString()));
        }
    }

    private void overwrite(Path path) throws IOException {
        if (path.equals(root)) {
            return;
        }
        try (RandomAccessFile file = new RandomAccessFile(path.toString(), "rw")) {
            if (random.nextInt(3) == 0) {
                file.setLength(random.nextInt(300_000));
            } else {
                byte[] content = new byte[random.nextInt(20_000)];
                random.nextBytes(content);
                file.getChannel().write(ByteBuffer.wrap(content), random.nextInt(200_000));
            }
        }
    }

    /** As editors do: under another name, with the same content or another. */
    private void rewrite(Path path) throws IOException {
        if (!path.equals(root)) {
            Path copy = path.resolveSibling("rewritten");
            Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
            if (random.nextBoolean()) {
                overwrite(copy);
            }
            Files.move(copy, path, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private void attribute(Path path) throws IOException {
        UserDefinedFileAttributeView view =
                Objects.requireNonNull(Files.getFileAttributeView(path, UserDefinedFileAttributeView.class));
        String name = "name" + random.nextInt(2);
        if (view.list().contains(name) && random.nextBoolean()) {
            view.delete(name);
        } else {
            view.write(name, ByteBuffer.wrap(new byte[random.nextInt(100)]));
        }
    }

    private void nest() throws IOException {
        try (FileHandle parent = FileHandle.openDirectory(any(Files::isDirectory))) {
            String name = "subvolume" + random.nextInt(1000);
            if (!parent.names().stream().map(String::new).toList().contains(name)) {
                Btrfs.createSubvolume(parent, name);
            }
        }
    }
}
