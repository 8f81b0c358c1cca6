package io.flockerj.plugin.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.files.TarImport.Imported;
import io.flockerj.plugin.files.TarImport.Limits;
import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.progress.TestingProgress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("root")
class TarImportTest {
    private static final Limits MANY = new Limits(1L << 40, 1_000_000);
    private static final String PACK = "cd \"$1\" && tar --sort=name --numeric-owner $3 -cf \"$2\" . 2>&1";
    private static final byte[] NOTHING = {};

    private final LoopFileSystem fileSystem;
    private final Path tree;
    private final Path target;
    private final Path archive;

    TarImportTest() throws IOException {
        fileSystem = LoopFileSystem.create(LoopFileSystem.Kind.BTRFS, 400);
        tree = Files.createDirectory(fileSystem.root().resolve("tree"));
        target = Files.createDirectory(fileSystem.root().resolve("target"));
        archive = fileSystem.beside("archive.tar");
    }

    @AfterEach
    void unmount() throws IOException {
        fileSystem.close();
    }

    private Imported importArchive() throws IOException {
        try (InputStream in = Files.newInputStream(archive)) {
            return TarImport.into(target, in, MANY, Progress.IGNORED);
        }
    }

    private Imported importBytes(byte[] bytes, Limits limits) throws IOException {
        return TarImport.into(target, new ByteArrayInputStream(bytes), limits, Progress.IGNORED);
    }

    private Imported importBytes(byte[] bytes) throws IOException {
        return importBytes(bytes, MANY);
    }

    private void isRefused(byte[] bytes, Reason reason, String... message) {
        isRefused(bytes, MANY, reason, message);
    }

