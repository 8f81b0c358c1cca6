package io.flockerj.plugin.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.OddFiles;
import io.flockerj.plugin.storage.StorageDriverContract;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What btrfs promises beyond every driver's promises. */
abstract class BtrfsDriverContract extends StorageDriverContract {
    private static final String COMPRESSION_PROPERTY = "btrfs.compression";

    BtrfsDriverContract(LoopFileSystem fileSystem) {
        super(fileSystem);
    }

    @Override
    protected void makeHalf(TreeId tree) throws IOException {
        makeSubvolume(trees(), tree.toString());
    }

    /** As anybody can in a container. */
    static Path makeSubvolume(Path directory, String name) throws IOException {
        try (FileHandle parent = FileHandle.openDirectory(directory)) {
            Btrfs.createSubvolume(parent, name);
        }
        return directory.resolve(name);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void newFilesInheritTheCompressionOfTheTree(Compression compression) throws IOException {
        TreeId tree = newTree();
        TreeSpec spec = spec(tree);

        driver().create(
                        tree,
                        new TreeSpec(spec.account(), Optional.empty(), Optional.of(compression), true, 0, 0, 0755));

        Path directory = Files.createDirectory(driver().path(tree).resolve("directory"));
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(isStoredCompressed(file)).isEqualTo(compression != Compression.NONE);
        String stored = Inodes.xattr(file, COMPRESSION_PROPERTY)
                .map(value -> new String(value, StandardCharsets.US_ASCII))
                .orElse(isMarkedIncompressible(file) ? "none" : "");
        assertThat(stored).isEqualTo(compression.word());
    }

    @Test
    void filesAreCompressedAsTheFileSystemDoesWhenNothingIsAsked() throws IOException {
        Path file = Files.createFile(create(newTree()).resolve("file"));

        assertThat(Inodes.xattr(file, COMPRESSION_PROPERTY)).isEmpty();
        assertThat(isMarkedIncompressible(file)).isFalse();
        assertThat(isStoredCompressed(file)).isFalse();
    }

    @Test
    void newFilesInheritThatTheyAreOverwrittenInPlace() throws IOException {
        TreeId ordinary = newTree();
        TreeId tree = newTree();
        TreeSpec spec = spec(tree);
        create(ordinary);

        driver().create(tree, new TreeSpec(spec.account(), Optional.empty(), Optional.empty(), false, 0, 0, 0755));

        Path directory = Files.createDirectory(driver().path(tree).resolve("directory"));
        assertThat(Inodes.noCow(Files.createFile(directory.resolve("file")))).isTrue();
        assertThat(Inodes.noCow(Files.createFile(driver().path(ordinary).resolve("file"))))
                .isFalse();
    }

    @Test
    void nestedSubvolumesAreDestroyedWhateverTheirNames() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        for (int i = 0; i < 20; i++) {
            Files.createFile(makeSubvolume(root, "beside-" + i).resolve("file"));
        }
        Path odd = Files.createDirectory(OddFiles.child(root, OddFiles.RAW_NAME));
        Path inner = makeSubvolume(makeSubvolume(odd, "n".repeat(255)), "-");
        Path raw = OddFiles.child(inner, OddFiles.RAW_NAME);
        Files.move(makeSubvolume(root, "renamed"), raw);
        makeSubvolume(raw, "in a name that is no text");

        driver().destroy(tree);

        assertGone(root);
        assertThat(subvolumesBelowTop()).isEmpty();
    }

    @Test
    void nestedSubvolumesBeyondTheLongestPathAreDestroyed() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        String name = "long".repeat(60);
        OddFiles.chain(root, name, 40, "btrfs", "subvolume", "create", "deep");
        Path outer = root;
        for (int i = 0; i < 30; i++) {
            outer = makeSubvolume(outer, "in");
        }

        driver().destroy(tree);

        assertGone(root);
        assertThat(subvolumesBelowTop()).isEmpty();
    }

    @Test
    void subvolumesThatMustNotChangeAreDestroyed() throws IOException {
        TreeId tree = newTree();
        Path root = create(tree);
        Path appendOnly = Files.createDirectory(root.resolve("append-only"));
        Path outer = makeSubvolume(appendOnly, "outer");
        Path immutable = Files.createDirectory(outer.resolve("immutable"));
        Path inner = makeSubvolume(immutable, "inner");
        Path innermost = makeSubvolume(inner, "innermost");
        mark("+i", innermost, inner, immutable);
        mark("+a", appendOnly);
        for (Path subvolume : List.of(innermost, inner, outer, root)) {
            LoopFileSystem.run(List.of("btrfs", "property", "set", subvolume.toString(), "ro", "true"));
        }

        driver().destroy(tree);

        assertGone(root);
        assertThat(subvolumesBelowTop()).isEmpty();
    }

    @Test
    void nestedSubvolumesOfAnotherTreeStay() throws IOException {
        TreeId kept = newTree();
        Path nested = makeSubvolume(create(kept), "nested");
        TreeId doomed = newTree();
        makeSubvolume(create(doomed), "nested");

        driver().destroy(doomed);

        assertThat(nested).isDirectory();
        driver().destroy(kept);
    }

    private List<Btrfs.NestedSubvolume> subvolumesBelowTop() throws IOException {
        return subvolumesIn(trees());
    }

    /** All that lie, however deep, in this directory at the top of a file system, and those of which nobody knows where. */
    static List<Btrfs.NestedSubvolume> subvolumesIn(Path directory) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            String here = directory.getFileName() + "/";
            return Btrfs.nestedBelow(handle, Btrfs.subvolumeId(handle)).stream()
                    .filter(nested -> new String(nested.path(), StandardCharsets.ISO_8859_1).startsWith(here)
                            || nested.path().length == 0)
                    .toList();
        }
    }

    private static boolean isStoredCompressed(Path file) throws IOException {
        Files.writeString(file, "x".repeat(1024 * 1024));
        LoopFileSystem.run(List.of("sync", file.toString()));
        return LoopFileSystem.run(List.of("filefrag", "-v", file.toString())).contains("encoded");
    }

    private static boolean isMarkedIncompressible(Path file) throws IOException {
        return LoopFileSystem.run(List.of("lsattr", file.toString()))
                .split(" ", 2)[0]
                .contains("m");
    }
}
