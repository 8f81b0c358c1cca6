package io.flockerj.hub.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The addresses that begin with the same bits, written {@code ADDRESS/BITS}, or {@code ADDRESS} for one alone.
 *
 * @param address its bits behind the first are passed over
 */
public record Network(InetAddress address, int bits) {
    /** Of IPv6, who has one address usually has all of the same first 64 bits. */
    private static final int USERS_BYTES = 8;

    public Network {
        int most = address.getAddress().length * Byte.SIZE;
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException(
                    "a network of " + address.getHostAddress() + " has 0 to " + most + " bits in common, not " + bits);
        }
    }

    /** Reads it; no name is looked up. */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        try {
            InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int all = address.getAddress().length * Byte.SIZE;
            return new Network(address, slash < 0 ? all : Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not ADDRESS or ADDRESS/BITS", e);
        }
    }

    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] its = other.getAddress();
        if (mine.length != its.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((mine[bit / Byte.SIZE] ^ its[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** What those have in common who are probably one caller: all of an address of IPv4, half of one of IPv6. */
    public static String ofCaller(String address) {
        try {
            return InetAddress.ofLiteral(address) instanceof Inet6Address six
                    ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), USERS_BYTES))
                    : address;
        } catch (IllegalArgumentException _) {
            return address; // not in digits: one caller, whoever it is
        }
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + bits;
    }
}
