package io.flockerj.cli.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginTest {
    @ParameterizedTest
    @CsvSource({
        "https://hub.example, https://hub.example",
        "https://Hub.Example/, https://hub.example",
        "https://hub.example:443/team, https://hub.example",
        "https://hub.example:8443/team?x=1#y, https://hub.example:8443",
        "HTTPS://[2001:db8::1]:8443, https://[2001:db8::1]:8443",
        "http://localhost:8080, http://localhost:8080",
        "http://127.0.0.1, http://127.0.0.1",
        "http://[::1]:80/, http://[::1]"
    })
    void theSameServerIsAlwaysWrittenTheSame(String url, String written) {
        assertThat(Origin.of(url)).hasToString(written).isEqualTo(Origin.of(written));
    }

    @ParameterizedTest
    @CsvSource({
        "hub.example, write https://HOST",
        "ftp://hub.example, write https://HOST",
        "https://, write https://HOST",
        "http://hub.example, over TLS only",
        "http://128.0.0.1, over TLS only",
        "http://127.0.0.1.example, over TLS only",
        "https://ada:secret@hub.example, no place in a URL",
        "https://hub.example:70000, no port from 1",
        "https://hub example, write https://HOST"
    })
    void whatIsNoServerIsRefusedWithWhatToWrite(String url, String message) {
        assertThatThrownBy(() -> Origin.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret");
    }

    @Test
    void anAddressOfTheNewKindHasBracketsInARequest() {
        assertThat(Origin.of("https://[2001:db8::1]").authority()).isEqualTo("[2001:db8::1]");
        assertThat(Origin.of("https://[2001:db8::1]").host()).isEqualTo("2001:db8::1");
    }
}
