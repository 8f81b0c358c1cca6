package io.flockerj.plugin.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class TarExportTest {
    private static final String UNPACK =
            "cd \"$2\" && tar --warning=no-timestamp --warning=no-unknown-keyword --numeric-owner --xattrs --xattrs-include='*' --acls -xpf \"$1\"";

    private LoopFileSystem fileSystem;
    private Path tree;
    private Path archive;

    TarExportTest() throws IOException {
        fileSystem = LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 400);
        tree = fileSystem.root().resolve("tree");
        archive = fileSystem.beside("archive.tar");
    }

    @BeforeEach
    void makeTree() throws IOException {
        Files.createDirectory(tree);
    }

    @AfterEach
    void unmount() throws IOException {
        fileSystem.close();
    }

    private Exported export(String path) throws IOException {
        try (OutputStream out = Files.newOutputStream(archive)) {
            return new TreeFiles(tree).exportTar(TreePath.parse(path), out, Progress.IGNORED);
        }
    }

    private Path unpack() throws IOException {
        Path target = Files.createDirectory(fileSystem.root().resolve("unpacked"));
        assertThat(FullTree.bash(UNPACK, archive.toString(), target.toString())).isEmpty();
        return target;
    }

    private List<String> names() throws IOException {
        return LoopFileSystem.run(List.of("tar", "--warning=no-unknown-keyword", "-tf", archive.toString()))
                .lines()
                .toList();
    }

    @Test
    void gnuTarUnpacksAllOfATreeWithEverythingInIt() throws IOException {
        FullTree.makeIn(tree);
        Exported exported = export("/");
        Path unpacked = unpack();
        assertThat(FullTree.listing(unpacked)).isEqualTo(FullTree.listing(tree));
        assertThat(exported.sockets()).isEqualTo(1);
        assertThat(exported.bytes()).isEqualTo(Files.size(archive));
        assertThat(exported.entries()).isEqualTo(names().size());
        assertThat(FullTree.space(unpacked.resolve("holes"))).isLessThan(100_000);
        assertThat(FullTree.space(unpacked.resolve("all-hole"))).isZero();
    }

    @Test
    void holesAreNotInTheArchive() throws IOException {
        FullTree.bash("truncate -s 2G \"$1/huge\" && echo end >>\"$1/huge\"", tree.toString());
        export("/");
        assertThat(Files.size(archive)).isLessThan(20_000);
    }

    @Test
    void whatIsInNestedSubvolumesIsExportedToo() throws IOException {
        try (FileHandle directory = FileHandle.openDirectory(tree)) {
            Btrfs.createSubvolume(directory, "nested");
        }
        Files.writeString(tree.resolve("nested/file"), "in it");
        export("/");
        assertThat(names()).containsExactly("./", "./nested/", "./nested/file");
    }

    @Test
    void partOfATreeHasItsOwnName() throws IOException {
        Files.createDirectories(tree.resolve("a/b/c"));
        Files.writeString(tree.resolve("a/b/file"), "x");
        export("/a/b");
        assertThat(names()).containsExactly("b/", "b/c/", "b/file");
        export("a/b/file");
        assertThat(names()).containsExactly("file");
    }

    @Test
    void whatAnArchiveCannotHoldIsReported() throws IOException {
        FullTree.bash("""
                set -e
                cd "$1"
                echo x >kept && chattr +i kept
                echo x >log && chattr +a log
                echo x >packed && setfattr -n btrfs.compression -v zlib packed
                """, tree.toString());
        try {
            Exported exported = export("/");
            assertThat(exported.unchangeable()).isEqualTo(2);
            assertThat(exported.attributes()).isEqualTo(1);
            assertThat(FullTree.listing(unpack()))
                    .hasSize(FullTree.listing(tree).size() - 1);
        } finally {
            FullTree.bash("chattr -ia \"$1\"/kept \"$1\"/log", tree.toString());
        }
    }

    @Test
    void archiveWithAFileThatShrankWhileItWasReadHasNoEnd() throws IOException {
        Path file = tree.resolve("file");
        Files.write(file, new byte[3 * Transfer.BUFFER]);
        List<Integer> cut = new ArrayList<>();
        try (OutputStream out = Files.newOutputStream(archive)) {
            assertThatThrownBy(() -> new TreeFiles(tree)
                            .exportTar(
                                    TreePath.parse("/"),
                                    new OutputStream() {
                                        @Override
                                        public void write(int b) {
                                            throw new UnsupportedOperationException();
                                        }

                                        @Override
                                        public void write(byte[] bytes, int offset, int length) throws IOException {
                                            out.write(bytes, offset, length);
                                            if (length == Transfer.BUFFER && cut.isEmpty()) {
                                                cut.add(length);
                                                Files.writeString(file, "short");
                                            }
                                        }
                                    },
                                    Progress.IGNORED))
                    .isInstanceOf(FilesException.class)
                    .hasMessageStartingWith("1 files became shorter while they were read; stop what writes");
        }
    }
}
