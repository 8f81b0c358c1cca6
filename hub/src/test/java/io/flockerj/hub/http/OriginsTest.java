package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.limit.Network;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
    private static final Origins ORIGINS =
            new Origins(List.of(Network.parse("10.0.0.0/8"), Network.parse("2001:db8::/32")));

    private static ServerRequestHeaders forwardedFor(String... values) {
        WritableHeaders<?> headers = WritableHeaders.create();
        headers.set(HeaderNames.X_FORWARDED_FOR, values);
        return ServerRequestHeaders.create(headers);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.0.0.1    | 203.0.113.7                     | 203.0.113.7
            10.0.0.1    | 198.51.100.1, 203.0.113.7       | 203.0.113.7
            10.0.0.1    | 203.0.113.7, 10.9.9.9           | 203.0.113.7
            10.0.0.1    | 203.0.113.7:4711                | 203.0.113.7
            10.0.0.1    | [2001:db9::7]:4711              | 2001:db9:0:0:0:0:0:7
            10.0.0.1    | 2001:db9::7                     | 2001:db9:0:0:0:0:0:7
            10.0.0.1    | 10.0.0.2                        | 10.0.0.2
            10.0.0.1    | 203.0.113.7, unknown            | 10.0.0.1
            10.0.0.1    | 203.0.113.7, evil.example.org   | 10.0.0.1
            2001:db8::1 | 203.0.113.7                     | 203.0.113.7
            192.0.2.1   | 203.0.113.7                     | 192.0.2.1
            """)
    void aProxysWordIsTakenIfItIsTrusted(String peer, String header, String origin) {
        assertThat(ORIGINS.of(peer, forwardedFor(header))).isEqualTo(origin);
    }

    @Test
    void linesOfSeveralHeadersAreOneLine() {
        assertThat(ORIGINS.of("10.0.0.1", forwardedFor("198.51.100.1", "203.0.113.7, 10.0.0.3")))
                .isEqualTo("203.0.113.7");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            for=203.0.113.7;proto=https             | 203.0.113.7
            proto=https; FOR="[2001:db9::7]:4711"   | 2001:db9:0:0:0:0:0:7
            for=198.51.100.1, for=203.0.113.7       | 203.0.113.7
            for=203.0.113.7, for=_hidden            | 10.0.0.1
            by=203.0.113.7                          | 10.0.0.1
            """)
    void theHeaderOfTheStandardIsTakenToo(String header, String origin) {
        WritableHeaders<?> headers = WritableHeaders.create();
        headers.set(HeaderNames.FORWARDED, header);
        assertThat(ORIGINS.of("10.0.0.1", ServerRequestHeaders.create(headers))).isEqualTo(origin);

        headers.set(HeaderNames.X_FORWARDED_FOR, "192.0.2.9");
        assertThat(ORIGINS.of("10.0.0.1", ServerRequestHeaders.create(headers))).isEqualTo("192.0.2.9");
    }

    @Test
    void withoutTrustEverybodyIsWhereTheConnectionComesFrom() {
        assertThat(new Origins(List.of()).of("10.0.0.1", forwardedFor("203.0.113.7")))
                .isEqualTo("10.0.0.1");
    }
}
