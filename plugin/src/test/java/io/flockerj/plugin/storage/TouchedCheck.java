package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.RawPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Checks what is told to be touched between two trees, by looking at all files of both: of what is not told, everything must be as it
 * was. Names are to be text.
 */
public final class TouchedCheck {
    /** The number that the root of every btrfs subvolume has. */
    private static final String SUBVOLUME_ROOT = "256";

    private final Path older;
    private final Path newer;
    private final Map<String, String> olderFacts;
    private final Map<String, String> newerFacts;
    private final Map<String, Touched.State> told = new HashMap<>();

    private TouchedCheck(Path older, Path newer) throws IOException {
        this.older = older;
        this.newer = newer;
        this.olderFacts = facts(older);
        this.newerFacts = facts(newer);
    }

    /** Fails unless somebody who knows the older tree has to look at nothing else than this to know the newer one. */
    public static void check(Path older, Path newer, Touched touched) throws IOException {
        List<Touched.Name> names = ((Touched.Names) touched).names();
        for (int i = 1; i < names.size(); i++) {
            assertThat(Touched.compare(names.get(i - 1).path(), names.get(i).path()))
                    .as("the order of names")
                    .isNegative();
        }
        TouchedCheck check = new TouchedCheck(older, newer);
        names.forEach(name -> check.told.put(RawPath.display(name.path()), name.state()));
        check.checkAll(names);
    }

    private void checkAll(List<Touched.Name> names) throws IOException {
        walk("", Optional.of(""));
        for (Touched.Name name : names) {
            String path = RawPath.display(name.path());
            assertThat(newerFacts.containsKey(path))
                    .as("%s: %s", path, name.state())
                    .isEqualTo(name.state() instanceof Touched.There);
        }
        Map<String, Set<String>> before = links(olderFacts);
        links(newerFacts).forEach((inode, paths) -> {
            boolean isAsBefore = paths.equals(before.getOrDefault(inode, Set.of()));
            assertThat(isAsBefore || paths.stream().allMatch(this::isTold))
                    .as("names of one file: %s", paths)
                    .isTrue();
        });
    }

    /** @param was where the directory was in the older tree */
    private void walk(String path, Optional<String> was) throws IOException {
        Set<String> names = new TreeSet<>(children(newer.resolve(path)));
        was.ifPresent(old -> names.addAll(childrenUnchecked(older.resolve(old))));
        for (String name : names) {
            String here = path.isEmpty() ? name : path + "/" + name;
            Optional<String> there = was.map(old -> old.isEmpty() ? name : old + "/" + name);
            Touched.State state = told.get(here);
            if (state instanceof Touched.Gone) {
                continue;
            }
            if (state instanceof Touched.There(Optional<byte[]> origin, ByteRanges written)) {
                there = origin.map(RawPath::display);
                if (there.isPresent() && Files.isRegularFile(newer.resolve(here), LinkOption.NOFOLLOW_LINKS)) {
                    checkContent(older.resolve(there.get()), newer.resolve(here), written);
                }
                if (there.isPresent()) {
                    assertThat(inode(newerFacts, here)).as(here).isEqualTo(inode(olderFacts, there.get()));
                }
            } else {
                assertThat(there).as("%s is not told", here).isPresent();
                assertThat(newerFacts.get(here)).as("%s is not told", here).isEqualTo(olderFacts.get(there.get()));
                if (Files.isRegularFile(newer.resolve(here), LinkOption.NOFOLLOW_LINKS)) {
                    checkContent(older.resolve(there.get()), newer.resolve(here), ByteRanges.NONE);
                }
            }
            if (Files.isDirectory(newer.resolve(here), LinkOption.NOFOLLOW_LINKS) && !isNewSubvolume(here)) {
                walk(here, there);
            }
        }
    }

    /** Of a new subvolume only the root is told, which says that all in it is new. */
    private boolean isTold(String path) {
        return told.containsKey(path)
                || IntStream.range(0, path.length())
                        .filter(i -> path.charAt(i) == '/')
                        .anyMatch(i -> isNewSubvolume(path.substring(0, i)));
    }

