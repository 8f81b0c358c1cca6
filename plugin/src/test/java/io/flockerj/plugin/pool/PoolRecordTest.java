package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolRecordTest {
    private static final RandomId ID = new RandomId("0123456789abcdef0123456789abcdef");
    private static final String GOLDEN = """
            {
              "format" : 2,
              "pool" : "0123456789abcdef0123456789abcdef",
              "location" : "file:10G"
            }""";

    @TempDir
    Path directory;

    private void put(String text) throws IOException {
        Files.writeString(directory.resolve(PoolRecord.FILE_NAME), text);
    }

    private static PoolRecord golden() {
        return new PoolRecord(ID, Optional.of((PoolChoice.Location) PoolChoice.parse("file:10G")));
    }

    @Test
    void aRecordIsWrittenAsItAlwaysWas() throws IOException {
        golden().write(directory);

        assertThat(directory.resolve(PoolRecord.FILE_NAME)).hasContent(GOLDEN);
    }

    @Test
    void aRecordIsReadAsItAlwaysWas() throws IOException {
        put(GOLDEN);
        assertThat(PoolRecord.read(directory)).contains(golden());

        put("{\"pool\":\"" + ID + "\",\"format\":2,\"added later\":[1]}\n");
        assertThat(PoolRecord.read(directory)).contains(new PoolRecord(ID, Optional.empty()));
    }

    @Test
    void aRecordOfTheFirstFormatIsReadAndTellsIt() throws IOException {
        put("{\"pool\":\"" + ID + "\",\"format\":1}");

        assertThat(PoolRecord.read(directory)).contains(new PoolRecord(ID, Optional.empty(), 1));
    }

    @Test
    void thereMayBeNoRecord() throws IOException {
        assertThat(PoolRecord.read(directory)).isEmpty();
        assertThat(PoolRecord.read(directory.resolve("nowhere"))).isEmpty();
    }

    @Test
    void aNewerRecordAsksForANewerVersion() throws IOException {
        put("{\"format\": 3, \"anything\": true}");

        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> PoolRecord.read(directory))
                .withMessageContainingAll("format 3", "newer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "\"text\"",
                "{}",
                "{\"pool\": \"0123456789abcdef0123456789abcdef\"}",
                "{\"format\": \"1\", \"pool\": \"0123456789abcdef0123456789abcdef\"}",
                "{\"format\": 1.5, \"pool\": \"0123456789abcdef0123456789abcdef\"}",
                "{\"format\": 0, \"pool\": \"0123456789abcdef0123456789abcdef\"}",
                "{\"format\": 1}",
                "{\"format\": 1, \"pool\": 7}",
                "{\"format\": 1, \"pool\": \"../../../../etc\"}",
                "{\"format\": 1, \"pool\": \"0123456789abcdef0123456789abcdef\", \"location\": \"auto\"}",
                "{\"format\": 1, \"pool\": \"0123456789abcdef0123456789abcdef\", \"location\": \"zfs:tank\"}",
                "{\"format\": 1, \"pool\": \"0123456789abcdef0123456789abcdef\"} {\"format\"",
                "\u0000\u0000\u0000\u0000"
            })
    void aDamagedRecordIsRefusedWithItsPlaceAndTheRemedy(String text) throws IOException {
        put(text);

        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> PoolRecord.read(directory))
                .withMessageContainingAll(directory.toString(), "cannot be read", "backup");
    }

    @Test
    void aHugeRecordIsNotRead() throws IOException {
        put(" ".repeat(64 * 1024) + GOLDEN);

        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> PoolRecord.read(directory))
                .withMessageContaining("larger than");
    }
}
