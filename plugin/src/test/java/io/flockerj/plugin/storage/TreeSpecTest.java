package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeSpecTest {
    private static TreeSpec withMode(int mode) {
        return new TreeSpec(new SpaceAccount(1), Optional.empty(), Optional.empty(), true, 0, 0, mode);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 010000, 0100755})
    void aModeHasPermissionBitsOnly(int mode) {
        assertThatIllegalArgumentException().isThrownBy(() -> withMode(mode));
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aCompressionIsReadByItsWord(Compression compression) {
        assertThat(Compression.parse(compression.word())).contains(compression);
        assertThat(Compression.parse(compression.name())).isEmpty();
    }

    @Test
    void anUnknownCompressionIsNotRead() {
        assertThat(Compression.parse("gzip")).isEmpty();
        assertThat(Compression.parse("")).isEmpty();
    }
}
