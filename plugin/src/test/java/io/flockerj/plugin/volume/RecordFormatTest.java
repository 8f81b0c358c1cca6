package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.history.Branch;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.Compression;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {
    private static final RandomId ID = new RandomId("0123456789abcdef0123456789abcdef");
    private static final RandomId SET = new RandomId("fedcba9876543210fedcba9876543210");
    private static final Instant CREATED = Instant.parse("2026-11-03T23:32:00Z");

    private static final VolumeRecord EVERY_OPTION = new VolumeRecord(
            ID,
            new VolumeName("db"),
            new Volumeset(SET, new Name("shop")),
            new Branch(ID, Name.MAIN),
            new TreeId(new RandomId("00112233445566778899aabbccddeeff")),
            CREATED,
            new VolumeOptions(
                    Optional.of(ByteSize.ofGibibytes(1)),
                    Optional.of(Compression.ZSTD),
                    Optional.of(true),
                    Optional.of(999),
                    Optional.of(Integer.MAX_VALUE),
                    Optional.of(0750)),
            Optional.empty());

    private static final VolumeRecord NO_OPTION = new VolumeRecord(
            ID,
            new VolumeName("db"),
            new Volumeset(SET, new Name("db")),
            new Branch(ID, Name.MAIN),
            new TreeId(ID),
            CREATED,
            VolumeOptions.NONE,
            Optional.empty());

    private static final VolumeRecord IN_THE_TRASH = new VolumeRecord(
            ID,
            new VolumeName("x.y-z_0"),
            new Volumeset(SET, new Name("db")),
            new Branch(ID, new Name("other")),
            new TreeId(ID),
            CREATED,
            new VolumeOptions(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(false),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
            Optional.of(Instant.parse("2026-11-04T08:00:00Z")));

    private static VolumeRecord record(String golden) {
        return switch (golden) {
            case "every-option" -> EVERY_OPTION;
            case "no-option" -> NO_OPTION;
            case "in-the-trash" -> IN_THE_TRASH;
            default -> throw new IllegalArgumentException(golden);
        };
    }

    static byte[] golden(String name) throws IOException {
        try (InputStream file = RecordFormatTest.class.getResourceAsStream("format-2/" + name + ".json")) {
            return Objects.requireNonNull(file, name).readAllBytes();
        }
    }

    private static VolumeRecord read(String json) throws IOException {
        return RecordFormat.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"every-option", "no-option", "in-the-trash"})
    void writesAndReadsFormat2AsItWillAlwaysBe(String name) throws IOException {
        assertThat(new String(RecordFormat.write(record(name)), StandardCharsets.UTF_8))
                .isEqualTo(new String(golden(name), StandardCharsets.UTF_8));
        assertThat(RecordFormat.read(golden(name))).isEqualTo(record(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"every-option", "no-option", "in-the-trash"})
    void readsFormat1InWhichABranchHadOnlyAName(String name) throws IOException {
        try (InputStream file = RecordFormatTest.class.getResourceAsStream("format-1/" + name + ".json")) {
            assertThat(RecordFormat.read(file.readAllBytes())).isEqualTo(record(name));
        }
    }

    @Test
    void fieldsThatItDoesNotKnowArePassedOver() throws IOException {
        assertThat(RecordFormat.read(golden("with-fields-of-later"))).isEqualTo(NO_OPTION);
    }

    @Test
    void aNewerFormatIsRefusedAndNamed() throws IOException {
        String newer =
                new String(golden("no-option"), StandardCharsets.UTF_8).replace("\"format\" : 2", "\"format\" : 3");

        assertThatIOException()
                .isThrownBy(() -> read(newer))
                .withMessage("its format is 3, and this version of flockerj reads formats 1 to 2;"
                        + " use the version that wrote it, or a newer one");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"format\" : 2,` | `` | format",
                "`\"format\" : 2,` | `\"format\" : \"1\",` | format is not a whole number",
                "`\"format\" : 2,` | `\"format\" : 1.5,` | format is not a whole number",
                "`\"format\" : 2,` | `\"format\" : 4294967297,` | its format is 4294967297",
                "`\"format\" : 2,` | `\"format\" : 1, \"format\" : 1,` | it is not JSON: Duplicate field 'format'",
                "`\"name\" : \"db\"` | `\"name\" : \"../db\"` | not a volume name",
                "`\"name\" : \"db\"` | `\"name\" : null` | name is not a text",
                "`\"branch\" : {` | `\"branch\" : \"\", \"x\" : {` | not a name",
                "`\"id\" : \"0123` | `\"id\" : \"G123` | not an id of 32",
                "`\"tree\" : \"0011` | `\"tree\" : \"001` | not an id of 32",
                "`\"tree\" : \"0011` | `\"tree\" : [], \"x\": \"` | tree is not a text",
                "`\"createdAt\" : \"2026` | `\"createdAt\" : \"yesterday` | could not be parsed",
                "`\"size\" : 1073741824` | `\"size\" : \"1G\"` | size is not a whole number",
                "`\"size\" : 1073741824` | `\"size\" : -1` | a size is not negative",
                "`\"size\" : 1073741824` | `\"size\" : 1e9` | size is not a whole number",
                "`\"size\" : 1073741824` | `\"size\" : 9223372036854775808` | size is not a whole number",
                "`\"size\" : 1073741824` | `\"size\" : null` | size is not a whole number",
                "`\"zstd\"` | `\"gzip\"` | there is no compression 'gzip'",
                "`\"cow\" : true` | `\"cow\" : \"false\"` | cow is not true or false",
                "`\"uid\" : 999` | `\"uid\" : -1` | no uid or gid is negative",
                "`\"uid\" : 999` | `\"uid\" : 4294967295` | overflow",
                "`\"mode\" : 488` | `\"mode\" : 4096` | permission bits",
                "`\"options\" : {` | `\"options\" : [], \"x\" : {` | options is not an object",
                "`\"volumeset\" : {` | `\"volumeset\" : 1, \"x\" : {` | volumeset is not an object",
            })
    void whatIsNotARecordIsRefusedWithTheReason(String present, String instead, String reason) throws IOException {
        String good = new String(golden("every-option"), StandardCharsets.UTF_8);
        assertThat(good).contains(present);

        assertThatIOException()
                .isThrownBy(() -> read(good.replace(present, instead)))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "{}", "1", "\"x\"", "{\"format\":1}", "\0\0\0\0", "not json"})
    void whatIsNoRecordAtAllIsRefused(String text) {
        assertThatIOException().isThrownBy(() -> read(text));
    }

    @Test
    void aTornRecordIsRefusedWhereverItIsTorn() throws IOException {
        byte[] whole = golden("in-the-trash");
        for (int length = 0; length < whole.length; length++) {
            byte[] torn = Arrays.copyOf(whole, length);
            byte[] zeroed = Arrays.copyOf(torn, whole.length);

            assertThatIOException().as("the first %d bytes", length).isThrownBy(() -> RecordFormat.read(torn));
            assertThatIOException().as("zeros from %d", length).isThrownBy(() -> RecordFormat.read(zeroed));
        }
    }

    @Test
    void aRecordFollowedByAnythingIsRefused() throws IOException {
        String good = new String(golden("no-option"), StandardCharsets.UTF_8);

        assertThatIOException().isThrownBy(() -> read(good + "}"));
        assertThatIOException().isThrownBy(() -> read(good + good));
        assertThat(read(good + "\n")).isEqualTo(NO_OPTION);
    }

    @Test
    void whateverIsWrittenIsReadBack() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            VolumeRecord record = randomRecord(random);

            assertThat(RecordFormat.read(RecordFormat.write(record)))
                    .as("seed %d", seed)
                    .isEqualTo(record);
        }
    }

    private static VolumeRecord randomRecord(Random random) {
        VolumeName name = new VolumeName("v" + random.nextInt(1000));
        return new VolumeRecord(
                randomId(random),
                name,
                new Volumeset(randomId(random), new Name("s" + random.nextInt(10))),
                new Branch(randomId(random), new Name("b" + random.nextInt(10))),
                new TreeId(randomId(random)),
                Instant.ofEpochSecond(random.nextInt()),
                new VolumeOptions(
                        maybe(random, new ByteSize(random.nextLong() >>> 1)),
                        maybe(random, List.of(Compression.values()).get(random.nextInt(3))),
                        maybe(random, random.nextBoolean()),
                        maybe(random, random.nextInt() >>> 1),
                        maybe(random, random.nextInt() >>> 1),
                        maybe(random, random.nextInt(010000)),
                        maybe(random, "db@" + random.nextInt(10)),
                        maybe(random, random.nextBoolean()),
                        maybe(random, "r" + random.nextInt(10))),
                maybe(random, Instant.ofEpochSecond(random.nextInt())));
    }

    private static RandomId randomId(Random random) {
        return new RandomId(String.format("%016x%016x", random.nextLong(), random.nextLong()));
    }

    private static <T> Optional<T> maybe(Random random, T value) {
        return random.nextBoolean() ? Optional.of(value) : Optional.empty();
    }
}
