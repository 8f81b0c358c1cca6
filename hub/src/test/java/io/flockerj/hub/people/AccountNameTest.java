package io.flockerj.hub.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "anna", "team-7", "0", "a-b-c", "abcdefghijklmnopqrstuvwxyz0123456789abc"})
    void namesAreRead(String text) throws InvalidException {
        assertThat(AccountName.parse(text).owner().value()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "a/b",
                "-a",
                "a-",
                "a--b",
                "Anna",
                "a b",
                "a\nb",
                "a\u0000",
                "ä",
                "a_b",
                "a.b",
                "a\n",
                "abcdefghijklmnopqrstuvwxyz0123456789abcd",
                "0123456789abcdef"
            })
    void whatIsNoNameIsRefused(String text) {
        assertThatThrownBy(() -> AccountName.parse(text))
                .isInstanceOfSatisfying(
                        InvalidException.class, e -> assertThat(e.field()).isEqualTo("name"));
    }

    @Test
    void wordsOfTheHubAreReserved() {
        for (String word : new String[] {"api", "admin", "login", "everyone", "root", "metrics"}) {
            assertThatThrownBy(() -> AccountName.parse(word)).hasMessageContaining("reserved");
        }
    }
}
