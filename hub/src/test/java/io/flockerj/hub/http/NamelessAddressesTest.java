package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class NamelessAddressesTest {
    @Test
    void anAddressIsNotAskedForItsNameAndANameHasItsAddresses() throws IOException {
        InetAddress local = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});

        assertThat(local.getHostName()).isEqualTo("127.0.0.1");
        assertThat(InetAddress.getAllByName("localhost")).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
    }
}
