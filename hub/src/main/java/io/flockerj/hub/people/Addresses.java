package io.flockerj.hub.people;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Who is likely to be the same, of those who come from several addresses. */
final class Addresses {
    /** Of IPv6, who has one address usually has all of the same first 64 bits. */
    private static final int NETWORK_BYTES = 8;

    private Addresses() {}

    static String network(String address) {
        try {
            return InetAddress.ofLiteral(address) instanceof Inet6Address six
                    ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), NETWORK_BYTES))
                    : address;
        } catch (IllegalArgumentException _) {
            return address; // a proxy's word for it
        }
    }
}
