package io.flockerj.plugin.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.storage.OddFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeFilesTest {
    @TempDir
    Path directory;

    private Path root = Path.of("");
    private TreeFiles files = new TreeFiles(root);

    @BeforeEach
    void makeTree() throws IOException {
        root = Files.createDirectory(directory.resolve("tree"));
        files = new TreeFiles(root);
        Files.writeString(directory.resolve("secret"), "secret");
        Files.createDirectories(root.resolve("etc/deep"));
        Files.writeString(root.resolve("etc/file"), "0123456789");
        link("out", directory.resolve("secret").toString());
        link("up", "../secret");
        link("etc/deep/outside", "../../../secret");
        link("etc/deep/inside", "../file");
        link("dir", "etc/deep");
        link("circle", "circle");
        link("proc", "/proc/self/root");
    }

    private void link(String name, String target) throws IOException {
        Files.createSymbolicLink(root.resolve(name), Path.of(target));
    }

    private Entry stat(String path) throws IOException {
        return files.stat(TreePath.parse(path));
    }

    private List<String> list(String path, boolean recursive) throws IOException {
        List<String> paths = new ArrayList<>();
        files.list(TreePath.parse(path), recursive, entry -> paths.add(entry.displayPath()));
        return paths;
    }

    private String read(String path, long offset, long length) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long count = files.read(TreePath.parse(path), offset, length, out);
        assertThat(out.size()).isEqualTo(count);
        return out.toString(StandardCharsets.UTF_8);
    }

    private String read(String path) throws IOException {
        return read(path, 0, Long.MAX_VALUE);
    }

    private static void isRefused(ThrowingCallable call, Reason reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FilesException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void pathMayBeginWithASlashAndHaveMoreOfThem() throws IOException {
        for (String path : List.of("etc/file", "/etc/file", "//etc///file/", "./etc/./file")) {
            assertThat(stat(path).displayPath()).isEqualTo("etc/file");
        }
        for (String path : List.of("", "/", ".", "/./")) {
            assertThat(stat(path).kind()).isEqualTo(FileKind.DIRECTORY);
            assertThat(stat(path).displayPath()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../secret", "/etc/../../secret", "etc/..", "a\u0000b", "a\nb", "a\u007fb"})
    void pathsThatNoTreeHasAreRefused(String path) {
        isRefused(() -> TreePath.parse(path), Reason.BAD_PATH);
    }

    @Test
    void anyNameCanBeAskedForAsItIsTold() throws IOException {
        byte[] name = {'a', '\n', (byte) 0xFF, '\\', 'x', '4', '1'};
        Files.writeString(RawPath.of(RawPath.joined(RawPath.bytes(root), name)), "odd");
        String told = "a\\x0A\\xFF\\\\x41";
        assertThat(list("/", false)).contains(told);
        assertThat(read(told)).isEqualTo("odd");
    }

    @Test
    void directoryThatIsRemovedWhileItIsEnteredIsLeftAgain() throws IOException {
        Files.createDirectories(root.resolve("tree/b"));
        Files.createFile(root.resolve("tree/c"));
        List<String> seen = new ArrayList<>();
        try (FileHandle top = FileHandle.openDirectory(root.resolve("tree"))) {
            Walk.through(top, true, new Visit.Visitor() {
                @Override
                public void visit(Visit visit) throws IOException {
                    seen.add(RawPath.display(visit.name()));
                    if (visit.status().kind() == FileKind.DIRECTORY) {
                        Files.delete(root.resolve("tree/b"));
                    }
                }

                @Override
                public void leave(Visit.Outer outer, byte[] name) {
                    seen.add("left " + RawPath.display(name));
                }
            });
        }
        assertThat(seen).containsExactly("b", "left b", "c");
    }

    @Test
    void longPathsAreRefused() {
        isRefused(() -> TreePath.parse("x".repeat(256)), Reason.BAD_PATH);
        isRefused(() -> TreePath.parse("x/".repeat(2048)), Reason.BAD_PATH);
    }

    @Test
    void entryTellsAllThatIsKnown() throws IOException {
        Path file = root.resolve("etc/file");
        Files.setAttribute(file, "unix:mode", 04751);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2031-01-02T03:04:05.678901234Z")));
        Files.createLink(root.resolve("hard"), file);
        Entry entry = stat("etc/file");
        assertThat(entry.kind()).isEqualTo(FileKind.FILE);
        assertThat(entry.mode()).isEqualTo(04751);
        assertThat(entry.uid()).isEqualTo(((Integer) Files.getAttribute(file, "unix:uid")).longValue());
        assertThat(entry.gid()).isEqualTo(((Integer) Files.getAttribute(file, "unix:gid")).longValue());
        assertThat(entry.size()).isEqualTo(10);
        assertThat(entry.modified()).isEqualTo("2031-01-02T03:04:05.678901234Z");
        assertThat(entry.links()).isEqualTo(2);
        assertThat(entry.target()).isEmpty();
        assertThat(stat("dir").kind()).isEqualTo(FileKind.SYMLINK);
        assertThat(stat("dir").target())
                .hasValueSatisfying(target -> assertThat(target).asString().isEqualTo("etc/deep"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "etc/file/below", "dir/nothing", "nothing/file", "circle/x"})
    void whatIsNotThereIsToldSo(String path) {
        isRefused(() -> stat(path), Reason.NOT_THERE);
        isRefused(() -> read(path), Reason.NOT_THERE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"out", "up", "etc/deep/outside", "dir/outside", "proc", "proc/etc/passwd"})
    void nothingOutsideTheTreeIsRead(String path) {
        isRefused(() -> read(path), Reason.LEAVES_TREE);
    }

    @Test
    void linkOutOfTheTreeIsStillSeenAsALink() throws IOException {
        assertThat(stat("out").kind()).isEqualTo(FileKind.SYMLINK);
        assertThat(list("out", true)).containsExactly("out");
        isRefused(() -> list("proc/etc", true), Reason.LEAVES_TREE);
    }

    @Test
    void linksWithinTheTreeAreFollowed() throws IOException {
        assertThat(read("dir/inside")).isEqualTo("0123456789");
        assertThat(list("dir", false)).containsExactly("dir/inside", "dir/outside");
    }

    @Test
    void partOfAFileIsRead() throws IOException {
        assertThat(read("etc/file")).isEqualTo("0123456789");
        assertThat(read("etc/file", 3, 4)).isEqualTo("3456");
        assertThat(read("etc/file", 8, 40)).isEqualTo("89");
        assertThat(read("etc/file", 20, 4)).isEmpty();
        assertThat(read("etc/file", 5, 0)).isEmpty();
    }

    @Test
    void largeFileIsReadWhole() throws IOException {
        byte[] large = new byte[3 * Transfer.BUFFER + 17];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i % 251);
        }
        Files.write(root.resolve("large"), large);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.read(TreePath.parse("large"), 0, Long.MAX_VALUE, out);
        assertThat(out.toByteArray()).isEqualTo(large);
    }

    @Test
    void onlyFilesAreRead() throws IOException {
        LoopFileSystem.run(List.of("mkfifo", root.resolve("fifo").toString()));
        isRefused(() -> read("fifo"), Reason.WRONG_KIND);
        isRefused(() -> read("etc"), Reason.WRONG_KIND);
    }

    @Test
    void directoryIsListedInTheOrderOfTheNames() throws IOException {
        assertThat(list("", false)).containsExactly("circle", "dir", "etc", "out", "proc", "up");
        assertThat(list("etc", true)).containsExactly("etc/deep", "etc/deep/inside", "etc/deep/outside", "etc/file");
        assertThat(list("etc/file", true)).containsExactly("etc/file");
    }

    @Test
    void namesThatAreNotTextAreKeptAndShownEscaped() throws IOException {
        byte[] name = {'a', (byte) 0xFF, 'b'};
        Files.createFile(OddFiles.child(root.resolve("etc/deep"), name));
        List<byte[]> paths = new ArrayList<>();
        files.list(TreePath.parse("etc/deep"), false, entry -> paths.add(entry.path()));
        assertThat(RawPath.display(paths.getFirst())).isEqualTo("etc/deep/a\\xFFb");
        assertThat(files.stat(TreePath.of(paths.getFirst())).path()).isEqualTo(paths.getFirst());
    }

    @Test
    void treeOfAnyDepthIsListed() throws IOException {
        int depth = 600;
        OddFiles.chain(Files.createDirectory(root.resolve("chain")), "n".repeat(50), depth, "true");
        List<String> listed = list("chain", true);
        assertThat(listed).hasSize(depth + 1);
        assertThat(listed.getLast()).hasSize("chain/".length() + 51 * depth + "leaf".length());
        delete(root.resolve("chain"));
    }

    @Test
    void wideTreeBelowADeepDirectoryIsListed() throws IOException {
        StringBuilder path = new StringBuilder("w");
        for (int i = 0; i <= 40; i++) {
            Files.createFile(
                    Files.createDirectory(root.resolve(path.toString())).resolve("z"));
            path.append("/d");
        }
        assertThat(list("w", true)).hasSize(40 + 41).contains("w/" + "d/".repeat(40) + "z");
    }

    @Test
    void listingEndsWhenTheSinkHasEnough() {
        List<String> seen = new ArrayList<>();
        assertThatThrownBy(() -> files.list(TreePath.parse(""), true, entry -> {
                    seen.add(entry.displayPath());
                    throw new IOException("enough");
                }))
                .hasMessage("enough");
        assertThat(seen).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(Resolver.class)
    void everyWayOfResolvingKeepsToTheTree(Resolver resolver) throws IOException {
        files = new TreeFiles(root, resolver);
        assertThat(read("etc/file")).isEqualTo("0123456789");
        assertThat(stat("").kind()).isEqualTo(FileKind.DIRECTORY);
        assertThat(stat("out").kind()).isEqualTo(FileKind.SYMLINK);
        assertThatThrownBy(() -> read("out")).isInstanceOf(FilesException.class);
        assertThatThrownBy(() -> read("proc/etc/passwd")).isInstanceOf(FilesException.class);
        assertThatThrownBy(() -> read("dir/outside")).isInstanceOf(FilesException.class);
        isRefused(() -> stat("nothing"), Reason.NOT_THERE);
    }

    private static void delete(Path chain) throws IOException {
        LoopFileSystem.run(List.of("rm", "-rf", chain.toString()));
    }
}
