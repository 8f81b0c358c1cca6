package io.flockerj.store.id;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A hash of 256 bits, kept as four numbers, so that it costs no array and compares fast. It orders as its bytes do, unsigned.
 *
 * @param first its first 8 bytes, big-endian
 */
public record Hash(long first, long second, long third, long fourth) implements Comparable<Hash> {
    /** How many bytes it has. */
    public static final int LENGTH = 32;

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final int SHORT_LENGTH = 12;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();

    /** The hash that stands at a place in an array, {@link #LENGTH} bytes. */
    public static Hash at(byte[] bytes, int from) {
        return new Hash(
                (long) LONGS.get(bytes, from),
                (long) LONGS.get(bytes, from + 8),
                (long) LONGS.get(bytes, from + 16),
                (long) LONGS.get(bytes, from + 24));
    }

    /** Reads {@link #hex()}. */
    public static Hash parse(String hex) {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("not a hash of 64 lower-case hexadecimal digits: " + hex);
        }
        return at(HexFormat.of().parseHex(hex), 0);
    }

    /** Whether {@link #parse(String)} takes a text. */
    public static boolean isValid(String hex) {
        return HEX.matcher(hex).matches();
    }

    /** Writes its bytes into an array. */
    public void put(byte[] target, int at) {
        LONGS.set(target, at, first);
        LONGS.set(target, at + 8, second);
        LONGS.set(target, at + 16, third);
        LONGS.set(target, at + 24, fourth);
    }

    /** Its bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        put(bytes, 0);
        return bytes;
    }

    /** Its 64 hexadecimal digits, lower-case. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /** The first 12 digits, for people. */
    public String abbreviated() {
        return hex().substring(0, SHORT_LENGTH);
    }

    @Override
    public int compareTo(Hash other) {
        int order = Long.compareUnsigned(first, other.first);
        if (order == 0) {
            order = Long.compareUnsigned(second, other.second);
        }
        if (order == 0) {
            order = Long.compareUnsigned(third, other.third);
        }
        return order == 0 ? Long.compareUnsigned(fourth, other.fourth) : order;
    }

    @Override
    public String toString() {
        return hex();
    }
}
