package io.flockerj.plugin.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomIdTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef";

    @Test
    void anIdIsItsDigits() {
        RandomId id = new RandomId(HEX);

        assertThat(id).hasToString(HEX).isEqualTo(new RandomId(HEX));
        assertThat(id.abbreviated()).isEqualTo("0123456789ab");
        assertThat(new TreeId(id)).hasToString(HEX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0123456789abcdef0123456789abcde",
                "0123456789abcdef0123456789abcdef0",
                "0123456789ABCDEF0123456789abcdef",
                "0123456789abcdef0123456789abcdeg",
                "../../../../../../../etc/passwd.",
                "0123456789abcdef0123456789abcdef\n"
            })
    void whatIsNoIdIsRefused(String text) {
        assertThat(RandomId.isValid(text)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new RandomId(text));
    }

    @Test
    void idsFromTheSourceDiffer() {
        Supplier<RandomId> source = RandomId.source(new SecureRandom());
        Set<RandomId> seen = new HashSet<>();

        for (int i = 0; i < 1000; i++) {
            assertThat(seen.add(source.get())).isTrue();
        }
    }

    @Test
    void anAccountIsNumberedByTheFirst48BitsOfItsOwner() {
        assertThat(SpaceAccount.of(new RandomId(HEX)).number()).isEqualTo(0x0123456789abL);
        assertThat(SpaceAccount.of(new RandomId("0".repeat(32))).number()).isEqualTo(1);
        assertThat(SpaceAccount.of(new RandomId("f".repeat(32))).number()).isEqualTo((1L << 48) - 1);
        assertThatIllegalArgumentException().isThrownBy(() -> new SpaceAccount(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new SpaceAccount(1L << 48));
    }
}
