package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.Torn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees that are captured while somebody writes to them. */
class LiveCaptureTest {
    private static final String BOOT = "this boot";
    /** As if clocks ticked in nanoseconds, so that no test has to wait until a file counts as settled. */
    private static final long FINE = 0;

    private static final int SOME_BYTES = 100_000;

    @TempDir
    Path directory;

    private Path root;
    private Path catalogue;
    private CapturedTrees repository;

    @BeforeEach
    void make() throws IOException {
        root = Files.createDirectory(directory.resolve("root"));
        catalogue = directory.resolve("catalogue");
        repository = new CapturedTrees();
    }

    private LiveCapture.Taken capture(String boot, Progress progress, long margin) throws IOException {
        Path next = directory.resolve("next");
        LiveCapture.Taken taken = repository.live((writer, nodes) ->
                new LiveCapture(writer, boot, progress, margin).capture(root, catalogue, next, nodes));
        Files.move(next, catalogue, StandardCopyOption.REPLACE_EXISTING);
        return taken;
    }

    private LiveCapture.Taken capture(Progress progress) throws IOException {
        return capture(BOOT, progress, FINE);
    }

    /** After what was done until now counts as settled. */
    private Captured capture() throws IOException {
        letTheClockTick();
        return capture(Progress.IGNORED).captured();
    }

    /** That of the file system, which is not as fine as it looks. */
    private void letTheClockTick() throws IOException {
        Path probe = directory.resolve("probe");
        Object before = changed(Files.write(probe, new byte[1]));
        while (changed(Files.write(probe, new byte[1])).equals(before)) {
            Thread.onSpinWait();
        }
    }

    private static Object changed(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ctime");
    }

    /** The same tree, every file of it read, and put together from nothing. */
    private void assertRight(Captured captured) throws IOException {
        assertThat(captured.root().digest())
                .isEqualTo(repository.whole(root).root().digest());
        assertThat(captured.root().totals())
                .isEqualTo(repository.whole(root).root().totals());
    }

    private static Path write(Path file, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes + file.toString().hashCode()).nextBytes(content);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    @Test
    void whatDidNotChangeIsNotReadAgain() throws IOException {
        write(root.resolve("a/b/large"), SOME_BYTES);
        write(root.resolve("a/small"), 10);
        Captured first = capture();
        assertThat(first.bytesRead()).isEqualTo(SOME_BYTES + 10);

        Captured same = capture();
        write(root.resolve("a/new"), 77);
        Captured second = capture();

        assertThat(same.bytesRead()).isZero();
        assertThat(same.root()).isEqualTo(first.root());
        assertThat(second.bytesRead()).isEqualTo(77);
        assertRight(second);
    }

    @Test
    void whatChangedShortlyBeforeIsReadAgainForItMayChangeUnseen() throws IOException {
        write(root.resolve("file"), SOME_BYTES);
        capture(BOOT, Progress.IGNORED, Scan.MARGIN);

        assertThat(capture(BOOT, Progress.IGNORED, Scan.MARGIN).captured().bytesRead())
                .isEqualTo(SOME_BYTES);
    }

    @Test
    void aChangeThatHidesItsTimeIsSeen() throws IOException {
        Path file = write(root.resolve("file"), SOME_BYTES);
        FileTime time = Files.getLastModifiedTime(file);
        capture();

        Files.write(file, new byte[SOME_BYTES]);
        Files.setLastModifiedTime(file, time);

        assertRight(capture());
    }

    @Test
    void aFileThatTookAnothersPlaceIsSeen() throws IOException {
        Path file = write(root.resolve("file"), SOME_BYTES);
        Path other = write(root.resolve("other"), SOME_BYTES);
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        capture();

        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

        assertRight(capture());
    }

    @Test
    void aCatalogueOfAnotherBootIsNotBelieved() throws IOException {
        write(root.resolve("file"), SOME_BYTES);
        capture();

        assertThat(capture("another boot", Progress.IGNORED, FINE).captured().bytesRead())
                .isEqualTo(SOME_BYTES);
    }

