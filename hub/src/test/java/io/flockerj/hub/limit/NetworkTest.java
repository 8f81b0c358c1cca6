package io.flockerj.hub.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.1.2.128/25, 10.1.2.200, true",
        "10.1.2.128/25, 10.1.2.100, false",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "2001:db8::/32, 2001:db8:1::5, true",
        "2001:db8::/32, 2001:db9::5, false",
        "::1, ::1, true"
    })
    void anAddressBelongsToANetworkByItsFirstBits(String network, String address, boolean belongs) {
        assertThat(Network.parse(network).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(belongs);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "proxy.example.org", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "2001:db8::/129"})
    void whatIsNoNetworkIsNotTaken(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void halfAnAddressOfIpV6IsOneCaller() {
        assertThat(Network.ofCaller("2001:db8:0:1::1")).isEqualTo(Network.ofCaller("2001:db8:0:1:ffff::2"));
        assertThat(Network.ofCaller("2001:db8:0:1::1")).isNotEqualTo(Network.ofCaller("2001:db8:0:2::1"));
        assertThat(Network.ofCaller("192.0.2.1")).isNotEqualTo(Network.ofCaller("192.0.2.2"));
        assertThat(Network.ofCaller("unknown")).isEqualTo("unknown");
    }
}
