package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.storage.Change.Aspect;
import io.flockerj.plugin.storage.Change.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Checks what is told of the changes between two trees, by looking at all files of both: what is told must lead from one to the
 * other, and must not tell more.
 */
public final class TreeStates {
    private final Map<String, State> states = new TreeMap<>();

    private TreeStates() {}

    /** Of a file: which it is, and all that counts as a difference. */
    private record State(
            String inode,
            FileTime born,
            FileKind kind,
            int mode,
            String owner,
            String attributes,
            String content,
            long size) {
        boolean isSame(State other) {
            return inode.equals(other.inode) && born.equals(other.born);
        }

        List<Object> identity() {
            return List.of(inode, born);
        }
    }

    /** Looks at every file of a tree. Names are to be text. */
    public static TreeStates of(Path root) throws IOException {
        TreeStates all = new TreeStates();
        Map<String, String> attributes = attributes(root);
        try (Stream<Path> files = Files.walk(root)) {
            files.forEach(file -> {
                String path = root.relativize(file).toString();
                all.states.put(path, state(subvolume(root, file), file, attributes.getOrDefault(path, "")));
            });
        }
        return all;
    }

    private static Map<String, String> attributes(Path root) throws IOException {
        Map<String, String> found = new HashMap<>();
        String all = LoopFileSystem.run(
                List.of("bash", "-c", "cd \"$1\" && getfattr -R -h -d -m - -e hex .", "attributes", root.toString()));
        for (String file : all.split("\n\n", -1)) {
            String[] lines = file.strip().split("\n", 2);
            if (lines.length == 2) {
                String path = lines[0].substring("# file: ".length());
                found.put(path.equals(".") ? "" : path, lines[1]);
            }
        }
        return found;
    }

    /** The name of the subvolume that a file is in. Numbers of files are unique in each, and their names are to be unique. */
    private static String subvolume(Path root, Path file) {
        Path above = file;
        while (!above.equals(root) && !isSubvolume(above)) {
            above = Objects.requireNonNull(above.getParent());
        }
        return above.equals(root) ? "" : above.getFileName().toString();
    }