    private void isRefused(byte[] bytes, Limits limits, Reason reason, String... message) {
        assertThatThrownBy(() -> importBytes(bytes, limits))
                .isInstanceOfSatisfying(
                        FilesException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).contains(List.of(message)));
    }

    /** An archive made by hand. */
    private static final class Made {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarWriter writer = new TarWriter(bytes);

        Made file(String name, String content) throws IOException {
            return add(name, TarFormat.FILE, "", content);
        }

        Made directory(String name) throws IOException {
            return add(name, TarFormat.DIRECTORY, "", "");
        }

        Made symlink(String name, String link) throws IOException {
            return add(name, TarFormat.SYMLINK, link, "");
        }

        Made hardLink(String name, String link) throws IOException {
            return add(name, TarFormat.HARD_LINK, link, "");
        }

        Made add(String name, char type, String link, String content) throws IOException {
            byte[] data = content.getBytes(StandardCharsets.UTF_8);
            writer.begin(entry(name, type, link, SparseMap.dense(data.length)));
            writer.data(data, 0, data.length);
            writer.pad();
            return this;
        }

        static TarEntry entry(String name, char type, String link, SparseMap content) {
            return new TarEntry(
                    name.getBytes(StandardCharsets.UTF_8),
                    type,
                    0755,
                    1,
                    2,
                    3,
                    4,
                    link.getBytes(StandardCharsets.UTF_8),
                    0,
                    0,
                    content,
                    Map.of());
        }

        byte[] withoutEnd() {
            return bytes.toByteArray();
        }

        byte[] end() throws IOException {
            writer.end();
            return bytes.toByteArray();
        }
    }

    private void fullTreeSurvives(String options) throws IOException {
        FullTree.makeIn(tree);
        // GNU tar packs each name of a fifo as a fifo of its own.
        Files.delete(tree.resolve("linked-fifo"));
        FullTree.bash(PACK.replace("$3", options), tree.toString(), archive.toString());
        importArchive();
        assertThat(FullTree.listing(target)).isEqualTo(FullTree.listing(tree));
        assertThat(FullTree.space(target.resolve("all-hole"))).isZero();
    }

    @Test
    void whatWasExportedIsImportedWithEverythingInIt() throws IOException {
        FullTree.makeIn(tree);
        Exported exported;
        try (OutputStream out = Files.newOutputStream(archive)) {
            exported = new TreeFiles(tree).exportTar(TreePath.parse("/"), out, Progress.IGNORED);
        }
        Imported imported = importArchive();
        assertThat(FullTree.listing(target)).isEqualTo(FullTree.listing(tree));
        assertThat(imported.entries()).isEqualTo(exported.entries());
        for (String file : List.of("holes", "all-hole", "ends-in-data")) {
            assertThat(FullTree.space(target.resolve(file))).isEqualTo(FullTree.space(tree.resolve(file)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "0.1", "0.0"})
    void whatGnuTarPacksInThePaxFormatIsImported(String sparse) throws IOException {
        fullTreeSurvives("--format=pax --xattrs --xattrs-include='*' --acls -S --sparse-version=" + sparse);
    }

    @Test
    void whatGnuTarPacksInItsOwnFormatIsImported() throws IOException {
        FullTree.makeIn(tree);
        FullTree.bash("cd \"$1\" && setfacl -R -b . && rm -f capable linked-fifo", tree.toString());
        FullTree.bash(PACK.replace("$3", "--format=gnu -S"), tree.toString(), archive.toString());
        importArchive();
        // Its own format has neither attributes nor fractions of seconds.
        assertThat(plain(target)).isEqualTo(plain(tree));
        assertThat(FullTree.space(target.resolve("holes"))).isLessThan(100_000);
    }

    private static List<String> plain(Path root) throws IOException {
        return FullTree.listing(root).stream()
                .filter(line -> !line.startsWith("# file:"))
                .map(line -> line.replaceFirst("( time=-?\\d+)\\.\\d+", "$1"))
                .map(line -> line.startsWith("./old ") ? line.replaceFirst(" time=\\S+", "") : line)
                .toList();
    }

    @Test
    void fileWithVeryManyHolesIsImportedFromEveryFormat() throws IOException {
        FullTree.bash("""
                perl -e 'open(F, ">", "$ARGV[0]/holes"); for (1..200) { seek(F, $_ * 65536, 0); print F "part $_"; }' "$1"
                """, tree.toString());
        for (String format : List.of("gnu", "pax")) {
            FullTree.bash(PACK.replace("$3", "-S --format=" + format), tree.toString(), archive.toString());
            importArchive();
            assertThat(Files.mismatch(tree.resolve("holes"), target.resolve("holes")))
                    .isEqualTo(-1);
            assertThat(FullTree.space(target.resolve("holes"))).isLessThan(200 * 16384);
            Files.delete(target.resolve("holes"));
        }
    }

    @Test
    void accessListsMayBeTextWithNumbers() throws IOException {
        Files.writeString(tree.resolve("file"), "x");
        FullTree.bash("setfacl -m u:1001:rw,g:1002:x \"$1/file\"", tree.toString());
        FullTree.bash(PACK.replace("$3", "--acls"), tree.toString(), archive.toString());
        importArchive();
        assertThat(FullTree.listing(target)).isEqualTo(FullTree.listing(tree));
    }

    @Test
    void accessListForANameIsRefusedWithARemedy() throws IOException {
        TarEntry entry = new TarEntry(
                "file".getBytes(StandardCharsets.UTF_8),
                TarFormat.FILE,
                0644,
                0,
                0,
                0,
                0,
                NOTHING,
                0,
                0,
                SparseMap.dense(0),
                Map.of(
                        AccessList.ACCESS,
                        AccessList.parse("user::rw-,user:7:r--,group::r--,mask::r--,other::r--"
                                        .getBytes(StandardCharsets.UTF_8))
                                .encode()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(bytes);
        writer.begin(entry);
        writer.end();
        byte[] named = replaced(bytes.toByteArray(), "user:7:", "user:x:");
        isRefused(replaced(named, "posix_acl_access=", "posix_acl_acc3ss="), Reason.BAD_ARCHIVE, "--numeric-owner");
    }

    private static byte[] replaced(byte[] bytes, String from, String to) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "a/../../out", "..", "a/.."})
    void namesThatLeaveTheTreeAreRefused(String name) throws IOException {
        isRefused(new Made().file(name, "x").end(), Reason.BAD_ARCHIVE, "'" + name + "'", "'..'");
        assertThat(fileSystem.root().resolve("out")).doesNotExist();
    }

    @Test
    void absoluteNamesAreRefused() throws IOException {
        isRefused(new Made().file("/out", "x").end(), Reason.BAD_ARCHIVE, "'/out'", "absolute");
        isRefused(new Made().file("", "x").end(), Reason.BAD_ARCHIVE, "no name");
    }

    @Test
    void nothingIsWrittenThroughASymbolicLinkOfTheArchive() throws IOException {
        isRefused(
                new Made().symlink("way", "..").file("way/out", "x").end(),
                Reason.BAD_ARCHIVE,
                "'way/out'",
                "symbolic link");
        assertThat(fileSystem.root().resolve("out")).doesNotExist();
    }

    @Test
    void linkIsReplacedAndNotFollowedByALaterFile() throws IOException {
        Path victim = Files.writeString(fileSystem.root().resolve("victim"), "before");
        importBytes(new Made()
                .symlink("file", victim.toString())
                .file("file", "new")
                .end());
        assertThat(target.resolve("file")).hasContent("new").isRegularFile();
        assertThat(victim).hasContent("before");
    }

    @Test
    void hardLinksOutOfTheTreeAreRefused() throws IOException {
        Files.writeString(fileSystem.root().resolve("victim"), "x");
        isRefused(new Made().hardLink("a", "../victim").end(), Reason.BAD_ARCHIVE, "'..'");
        isRefused(new Made().hardLink("b", "/victim").end(), Reason.BAD_ARCHIVE, "absolute");
        isRefused(new Made().symlink("way", "..").hardLink("c", "way/victim").end(), Reason.BAD_ARCHIVE, "hard link");
        clear();
        isRefused(new Made().hardLink("d", "nothing").end(), Reason.BAD_ARCHIVE, "not in the archive");
    }

    @Test
    void hardLinkToADirectoryOrToItselfDoesNoHarm() throws IOException {
        isRefused(new Made().directory("dir").hardLink("a", "dir").end(), Reason.BAD_ARCHIVE, "directory");
        clear();
        isRefused(new Made().hardLink("a", ".").end(), Reason.BAD_ARCHIVE, "directory");
        clear();
        importBytes(new Made().file("f", "x").hardLink("f", "./f").end());
        assertThat(target.resolve("f")).hasContent("x");
    }

    private void clear() throws IOException {
        FullTree.bash("rm -rf \"$1\"/*", target.toString());
    }

    @Test
    void hardLinkToASymbolicLinkIsALinkToItAndNotToItsTarget() throws IOException {
        Path victim = Files.writeString(fileSystem.root().resolve("victim"), "x");
        importBytes(
                new Made().symlink("l", victim.toString()).hardLink("m", "l").end());
        assertThat(target.resolve("m")).isSymbolicLink();
        assertThat(Files.getAttribute(victim, "unix:nlink")).isEqualTo(1);
    }

    @Test
    void directoryIsNotReplacedByAnythingElse() throws IOException {
        isRefused(new Made().file("d/f", "x").symlink("d", "..").end(), Reason.BAD_ARCHIVE, "directory");
        clear();
        isRefused(new Made().file("f", "x").directory("f").end(), Reason.BAD_ARCHIVE, "'f'", "directory");
    }

    @Test
    void laterFileOfTheSameNameIsTheOneThatCounts() throws IOException {
        importBytes(new Made().file("f", "old").file("f", "newer").end());
        assertThat(target.resolve("f")).hasContent("newer");
    }

    @Test
    void missingDirectoriesAreMade() throws IOException {
        importBytes(new Made().file("a/b/c", "x").file("./a//b/./d", "y").end());
        assertThat(target.resolve("a/b/c")).hasContent("x");
        assertThat(target.resolve("a/b/d")).hasContent("y");
    }

    @Test
    void timeOfADirectoryIsKeptAlsoWhenTheArchiveComesBackToIt() throws IOException {
        Made made = new Made().directory("d").directory("e").file("d/one", "x");
        importBytes(made.file("e/two", "x").file("d/three", "x").end());
        assertThat(Files.getLastModifiedTime(target.resolve("d")).toInstant())
                .isEqualTo("1970-01-01T00:00:03.000000004Z");
        assertThat(Files.getLastModifiedTime(target.resolve("e")).toInstant())
                .isEqualTo("1970-01-01T00:00:03.000000004Z");
    }

    @Test
    void archiveBeyondTheLimitsIsRefused() throws IOException {
        byte[] three = new Made()
                .file("a", "12345")
                .file("b", "12345")
                .file("c", "12345")
                .end();
        isRefused(three, new Limits(14, 10), Reason.TOO_MUCH, "'c'", "14 bytes");
        clear();
        isRefused(three, new Limits(100, 2), Reason.TOO_MUCH, "'c'", "2 entries");
        clear();
        assertThat(importBytes(three, new Limits(15, 3))).isEqualTo(new Imported(15, 3));
        clear();
        isRefused(new Made().file("d/".repeat(TarImport.DEEPEST) + "f", "x").end(), Reason.TOO_MUCH, "deep");
        isRefused(new Made().file("n".repeat(256), "x").end(), Reason.BAD_ARCHIVE, "255 bytes");
    }

    @Test
    void hugeExtendedHeaderIsRefusedBeforeItIsRead() throws IOException {
        byte[] block = new Made().file("x", "").withoutEnd();
        byte[] header = Arrays.copyOfRange(block, block.length - 512, block.length);
        for (char type : new char[] {'x', 'g', 'L', 'K'}) {
            header[TarFormat.TYPE] = (byte) type;
            System.arraycopy("77777777777".getBytes(StandardCharsets.US_ASCII), 0, header, TarFormat.SIZE, 11);
            isRefused(sealed(header), Reason.TOO_MUCH, "extended header");
        }
    }

    @Test
    void extendedHeadersWithoutEndAreRefused() throws IOException {
        PaxRecords records = new PaxRecords();
        records.put("comment", new byte[100_000]);
        byte[] comment = records.encode();
        for (char type : new char[] {'x', 'g'}) {
            byte[] header = new Made().file("x", "").withoutEnd();
            header = Arrays.copyOfRange(header, header.length - 512, header.length);
            header[TarFormat.TYPE] = (byte) type;
            byte[] size = String.format("%011o", comment.length).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(size, 0, header, TarFormat.SIZE, size.length);
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (int i = 0; i < 50; i++) {
                many.writeBytes(sealed(header));
                many.writeBytes(comment);
                many.writeBytes(new byte[TarFormat.padding(comment.length)]);
                if (type == 'g') {
                    many.writeBytes(new Made().file("f" + i, "").withoutEnd());
                }
            }
            isRefused(many.toByteArray(), Reason.TOO_MUCH, "extended headers");
            clear();
        }
    }

    @Test
    void mapOfMoreHolesThanMemoryShouldHoldIsRefused() throws IOException {
        SparseMap map = new SparseMap(1000, List.of(new SparseMap.Range(100, 4)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new TarWriter(bytes).begin(Made.entry("file", TarFormat.FILE, "", map));
        isRefused(replaced(bytes.toByteArray(), "2\n100\n", "9999999\n"), Reason.TOO_MUCH, "'file'", "parts");
    }

    @Test
    void zeroBytesInNamesAreRefused() throws IOException {
        String name = "é" + "n".repeat(50);
        for (Made made : List.of(
                new Made().file(name, "x"),
                new Made().symlink("link", name),
                new Made().file("f", "x").hardLink("hard", name))) {
            String text = new String(made.end(), StandardCharsets.ISO_8859_1);
            int inRecord = text.indexOf("n".repeat(50));
            byte[] changed = text.getBytes(StandardCharsets.ISO_8859_1);
            changed[inRecord + 25] = 0;
            isRefused(changed, Reason.BAD_ARCHIVE, "zero byte");
            clear();
        }
    }

    private static byte[] sealed(byte[] header) {
        Arrays.fill(header, TarFormat.CHECKSUM, TarFormat.CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += Byte.toUnsignedInt(b);
        }
        byte[] text = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, header, TarFormat.CHECKSUM, 8);
        return header;
    }

    @Test
    void archiveThatIsCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = new Made()
                .file("a", "content")
                .file("n".repeat(200), "y".repeat(2000))
                .withoutEnd();
        for (int length = 0; length <= whole.length; length += 256) {
            isRefused(Arrays.copyOf(whole, length), Reason.BAD_ARCHIVE, "cut off");
            clear();
        }
    }

    @Test
    void archiveWithSomethingBehindItsEndIsRefused() throws IOException {
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        two.writeBytes(new Made().file("a", "x").end());
        two.writeBytes(new Made().file("b", "x").end());
        isRefused(two.toByteArray(), Reason.BAD_ARCHIVE, "follows");
    }

    @Test
    void whatIsNoArchiveIsRefusedAndCompressedOnesGetAHint() throws IOException {
        isRefused(new byte[0], Reason.BAD_ARCHIVE, "cut off");
        isRefused("hello ".repeat(1000).getBytes(StandardCharsets.UTF_8), Reason.BAD_ARCHIVE, "not a tar archive");
        Files.write(archive, new Made().file("a", "x").end());
        for (String tool : List.of("gzip", "bzip2", "xz")) {
            Path packed = fileSystem.beside("archive." + tool);
            FullTree.bash(tool + " -c \"$1\" >\"$2\"", archive.toString(), packed.toString());
            isRefused(Files.readAllBytes(packed), Reason.BAD_ARCHIVE, tool + " -dc");
        }
    }

    @Test
    void treeThatIsNotEmptyIsLeftAsItIs() throws IOException {
        Files.writeString(target.resolve("mine"), "x");
        isRefused(new Made().file("a", "x").end(), Reason.ALREADY_THERE, "empty tree");
        assertThat(target.resolve("a")).doesNotExist();
    }

    @Test
    void mapOfHolesThatMakesNoSenseIsRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TarWriter writer = new TarWriter(bytes);
        SparseMap map = new SparseMap(1000, List.of(new SparseMap.Range(100, 4), new SparseMap.Range(900, 4)));
        writer.begin(Made.entry("file", TarFormat.FILE, "", map));
        writer.data(new byte[8], 0, 8);
        writer.pad();
        writer.end();
        byte[] good = bytes.toByteArray();
        importBytes(good);
        assertThat(target.resolve("file")).hasSize(1000);
        clear();
        for (String bad : List.of("900\n4", "002\n4", "999\n4", "900\n9", "900\nx", "999\n0")) {
            byte[] changed = replaced(good, "\n900\n4\n", "\n" + bad + "\n");
            if (!bad.equals("900\n4")) {
                isRefused(changed, Reason.BAD_ARCHIVE, "'file'");
                clear();
            }
        }
    }

    @Test
    void progressIsToldAndMayEndTheImport() throws IOException {
        byte[] bytes = new Made().file("a", "x".repeat(300_000)).file("b", "y").end();
        TestingProgress progress = TestingProgress.never();
        TarImport.into(target, new ByteArrayInputStream(bytes), MANY, progress);
        assertThat(progress.bytes()).isEqualTo(bytes.length);
        assertThat(progress.entries()).isEqualTo(2);
        clear();
        for (int report = 0; report < 4; report++) {
            TestingProgress cancelled = TestingProgress.cancelledAt(report);
            assertThatThrownBy(() -> TarImport.into(target, new ByteArrayInputStream(bytes), MANY, cancelled))
                    .isInstanceOf(CancelledException.class);
            clear();
        }
    }

    @Test
    void noiseIsRefusedOrImportedButNeverLeavesTheTree() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Path outside = fileSystem.root();
        byte[] good = new Made()
                .directory("d")
                .file("d/f", "content")
                .symlink("d/up", "../..")
                .hardLink("h", "d/f")
                .file("n".repeat(150), "x")
                .end();
        for (int round = 0; round < 300; round++) {
            byte[] bytes = good.clone();
            for (int changes = random.nextInt(6); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                importBytes(bytes, new Limits(1 << 20, 100));
            } catch (IOException e) {
                assertThat(e.getMessage()).as("seed " + seed).isNotNull();
            } catch (RuntimeException e) {
                throw new AssertionError("repeat with -Dseed=" + seed, e);
            }
            FullTree.bash("find \"$1\" -mindepth 1 -delete", target.toString());
            try (var names = Files.list(outside)) {
                assertThat(names.map(path -> path.getFileName().toString()))
                        .as("seed " + seed)
                        .containsExactlyInAnyOrder("tree", "target");
            }
        }
    }
}