    private boolean isNewSubvolume(String path) {
        return told.get(path) instanceof Touched.There there && there.origin().isEmpty() && isSubvolume(path);
    }

    private boolean isSubvolume(String path) {
        return inode(newerFacts, path).equals(SUBVOLUME_ROOT);
    }

    private static void checkContent(Path before, Path after, ByteRanges written) throws IOException {
        if (written.isAll()) {
            return;
        }
        byte[] old = Files.readAllBytes(before);
        byte[] now = Files.readAllBytes(after);
        int common = Math.min(old.length, now.length);
        for (ByteRanges.Range range : written.ranges()) {
            if (range.from() < common) {
                int to = (int) Math.min(range.to(), common);
                System.arraycopy(now, (int) range.from(), old, (int) range.from(), to - (int) range.from());
            }
        }
        assertThat(Arrays.mismatch(Arrays.copyOf(old, common), Arrays.copyOf(now, common)))
                .as("%s differs where it is not said to be written", after)
                .isEqualTo(-1);
    }

    private static Set<String> children(Path directory) throws IOException {
        Set<String> names = new HashSet<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.forEach(
                    each -> names.add(Objects.requireNonNull(each.getFileName()).toString()));
        }
        return names;
    }

    private static Set<String> childrenUnchecked(Path directory) {
        try {
            return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) ? children(directory) : Set.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String inode(Map<String, String> facts, String path) {
        return Objects.requireNonNull(facts.get(path), path).split(" ", 2)[0];
    }

    private static Map<String, Set<String>> links(Map<String, String> facts) {
        Map<String, Set<String>> links = new TreeMap<>();
        facts.forEach((path, fact) -> {
            if (!fact.contains(" directory ") && !fact.contains(" links=1 ")) {
                String file = inode(facts, path) + " of " + subvolume(facts, path);
                links.computeIfAbsent(file, each -> new TreeSet<>()).add(path);
            }
        });
        return links;
    }

    /** The name of the subvolume that a file is in. Numbers of files are unique in each, and their names are to be unique. */
    private static String subvolume(Map<String, String> facts, String path) {
        String above = path;
        while (!above.isEmpty() && !inode(facts, above).equals(SUBVOLUME_ROOT)) {
            above = above.substring(0, Math.max(0, above.lastIndexOf('/')));
        }
        return above.substring(above.lastIndexOf('/') + 1);
    }

    /** Of each path the number of its inode, and all that is to be kept but content. */
    private static Map<String, String> facts(Path root) throws IOException {
        Map<String, String> facts = new HashMap<>();
        String script = """
                cd "$1"
                find . -type d -printf '%P\\t%i directory mode=%m owner=%U:%G time=%T@\\n'
                find . ! -type d -printf '%P\\t%i %y mode=%m owner=%U:%G size=%s time=%T@ links=%n to=%l\\n'
                """;
        for (String line : LoopFileSystem.run(List.of("bash", "-c", script, "facts", root.toString()))
                .lines()
                .toList()) {
            String[] parts = line.split("\t", 2);
            facts.put(parts[0], parts[1]);
        }
        addTo(
                facts,
                root,
                "getfattr -R -h -d -m - -e hex . | perl -00 -ne 's/^# file: //; s/\\n/\\t/; s/\\n/ /g; print \"$_\\n\"'");
        addTo(
                facts,
                root,
                "find . \\( -type f -o -type d \\) -exec lsattr -d {} + | perl -ne '/^(\\S+) (.*)/; print \"$2\\t$1\\n\"'");
        return facts;
    }

    private static void addTo(Map<String, String> facts, Path root, String command) throws IOException {
        String all = LoopFileSystem.run(List.of("bash", "-c", "cd \"$1\"; " + command, "facts", root.toString()));
        for (String line : all.lines().toList()) {
            String[] parts = line.split("\t", 2);
            String path = parts[0].equals(".") ? "" : parts[0].startsWith("./") ? parts[0].substring(2) : parts[0];
            facts.merge(path, parts[1], (one, other) -> one + " " + other);
        }
    }
}