    private static boolean isSubvolume(Path file) {
        try {
            return Btrfs.isSubvolumeRoot(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static State state(String subvolume, Path file, String attributes) {
        try {
            Map<String, Object> unix = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
            FileKind kind = FileKind.of((int) Objects.requireNonNull(unix.get("mode")));
            // Each subvolume has a device number of its own, and they all differ between snapshots.
            return new State(
                    unix.get("ino") + " of " + subvolume,
                    (FileTime) Objects.requireNonNull(unix.get("creationTime")),
                    kind,
                    (int) Objects.requireNonNull(unix.get("mode")),
                    unix.get("uid") + ":" + unix.get("gid"),
                    attributes,
                    content(file, kind) + ":" + unix.get("rdev"),
                    kind == FileKind.FILE || kind == FileKind.SYMLINK
                            ? (long) Objects.requireNonNull(unix.get("size"))
                            : 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path file, FileKind kind) throws IOException {
        return switch (kind) {
            case FILE -> new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            case SYMLINK -> Files.readSymbolicLink(file).toString();
            default -> "";
        };
    }

    /** Fails unless these are the changes that lead from this tree to the other. */
    public void assertLeadTo(TreeStates to, List<Change> changes) {
        Map<String, Change> renamed = new HashMap<>();
        Map<String, Change> removed = new HashMap<>();
        Map<String, Change> arrived = new HashMap<>();
        for (Change change : changes) {
            String path = RawPath.display(change.path());
            Map<String, Change> told = change.kind() == Kind.REMOVED ? removed : arrived;
            assertThat(told.put(path, change)).as("told twice: %s", path).isNull();
            change.oldPath().ifPresent(old -> renamed.put(RawPath.display(old), change));
        }
        Set<String> reached = new HashSet<>();
        states.forEach((path, before) -> {
            if (removed.containsKey(path)) {
                checkRemoved(
                        path,
                        before,
                        to,
                        Objects.requireNonNull(removed.get(path)),
                        Optional.ofNullable(arrived.get(path)));
            } else {
                String now = translated(path, renamed);
                State after = to.states.get(now);
                assertThat(after)
                        .as("told that %s is still there, as %s", path, now)
                        .isNotNull();
                check(path, before, now, Objects.requireNonNull(after), Optional.ofNullable(arrived.get(now)));
                reached.add(now);
            }
        });
        removed.keySet().forEach(path -> assertThat(states).containsKey(path));
        arrived.forEach((path, change) -> {
            if (change.kind() == Kind.ADDED) {
                checkAdded(path, to, change);
                assertThat(reached.add(path))
                        .as("%s was there and is told as added", path)
                        .isTrue();
            }
        });
        assertThat(reached).isEqualTo(to.states.keySet());
    }

    private void checkRemoved(String path, State before, TreeStates to, Change change, Optional<Change> arrived) {
        assertThat(change.aspects().contains(Aspect.LINKS))
                .as("%s lives on", path)
                .isEqualTo(to.has(before));
        assertThat(change.type()).isEqualTo(before.kind());
        assertThat(change.sizeBefore()).as(path).isEqualTo(before.size());
        assertThat(arrived.filter(other -> other.kind() == Kind.ADDED && other.type() == before.kind()))
                .as("%s was replaced, and is told as removed and added", path)
                .isEmpty();
    }

    private void checkAdded(String path, TreeStates to, Change change) {
        State after = Objects.requireNonNull(to.states.get(path), path);
        assertThat(change.aspects().contains(Aspect.LINKS))
                .as("%s was there", path)
                .isEqualTo(has(after));
        assertThat(change.type()).isEqualTo(after.kind());
        assertThat(change.sizeAfter()).as(path).isEqualTo(after.size());
    }

    private boolean has(State file) {
        return states.values().stream().anyMatch(file::isSame);
    }

    private static String translated(String path, Map<String, Change> renamed) {
        if (path.isEmpty()) {
            return path;
        }
        Change change = renamed.get(path);
        if (change != null) {
            return RawPath.display(change.path());
        }
        int slash = path.lastIndexOf('/');
        String directory = slash < 0 ? "" : translated(path.substring(0, slash), renamed);
        return directory.isEmpty() ? path.substring(slash + 1) : directory + "/" + path.substring(slash + 1);
    }

    private static void check(String path, State before, String now, State after, Optional<Change> change) {
        Set<Aspect> differences = EnumSet.noneOf(Aspect.class);
        add(differences, Aspect.MODE, before.mode() != after.mode());
        add(differences, Aspect.OWNER, !before.owner().equals(after.owner()));
        add(differences, Aspect.XATTRS, !before.attributes().equals(after.attributes()));
        add(differences, Aspect.CONTENT, !before.content().equals(after.content()));
        assertThat(after.kind()).as("%s, now %s", path, now).isEqualTo(before.kind());
        if (change.isEmpty()) {
            assertThat(differences)
                    .as("%s, now %s, of which nothing is told", path, now)
                    .isEmpty();
            return;
        }
        Set<Aspect> told = EnumSet.noneOf(Aspect.class);
        told.addAll(change.get().aspects());
        if (told.contains(Aspect.CONTENT) && before.kind() == FileKind.FILE) {
            // It may have been written anew.
            differences.add(Aspect.CONTENT);
        }
        assertThat(told).as("%s, now %s", path, now).isEqualTo(differences);
        assertThat(change.get().sizeBefore()).as(path).isEqualTo(before.size());
        assertThat(change.get().sizeAfter()).as(now).isEqualTo(after.size());
        boolean isRenamed = change.get().kind() == Kind.RENAMED;
        assertThat(change.get().kind()).as("%s, now %s", path, now).isEqualTo(isRenamed ? Kind.RENAMED : Kind.CHANGED);
        if (isRenamed) {
            assertThat(before.identity()).as("%s, now %s", path, now).isEqualTo(after.identity());
        }
    }

    private static void add(Set<Aspect> aspects, Aspect aspect, boolean isThere) {
        if (isThere) {
            aspects.add(aspect);
        }
    }
}