    @Test
    void aCatalogueThatIsNotWholeIsAsGoodAsNone() throws IOException {
        write(root.resolve("a/file"), SOME_BYTES);
        capture();
        byte[] whole = Files.readAllBytes(catalogue);

        for (int at = 0; at < whole.length; at++) {
            byte[] broken = whole.clone();
            broken[at] ^= 1;
            Files.write(catalogue, broken);
            assertRight(capture());
        }
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(catalogue, Arrays.copyOf(whole, length));
            assertRight(capture());
        }
    }

    @Test
    void aFileThatChangesWhileItIsReadIsReadAgain() throws IOException {
        Path file = write(root.resolve("file"), SOME_BYTES);
        Progress writing = new Writing(1, () -> Files.write(file, new byte[] {1}, StandardOpenOption.APPEND));

        LiveCapture.Taken taken = capture(writing);

        assertThat(taken.torn()).isEqualTo(Torn.NONE);
        assertThat(taken.captured().remarks()).isEmpty();
        assertRight(taken.captured());
    }

    @Test
    void aFileThatAlwaysChangesIsKeptAsItWasReadAndTold() throws IOException {
        Path file = write(root.resolve("d/file"), SOME_BYTES);
        Progress writing = new Writing(100, () -> Files.write(file, new byte[] {1}, StandardOpenOption.APPEND));

        LiveCapture.Taken taken = capture(writing);

        assertThat(taken.torn()).isEqualTo(new Torn(1, List.of("/d/file")));
        assertThat(taken.captured().remarks()).singleElement().asString().startsWith("'/d/file' changed");
        assertRight(capture());
    }

    @Test
    void aFileThatBecomesShorterWhileItIsReadIsReadAgain() throws IOException {
        Path file = write(root.resolve("file"), 3 << 20);
        Progress writing = new Writing(1, () -> Files.write(file, new byte[] {1}));

        assertRight(capture(writing).captured());
    }

    @Test
    void whatGoesAwayDuringTheWalkIsNotInTheTree() throws IOException {
        write(root.resolve("a/first"), SOME_BYTES);
        write(root.resolve("a/second"), SOME_BYTES);
        write(root.resolve("b/third"), SOME_BYTES);
        capture();
        write(root.resolve("a/first"), 3 * SOME_BYTES);
        Progress removing = new Writing(1, () -> {
            Files.delete(root.resolve("a/second"));
            Files.delete(root.resolve("b/third"));
            Files.delete(root.resolve("b"));
        });

        assertThat(capture(removing).captured().root().totals().entries()).isEqualTo(3);
        assertRight(capture());
    }

    @Test
    void aFileThatLosesItsOtherNameDuringTheWalkIsKeptByTheOne() throws IOException {
        Path first = write(root.resolve("a"), SOME_BYTES);
        Files.createLink(root.resolve("b"), first);
        FileTime time = Files.getLastModifiedTime(root);
        Progress removing = new Writing(1, () -> {
            Files.delete(root.resolve("b"));
            Files.setLastModifiedTime(root, time);
        });

        Captured captured = capture(removing).captured();

        assertThat(captured.root().totals().entries()).isEqualTo(2);
        assertRight(captured);
        assertRight(capture());
    }

    @Test
    void whereNamesComeAndGoEndlesslyFilesAreKeptByEachName() throws IOException {
        write(root.resolve("old/1"), SOME_BYTES);
        Files.createLink(root.resolve("old/2"), root.resolve("old/1"));
        write(root.resolve("new/1"), 10);
        Files.createLink(root.resolve("new/2"), root.resolve("new/1"));
        letTheClockTick();
        Progress delivering = new Looking(() -> {
            Files.delete(root.resolve("new/1"));
            Files.delete(root.resolve("new/2"));
            Files.createLink(root.resolve("new/2"), write(root.resolve("new/1"), 10));
        });

        LiveCapture.Taken taken = capture(delivering);

        assertThat(taken.captured().root().totals().entries()).isEqualTo(7);
        assertThat(taken.torn().first()).contains("/new/1");
        assertThat(taken.captured().remarks())
                .contains("'/new/1' is a file of its own in the snapshot: other names of it came and went.")
                .noneMatch(remark -> remark.contains("/old/"));
        assertRight(capture());
    }

    @Test
    void aFileThatGotTheNumberOfOneThatIsGoneIsNotTakenForIt() throws IOException {
        Path first = write(root.resolve("a"), SOME_BYTES);
        Files.createLink(root.resolve("c"), first);
        write(root.resolve("b"), 3);
        Object number = Files.getAttribute(first, "unix:ino");
        Progress replacing = new Writing(1, 3, () -> {
            Files.delete(root.resolve("a"));
            Files.delete(root.resolve("c"));
            Files.createLink(root.resolve("d"), withNumber(number, root.resolve("c")));
        });
        assertRight(capture(replacing).captured());
        assertRight(capture());
    }

    /** A new file of 77 bytes, which has this number if it can be had. */
    private static Path withNumber(Object number, Path file) throws IOException {
        for (int i = 0; i < 1000; i++) {
            Path made = write(file.resolveSibling("made" + i), 77);
            if (Files.getAttribute(made, "unix:ino").equals(number)) {
                Files.move(made, file);
                break;
            }
        }
        for (int i = 0; i < 1000; i++) {
            Files.deleteIfExists(file.resolveSibling("made" + i));
        }
        return Files.exists(file) ? file : write(file, 77);
    }

    @Test
    void aFileThatIsShorterEachTimeIsKeptWithZeros() throws IOException {
        Path file = write(root.resolve("file"), 3 << 20);
        byte[] content = Files.readAllBytes(file);
        boolean[] isShort = {false};
        Progress writing = new Writing(100, -1, () -> {
            isShort[0] = !isShort[0];
            Files.write(file, isShort[0] ? new byte[0] : content);
        });

        LiveCapture.Taken taken = capture(writing);

        assertThat(taken.torn().files()).isEqualTo(1);
        assertThat(taken.captured().root().totals().bytes()).isEqualTo(3 << 20);
        assertRight(capture());
    }

    @Test
    void thatARepositoryCannotBeWrittenIsNotForgivenWhateverTheFileDoes() throws IOException {
        Path file = write(root.resolve("file"), 40 << 20);
        repository.failToWrite(1);
        Progress removing = new Writing(1, () -> Files.delete(file));

        assertThatThrownBy(() -> capture(removing)).hasMessage("told to fail");
    }

    @Test
    void whoCancelsIsHeardInTheMidstOfAFileThatGoesAway() throws IOException {
        Path file = write(root.resolve("file"), SOME_BYTES);
        Progress cancelling = new Writing(1, () -> {
            Files.delete(file);
            throw new CancelledException();
        });

        assertThatThrownBy(() -> capture(cancelling)).isInstanceOf(CancelledException.class);
    }

    @Test
    void pathsLongerThanTheKernelTakesAreCaptured() throws IOException {
        String name = "d".repeat(200);
        Path upper = root.resolve("u");
        Path lower = directory.resolve("l");
        for (int i = 0; i < 15; i++) {
            upper = upper.resolve(name);
            lower = lower.resolve(name);
        }
        write(lower.resolve("file"), SOME_BYTES);
        Files.createDirectories(upper);
        Files.move(directory.resolve("l"), upper.resolve("l"));
        try {
            Captured captured = capture();

            assertThat(captured.bytesRead()).isEqualTo(SOME_BYTES);
            assertThat(capture().bytesRead()).isZero();
            assertRight(captured);
        } finally {
            Files.move(upper.resolve("l"), directory.resolve("l"));
        }
    }

    @Test
    void aDirectoryThatIsMovedAwayWhileTheWalkIsDeepWithinIsFoundAgain() throws IOException {
        Path deep = root.resolve("top");
        for (int i = 0; i < 50; i++) {
            deep = deep.resolve("d");
        }
        write(deep.resolve("file"), SOME_BYTES);
        write(root.resolve("top/next"), SOME_BYTES);
        for (boolean isReplaced : new boolean[] {false, true}) {
            Files.write(deep.resolve("file"), new byte[] {1});
            Progress moving = new Writing(1, () -> {
                Files.move(root.resolve("top"), root.resolve("moved"));
                if (isReplaced) {
                    Files.createDirectory(root.resolve("top"));
                }
            });

            assertRight(capture(moving).captured());

            Files.deleteIfExists(root.resolve("top"));
            Files.move(root.resolve("moved"), root.resolve("top"));
        }
    }

    @Test
    void aNameThatIsTooLongIsToldAndNotCutOff() throws IOException {
        try (DirectoryChain chain = new DirectoryChain(FileHandle.openDirectory(root))) {
            byte[] name = "n".repeat(256).getBytes(StandardCharsets.US_ASCII);

            CaptureRun.checkName(chain, Arrays.copyOf(name, 255));
            assertThatThrownBy(() -> CaptureRun.checkName(chain, name))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("its name has 256 bytes, and 255 can be kept; give it a shorter one");
        }
    }

    @Test
    void namesOfOneFileStayOneFileThoughTheDirectoryOfTheFirstIsRenamed() throws IOException {
        Path first = write(root.resolve("a/file"), SOME_BYTES);
        Files.createLink(write(root.resolve("b/other"), 3).resolveSibling("link"), first);
        Files.createLink(root.resolve("c"), first);
        capture();

        Files.move(root.resolve("a"), root.resolve("z"));
        assertRight(capture());
        Files.move(root.resolve("z"), root.resolve("a"));
        assertRight(capture());
        Files.move(root.resolve("b"), root.resolve("0"));
        assertRight(capture());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void afterAnyChangesTheTreeIsWhatAWholeReadingGives(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 12; round++) {
            for (int change = 0; change < 1 + random.nextInt(12); change++) {
                change(random);
            }
            assertRight(capture());
        }
    }

    private void change(Random random) throws IOException {
        Path directory = pick(random, true);
        Path name = directory.resolve(Integer.toString(random.nextInt(30)));
        Path some = pick(random, false);
        boolean isFree = !Files.exists(name, LinkOption.NOFOLLOW_LINKS);
        boolean isSelf = some.equals(root) || name.startsWith(some);
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                if (isFree || Files.isRegularFile(name, LinkOption.NOFOLLOW_LINKS)) {
                    write(name, random.nextInt(200));
                }
            }
            case 2 -> {
                if (isFree) {
                    Files.createDirectory(name);
                }
            }
            case 3 -> {
                if (isFree) {
                    Files.createSymbolicLink(name, Path.of("target" + random.nextInt()));
                }
            }
            case 4 -> {
                if (isFree && Files.isRegularFile(some, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createLink(name, some);
                }
            }
            case 5 -> {
                if (isFree && !isSelf) {
                    Files.move(some, name);
                }
            }
            case 6 -> {
                if (!isSelf) {
                    remove(some);
                }
            }
            case 7 -> {
                if (!Files.isSymbolicLink(some)) {
                    Files.setPosixFilePermissions(
                            some, PosixFilePermissions.fromString(random.nextBoolean() ? "rwx------" : "rwxr-xr-x"));
                }
            }
            default -> {
                if (Files.isRegularFile(some, LinkOption.NOFOLLOW_LINKS)) {
                    Files.write(some, "more".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
                }
            }
        }
    }

    private Path pick(Random random, boolean isDirectory) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            List<Path> some = all.filter(path -> !isDirectory || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
            return some.get(random.nextInt(some.size()));
        }
    }

    private static void remove(Path some) throws IOException {
        if (Files.isDirectory(some, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> inside = Files.list(some)) {
                for (Path each : inside.toList()) {
                    remove(each);
                }
            }
        }
        Files.delete(some);
    }

    /** What somebody else does meanwhile. */
    private interface Deed {
        void run() throws IOException;
    }

    /** Does something when bytes have been read, so many of them if that is said, the first so many times. */
    private static final class Writing implements Progress {
        private final Deed deed;
        private final long bytes;
        private int left;

        Writing(int times, Deed deed) {
            this(times, 0, deed);
        }

        /** @param bytes 0 for any number above it, and -1 for any */
        Writing(int times, long bytes, Deed deed) {
            this.left = times;
            this.bytes = bytes;
            this.deed = deed;
        }

        @Override
        public void phase(String word) {}

        @Override
        public void expect(long bytes, long entries) {}

        @Override
        public void add(long read, long entries) throws CancelledException {
            boolean isMeant = entries == 0 && (bytes > 0 ? read == bytes : read > bytes);
            if (isMeant && left > 0) {
                left--;
                LiveCaptureTest.run(deed);
            }
        }
    }

    /** Does something before each name is looked at. */
    private record Looking(Deed deed) implements Progress {
        @Override
        public void phase(String word) {}

        @Override
        public void expect(long bytes, long entries) {}

        @Override
        public void add(long bytes, long entries) throws CancelledException {
            if (entries > 0) {
                LiveCaptureTest.run(deed);
            }
        }
    }

    private static void run(Deed deed) throws CancelledException {
        try {
            deed.run();
        } catch (CancelledException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
