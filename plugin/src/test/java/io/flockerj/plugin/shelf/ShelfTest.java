package io.flockerj.plugin.shelf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShelfTest {
    private static final RandomId POOL = new RandomId("5".repeat(32));

    /** So many, written one by one, go into a list. */
    private static final int PACKS_OF_A_LIST = 16;

    private static final int MORE_THAN_A_PACK = 300;

    private static final int MORE_THAN_IN_MEMORY = 140_000;

    private static final Hash NOTHING = Hash.parse("0".repeat(64));

    @TempDir
    Path directory;

    private final Supplier<RandomId> ids = RandomId.source(new SecureRandom());
    private Shelf shelf;

    @BeforeEach
    void open() {
        shelf = opened();
    }

    private Shelf opened() {
        return opened(InstantSource.system());
    }

    private Shelf opened(InstantSource clock) {
        return Shelf.open(Shelf.Place.in(directory), POOL, ids, clock, Runnable::run);
    }

    private void write(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        shelf.write((writer, nodes) -> writer.data(bytes, 0, bytes.length));
    }

    private TreeId put() throws IOException {
        TreeId tree = new TreeId(ids.get());
        shelf.put(tree, new TreeRef(NOTHING, NOTHING, Totals.NONE));
        return tree;
    }

    private Set<String> named(TreeId tree) throws IOException {
        Repository repository = Repository.open(
                DirectoryBackend.open(
                        directory.resolve("repository"),
                        () -> Id.parse(ids.get().hex())),
                Id.parse(POOL.hex()));
        List<PackInfo> packs = repository.packs(
                repository.commit(Id.parse(tree.id().hex())).orElseThrow().packs());
        return packs.stream().map(pack -> pack.name().hex()).collect(Collectors.toSet());
    }

    private Set<String> packs() throws IOException {
        try (Stream<Path> files = Files.walk(volumeset().resolve("packs"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .collect(Collectors.toSet());
        }
    }

    private Path volumeset() {
        return directory.resolve("repository/volumesets").resolve(POOL.hex());
    }

    @Test
    void aWriterThatFailsLeavesNothing() throws IOException {
        write("before");
        Set<String> before = packs();
        byte[] random = new byte[128 << 10];

        assertThatIOException()
                .isThrownBy(() -> shelf.write((writer, nodes) -> {
                    for (int part = 0; part < MORE_THAN_A_PACK; part++) {
                        new Random(part).nextBytes(random);
                        writer.data(random, 0, random.length);
                    }
                    assertThat(packs()).hasSizeGreaterThan(before.size());
                    throw new IOException("the disk is full");
                }))
                .withMessage("the disk is full");

        assertThat(packs()).isEqualTo(before);
    }

    @Test
    void nobodyCountsOnAPackThatCommitsDoNotName() throws IOException {
        for (int pack = 0; pack < PACKS_OF_A_LIST; pack++) {
            write("pack " + pack);
        }
        Path lists = Files.createFile(volumeset().resolve("lists"));
        assertThatIOException().isThrownBy(() -> write("more"));
        Files.delete(lists);

        write("more");

        assertThat(named(put())).isEqualTo(packs());
    }

    @Test
    void whatIsInVeryManyChunksIsOnDiskAndNotInMemory() throws IOException {
        Path indexes = directory.resolve("indexes");
        Path ofAll = indexes.resolve(POOL.hex());

        writeMany(0, () -> {});
        writeMany(
                MORE_THAN_IN_MEMORY,
                () -> assertThat(files(indexes))
                        .as("its own beside that of all")
                        .hasSize(2));

        assertThat(files(indexes)).containsExactly(ofAll);
        assertThat(files(ofAll)).isNotEmpty();
        Set<String> before = packs();
        shelf = opened();
        writeMany(0, () -> {});
        writeMany(MORE_THAN_IN_MEMORY, () -> {});
        assertThat(packs()).as("all of it is known").isEqualTo(before);
    }

    @Test
    void veryManyChunksThatAReaderFoundAreOnDiskUntilItEnds() throws IOException {
        Path indexes = directory.resolve("indexes");
        writeMany(0, () -> {
            List<Path> before = files(indexes);
            try (Shelf.Reading reading = shelf.reader()) {
                assertThatIOException().isThrownBy(() -> reading.chunks().chunk(NOTHING));
                assertThat(files(indexes)).hasSize(before.size() + 1);
            }
            assertThat(files(indexes)).isEqualTo(before);
        });
    }

    private interface Look {
        void run() throws IOException;
    }

    /** Writes chunks that count on from a number. */
    private void writeMany(int first, Look inTheEnd) throws IOException {
        shelf.write((writer, nodes) -> {
            byte[] bytes = new byte[Integer.BYTES];
            for (int number = first; number < first + MORE_THAN_IN_MEMORY; number++) {
                ByteBuffer.wrap(bytes).putInt(number);
                writer.data(bytes, 0, bytes.length);
            }
            writer.finish();
            inTheEnd.run();
            return bytes;
        });
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    @Test
    void whatAWriterLeftThatWasKilledGoes() throws IOException {
        Path indexes = directory.resolve("indexes");
        Path left = Files.createDirectories(indexes.resolve("a".repeat(32)));
        Files.createFile(left.resolve("b".repeat(64)));

        write("something");

        assertThat(left).doesNotExist();
    }

    /** Somebody who misses a chunk looks into all packs, also those of a writer that then fails. */
    @Test
    void nobodyCountsOnWhatAReaderFoundInPacksThatGoAgain() throws IOException {
        write("before");
        byte[] random = new byte[128 << 10];
        new Random(0).nextBytes(random);
        Hash first = Sha256.of(random);

        assertThatIOException()
                .isThrownBy(() -> shelf.write((writer, nodes) -> {
                    for (int part = 0; part < MORE_THAN_A_PACK; part++) {
                        new Random(part).nextBytes(random);
                        writer.data(random, 0, random.length);
                    }
                    try (Shelf.Reading reading = shelf.reader()) {
                        assertThatIOException()
                                .isThrownBy(() -> reading.chunks().chunk(NOTHING));
                    }
                    throw new IOException("the disk is full");
                }));
        new Random(0).nextBytes(random);
        shelf.write((writer, nodes) -> writer.data(random, 0, random.length));

        try (Shelf.Reading reading = opened().reader()) {
            assertThat(reading.chunks().chunk(first).toArray()).isEqualTo(random);
        }
    }

    @Test
    void aPackThatDoesNotHoldWhatItShouldIsALoss() throws IOException {
        write("before");
        write("after");
        String before = shelf.era();

        loseAll();

        assertThat(shelf.era()).isNotEqualTo(before);
    }

    /** Damages the first frame of each pack, so that its end is still right, and has that found out. */
    private void loseAll() throws IOException {
        loseAll(FileTime.from(Instant.EPOCH));
    }

    /** @param since when packs should seem to have been written last */
    private void loseAll(FileTime since) throws IOException {
        for (String pack : packs()) {
            byte[] hurt = Files.readAllBytes(file(pack));
            // The first frame begins at 64 (format.md section 5).
            Arrays.fill(hurt, 64, 100, (byte) 0);
            Files.write(file(pack), hurt);
            Files.setLastModifiedTime(file(pack), since);
        }
        assertThat(isReadable("after")).isFalse();
    }

    private boolean isReadable(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (Shelf.Reading reading = shelf.reader()) {
            return Arrays.equals(reading.chunks().chunk(Sha256.of(bytes)).toArray(), bytes);
        } catch (BrokenException e) {
            return false;
        }
    }

    @Test
    void nobodyCountsOnADamagedPackAfterARestart() throws IOException {
        write("after");
        String before = shelf.era();
        loseAll();
        String lost = shelf.era();

        shelf = opened();

        assertThat(shelf.era()).isEqualTo(lost).isNotEqualTo(before);
        write("after");
        assertThat(isReadable("after")).isTrue();
        shelf = opened();
        assertThat(isReadable("after")).isTrue();
        assertThat(isCountedOn("after")).isTrue();
        assertThat(shelf.era()).isEqualTo(lost);
    }

    @Test
    void aDamagedPackThatSomebodyPutRightIsCountedOnAgain() throws IOException {
        write("after");
        Path pack = onlyPack();
        byte[] right = Files.readAllBytes(pack);
        loseAll();
        shelf = opened();
        assertThat(isCountedOn("after")).isFalse();

        Path backup = Files.write(directory.resolve("backup"), right);
        Files.move(backup, pack, StandardCopyOption.REPLACE_EXISTING);
        shelf = opened();

        assertThat(isCountedOn("after")).isTrue();
    }

    /** In its place, by somebody who keeps its times: nothing tells it from the damaged one until a writer compares it. */
    @Test
    void aPackThatAWriterFoundRightIsCountedOnAgain() throws IOException {
        write("after");
        Path pack = onlyPack();
        byte[] right = Files.readAllBytes(pack);
        FileTime since = Files.getLastModifiedTime(pack);
        loseAll(since);
        Files.write(pack, right);
        Files.setLastModifiedTime(pack, since);
        shelf = opened();
        assertThat(isCountedOn("after")).isFalse();

        write("after");
        shelf = opened();

        assertThat(isCountedOn("after")).isTrue();
        assertThat(directory.resolve("damaged")).doesNotExist();
    }

    private boolean isCountedOn(String text) throws IOException {
        Hash chunk = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
        return shelf.write((writer, nodes) -> {
            try {
                nodes.known().get(chunk);
                return true;
            } catch (BrokenException e) {
                return false;
            }
        });
    }

    @Test
    void aPackThatCannotBeReadAtAllMakesAnotherEra() throws IOException {
        write("after");
        String before = shelf.era();
        Files.write(onlyPack(), new byte[100]);

        shelf = opened();
        String broken = shelf.era();
        write("after");

        assertThat(broken).isNotEqualTo(before);
        assertThat(opened().era())
                .as("catalogues of the era before may count on it still")
                .isEqualTo(broken);
    }

    /** Also if no commit names it: whoever clones a volume that nobody has taken a snapshot of counts on it. */
    @Test
    void aPackThatIsGoneMakesAnotherEraEachTime() throws IOException {
        for (int pack = 0; pack < 2 * PACKS_OF_A_LIST; pack++) {
            write("pack " + pack);
        }
        String before = shelf.era();
        assertThat(opened().era()).isEqualTo(before);
        Path taken = onlyPack();
        Path elsewhere = directory.resolve("elsewhere");

        Files.move(taken, elsewhere);
        String without = opened().era();
        assertThat(without).isNotEqualTo(before);
        assertThat(opened().era()).as("it is gone as before").isEqualTo(without);

        Files.move(elsewhere, taken);
        assertThat(opened().era()).isEqualTo(without);
        Files.delete(taken);
        assertThat(opened().era()).isNotEqualTo(without).isNotEqualTo(before);
    }

    @Test
    void whatCannotTellWhichPacksThereWereMakesAnotherEra() throws IOException {
        write("before");
        Path counted = directory.resolve("counted-packs");
        byte[] whole = Files.readAllBytes(counted);
        for (byte[] torn : List.of(new byte[0], Arrays.copyOf(whole, whole.length / 2), new byte[whole.length])) {
            String before = opened().era();
            Files.write(counted, torn);

            assertThat(opened().era()).isNotEqualTo(before);

            assertThat(counted).hasBinaryContent(whole);
        }
        String before = opened().era();
        Files.delete(counted);
        assertThat(opened().era()).isNotEqualTo(before);
    }

    /** As on a full disk. */
    @Test
    void aLossThatCannotBeNotedIsFoundAgain() throws IOException {
        write("before");
        String before = shelf.era();
        Files.delete(onlyPack());
        Path inTheWay = Files.createDirectory(directory.resolve("hurt-packs.new"));
        Files.createFile(inTheWay.resolve("file"));

        String unnoted = opened().era();
        Files.delete(inTheWay.resolve("file"));
        String noted = opened().era();

        assertThat(List.of(before, unnoted, noted)).doesNotHaveDuplicates();
        assertThat(opened().era()).isEqualTo(noted);
    }

    @Test
    void aLossIsNotedBeforeAnythingElseIsCountedOn() throws IOException {
        write("before");
        String before = shelf.era();
        Files.delete(onlyPack());
        Path inTheWay = Files.createDirectory(directory.resolve("hurt-packs.new"));
        Files.createFile(inTheWay.resolve("file"));
        shelf = opened();
        String lost = shelf.era();

        assertThatIOException().isThrownBy(() -> write("more"));
        Files.delete(inTheWay.resolve("file"));
        write("more");

        assertThat(lost).isNotEqualTo(before);
        assertThat(opened().era()).isEqualTo(lost);
    }

    @Test
    void nobodyCountsOnAPackThatCouldNotBeNoted() throws IOException {
        write("before");
        Set<String> packs = packs();
        Path inTheWay = Files.createDirectory(directory.resolve("counted-packs.new"));
        Files.createFile(inTheWay.resolve("file"));

        assertThatIOException().isThrownBy(() -> write("more"));

        assertThat(packs()).isEqualTo(packs);
        assertThat(isCountedOn("more")).isFalse();
    }

    private Path file(String pack) {
        return volumeset().resolve("packs").resolve(pack.substring(0, 2)).resolve(pack);
    }

    private Path onlyPack() throws IOException {
        return file(packs().iterator().next());
    }

    private List<Path> putAside() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("damaged"))) {
            return files.toList();
        }
    }

    @Test
    void aDamagedPackIsPutAsideWhenItIsWrittenAgain() throws IOException {
        write("before");
        Path pack = onlyPack();
        byte[] right = Files.readAllBytes(pack);
        for (byte[] damaged : List.of(Arrays.copyOf(right, right.length / 2), new byte[right.length], new byte[0])) {
            Files.write(pack, damaged);
            shelf = opened();

            write("before");
            TreeId tree = put();

            assertThat(pack).hasBinaryContent(right);
            assertThat(named(tree)).containsExactly(String.valueOf(pack.getFileName()));
            assertThat(putAside()).anySatisfy(kept -> assertThat(kept).hasBinaryContent(damaged));
        }
        assertThat(putAside()).hasSize(3);
    }

    /** As on a full disk. */
    @Test
    void aDamagedPackKeepsItsPlaceUntilTheRightOneIsWritten() throws IOException {
        write("before");
        Path pack = onlyPack();
        byte[] right = Files.readAllBytes(pack);
        byte[] damaged = Arrays.copyOf(right, right.length / 2);
        Files.write(pack, damaged);
        shelf = opened();
        Path temporary = directory.resolve("repository/tmp");
        Files.delete(temporary);
        Files.createFile(temporary);

        assertThatIOException().isThrownBy(() -> write("before"));

        assertThat(pack).hasBinaryContent(damaged);
        assertThat(putAside()).as("names for what has its own").isEmpty();
        Files.delete(temporary);
        write("before");
        assertThat(pack).hasBinaryContent(right);
        assertThat(putAside())
                .singleElement()
                .satisfies(kept -> assertThat(kept).hasBinaryContent(damaged));
    }

    @Test
    void whatIsKeptOfDamagedPacksIsBounded() throws IOException {
        shelf.tidyDamaged();
        Path damaged = Files.createDirectory(directory.resolve("damaged"));
        for (int number = 0; number < 70; number++) {
            Files.createFile(damaged.resolve("pack-" + number));
        }

        shelf.tidyDamaged();
        assertThat(putAside()).hasSize(64);
        opened(InstantSource.offset(InstantSource.system(), Duration.ofDays(29)))
                .tidyDamaged();
        assertThat(putAside()).hasSize(64);
        opened(InstantSource.offset(InstantSource.system(), Duration.ofDays(31)))
                .tidyDamaged();

        assertThat(putAside()).isEmpty();
    }

    /** Each of two writers finds it, and one of them comes when the other has mended it. */
    @Test
    void aPackThatAnotherHasMendedIsNotPutAside() throws IOException {
        write("before");
        Path pack = onlyPack();
        byte[] right = Files.readAllBytes(pack);
        Files.write(pack, new byte[right.length]);
        shelf = opened();
        Shelf other = opened();
        byte[] bytes = "before".getBytes(StandardCharsets.UTF_8);

        other.write((writer, nodes) -> {
            writer.data(bytes, 0, bytes.length);
            write("before");
            return writer;
        });

        assertThat(pack).hasBinaryContent(right);
        assertThat(putAside()).hasSize(1);
    }

    @Test
    void aRepositoryThatHasLostItsConfigIsNotTakenForAnEmptyOne() throws IOException {
        write("before");
        put();
        Files.delete(volumeset().resolve("config"));

        Files.delete(directory.resolve("has-repository"));

        assertThatIOException().isThrownBy(() -> opened().list()).withMessageContaining("such as from a backup");
    }
}
