package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flockerj.plugin.storage.ByteSize;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoolChoiceTest {
    @Test
    void everyKindIsRead() {
        assertThat(PoolChoice.parse("auto")).isEqualTo(new PoolChoice.Automatic());
        assertThat(PoolChoice.parse("btrfs:/srv/a b")).isEqualTo(new PoolChoice.BtrfsDirectory(Path.of("/srv/a b")));
        assertThat(PoolChoice.parse("device:/dev/sdb")).isEqualTo(new PoolChoice.BlockDevice(Path.of("/dev/sdb")));
        assertThat(PoolChoice.parse("plain:/a:b")).isEqualTo(new PoolChoice.PlainDirectory(Path.of("/a:b")));
        assertThat(PoolChoice.parse("file")).isEqualTo(new PoolChoice.PoolFile(Optional.empty()));
        assertThat(PoolChoice.parse("file:256M"))
                .isEqualTo(new PoolChoice.PoolFile(Optional.of(ByteSize.ofMebibytes(256))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"auto", "btrfs:/srv/x", "device:/dev/sdb", "file", "file:1234567890", "file:10G", "plain:/srv/x"
            })
    void whatIsWrittenIsReadBack(String text) {
        PoolChoice choice = PoolChoice.parse(text);

        assertThat(PoolChoice.parse(choice.toString())).isEqualTo(choice);
    }

    @ParameterizedTest
    @CsvSource({
        "'', is not one of",
        "zfs:/tank, is not one of",
        "AUTO, is not one of",
        "auto:, takes nothing",
        "btrfs, not an absolute path",
        "btrfs:relative, not an absolute path",
        "plain:/, below /",
        "plain:/srv/.., below /",
        "device:, not an absolute path",
        "file:, is not a size",
        "file:many, is not a size",
        "file:255M, at least 256M"
    })
    void whatIsNoChoiceIsRefusedWithTheReason(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PoolChoice.parse(text))
                .withMessageContaining(reason);
    }
}
