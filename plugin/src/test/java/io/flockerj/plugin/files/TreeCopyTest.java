package io.flockerj.plugin.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.files.TreeCopy.Copied;
import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.progress.TestingProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("root")
class TreeCopyTest {
    private final TreeCopy copy = new TreeCopy("0123");
    private LoopFileSystem fileSystem;
    private Path from;
    private Path to;

    TreeCopyTest() throws IOException {
        fileSystem = LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 400);
        from = subvolume("from");
        to = subvolume("to");
    }

    @AfterEach
    void unmount() throws IOException {
        fileSystem.close();
    }

    private Path subvolume(String name) throws IOException {
        try (FileHandle root = FileHandle.openDirectory(fileSystem.root())) {
            Btrfs.createSubvolume(root, name);
        }
        return fileSystem.root().resolve(name);
    }

    private Copied copy(String source, String target) throws IOException {
        return copy.copy(from, TreePath.parse(source), to, TreePath.parse(target), Progress.IGNORED);
    }

    private void isRefused(String source, String target, Reason reason) throws IOException {
        List<String> before = FullTree.listing(to);
        assertThatThrownBy(() -> copy(source, target))
                .isInstanceOfSatisfying(
                        FilesException.class, e -> assertThat(e.reason()).isEqualTo(reason));
        assertThat(FullTree.listing(to)).isEqualTo(before);
    }

    private static List<String> listing(Path root) throws IOException {
        return FullTree.listing(root);
    }

    @ParameterizedTest
    @EnumSource(names = {"BTRFS", "EXT4"})
    void wholeTreeComesAlongWithEverythingInIt(LoopFileSystem.Kind kind) throws IOException {
        fileSystem.close();
        fileSystem = LoopFileSystem.create(kind, 400);
        from = Files.createDirectory(fileSystem.root().resolve("from"));
        to = Files.createDirectory(fileSystem.root().resolve("to"));
        Path tree = Files.createDirectory(from.resolve("tree"));
        FullTree.makeIn(tree);
        Copied copied = copy("tree", "copy");
        assertThat(listing(to.resolve("copy"))).isEqualTo(listing(tree));
        assertThat(Files.exists(to.resolve("copy/odd/s"))).isTrue();
        assertThat(copied.entries()).isGreaterThan(100);
        assertThat(FullTree.space(to.resolve("copy/holes"))).isLessThan(100_000);
        assertThat(FullTree.space(to.resolve("copy/all-hole"))).isZero();
    }

    @Test
    void contentIsSharedBetweenSubvolumes() throws IOException {
        FullTree.bash("head -c 50M /dev/urandom >\"$1/big\"", from.toString());
        assertThat(copy("big", "big").bytes()).isEqualTo(50 << 20);
        assertThat(Files.mismatch(from.resolve("big"), to.resolve("big"))).isEqualTo(-1);
        String exclusive =
                FullTree.bash("btrfs filesystem du -s --raw \"$1/big\" | tail -n 1 | awk '{print $2}'", to.toString());
        assertThat(exclusive.strip()).isEqualTo("0");
    }

    @Test
    void fileTakesThePlaceOfAFileAtOnce() throws Exception {
        int size = 3 << 20;
        Path file = from.resolve("file");
        FullTree.bash("head -c " + size + " /dev/zero | tr '\\0' a >\"$1\"", file.toString());
        Files.createDirectories(to.resolve("etc"));
        Files.writeString(to.resolve("etc/file"), "a");
        AtomicBoolean done = new AtomicBoolean();
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!done.get()) {
                try {
                    long seen = Files.size(to.resolve("etc/file"));
                    if (seen != 1 && seen != size) {
                        done.set(true);
                    }
                } catch (IOException e) {
                    done.set(true);
                }
            }
        });
        for (int i = 0; i < 20; i++) {
            copy("/file", "/etc/file");
        }
        assertThat(done.getAndSet(true)).as("nothing but a whole file was seen").isFalse();
        reader.join();
        assertThat(Files.mismatch(file, to.resolve("etc/file"))).isEqualTo(-1);
        try (var names = Files.list(to.resolve("etc"))) {
            assertThat(names).hasSize(1);
        }
    }

    @Test
    void linkIsCopiedAsALinkAndReplacedAsOne() throws IOException {
        Files.createSymbolicLink(from.resolve("link"), Path.of("/etc/passwd"));
        copy("link", "link");
        assertThat(Files.readSymbolicLink(to.resolve("link"))).isEqualTo(Path.of("/etc/passwd"));
        Files.writeString(from.resolve("file"), "x");
        copy("file", "link");
        assertThat(to.resolve("link")).isRegularFile().hasContent("x");
    }

    @Test
    void directoriesAreNeitherReplacedNorTakeAPlace() throws IOException {
        Files.writeString(from.resolve("file"), "x");
        Files.createDirectory(from.resolve("dir"));
        Files.createDirectory(to.resolve("dir"));
        Files.writeString(to.resolve("file"), "y");
        isRefused("file", "dir", Reason.ALREADY_THERE);
        isRefused("dir", "dir", Reason.ALREADY_THERE);
        isRefused("dir", "file", Reason.ALREADY_THERE);
        isRefused("file", "/", Reason.BAD_PATH);
        isRefused("file", "nowhere/file", Reason.NOT_THERE);
        isRefused("file", "file/file", Reason.WRONG_KIND);
        isRefused("nothing", "file", Reason.NOT_THERE);
        copy("/", "dir/all");
        assertThat(to.resolve("dir/all/file")).hasContent("x");
    }

    @Test
    void nothingIsReadOrWrittenOutsideTheTrees() throws IOException {
        Files.writeString(fileSystem.root().resolve("victim"), "x");
        Files.writeString(from.resolve("file"), "x");
        Files.createSymbolicLink(from.resolve("way"), Path.of(".."));
        Files.createSymbolicLink(to.resolve("way"), Path.of(".."));
        isRefused("way/victim", "stolen", Reason.LEAVES_TREE);
        isRefused("file", "way/left", Reason.LEAVES_TREE);
        assertThat(fileSystem.root().resolve("left")).doesNotExist();
    }

    @Test
    void listsOfTheNewPlaceAreNotInherited() throws IOException {
        Path tree = Files.createDirectories(from.resolve("tree/sub"));
        Files.writeString(tree.resolve("file"), "x");
        FullTree.bash("setfacl -m d:u:1004:rwx \"$1\"", to.toString());
        copy("tree", "tree");
        assertThat(listing(to.resolve("tree"))).isEqualTo(listing(from.resolve("tree")));
        copy("tree/sub/file", "file");
        assertThat(FullTree.bash("getfacl -ns \"$1/file\"", to.toString())).isEmpty();
    }

    @Test
    void copyThatFailsLeavesNothing() throws IOException {
        FullTree.bash("""
                mkdir -p "$1/tree/a/b" && head -c 1000 /dev/urandom >"$1/tree/a/b/file" && mkdir -p "$1/tree/z"
                cd "$1/tree/z" && perl -e 'for (1..1100) { mkdir "d"; chdir "d" }'
                """, from.toString());
        assertThatThrownBy(() -> copy("tree", "copy"))
                .isInstanceOfSatisfying(
                        FilesException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MUCH));
        try (var names = Files.list(to)) {
            assertThat(names).isEmpty();
        }
    }

    @Test
    void progressIsToldAndACancelledCopyLeavesNothing() throws IOException {
        Path tree = Files.createDirectories(from.resolve("tree/sub"));
        Files.writeString(tree.resolve("one"), "x".repeat(1000));
        Files.writeString(tree.resolve("two"), "y");
        int report = 0;
        for (boolean cancelled = true; cancelled; report++) {
            TestingProgress progress = TestingProgress.cancelledAt(report);
            try {
                copy.copy(from, TreePath.parse("tree"), to, TreePath.parse("tree"), progress);
                cancelled = false;
                assertThat(progress.entries()).isEqualTo(4);
                assertThat(progress.bytes()).isEqualTo(1001);
            } catch (CancelledException e) {
                try (var names = Files.list(to)) {
                    assertThat(names).isEmpty();
                }
            }
        }
        assertThat(report).isGreaterThan(5);
        assertThat(listing(to.resolve("tree"))).isEqualTo(listing(from.resolve("tree")));
    }

    @Test
    void directoryIsNotCopiedIntoItself() throws IOException {
        Files.createDirectories(to.resolve("a/b"));
        assertThatThrownBy(() -> copy.copy(to, TreePath.parse("a"), to, TreePath.parse("a/b/c"), Progress.IGNORED))
                .hasMessageContaining("into itself");
        try (var names = Files.list(to.resolve("a/b"))) {
            assertThat(names).isEmpty();
        }
        copy.copy(to, TreePath.parse("a"), to, TreePath.parse("c"), Progress.IGNORED);
        assertThat(to.resolve("c/b")).isDirectory();
    }

    @Test
    void nestedSubvolumesAreCopiedAsDirectories() throws IOException {
        Files.createDirectory(from.resolve("tree"));
        try (FileHandle tree = FileHandle.openDirectory(from.resolve("tree"))) {
            Btrfs.createSubvolume(tree, "nested");
        }
        Files.writeString(from.resolve("tree/nested/file"), "x");
        copy("tree", "tree");
        assertThat(to.resolve("tree/nested/file")).hasContent("x");
    }
}
