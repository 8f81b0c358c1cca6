package io.flockerj.hub.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** What of an address is counted as one: of IPv6, who has one address usually has all of the same first 64 bits. */
public final class Network {
    private static final int NETWORK_BYTES = 8;

    private Network() {}

    /** The network of an address; of IPv4, and of a proxy's word for it, that itself. */
    public static String of(String address) {
        try {
            return InetAddress.ofLiteral(address) instanceof Inet6Address six
                    ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), NETWORK_BYTES))
                    : address;
        } catch (IllegalArgumentException _) {
            return address;
        }
    }
}
