package io.flockerj.store.id;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * A number of 128 bits that names something for ever: a volumeset, a snapshot, a branch, a writer. It is random, so nobody hands
 * them out; written as 32 lower-case hexadecimal digits.
 *
 * @param high its first 8 bytes, big-endian
 */
public record Id(long high, long low) implements Comparable<Id> {
    /** How many bytes it has. */
    public static final int LENGTH = 16;

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");
    private static final int SHORT_LENGTH = 12;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN)
            .withInvokeExactBehavior();

    /** Ids without end, as random as their source. */
    public static Supplier<Id> source(RandomGenerator random) {
        return () -> new Id(random.nextLong(), random.nextLong());
    }

    /** The id that stands at a place in an array, {@link #LENGTH} bytes. */
    public static Id at(byte[] bytes, int from) {
        return new Id((long) LONGS.get(bytes, from), (long) LONGS.get(bytes, from + 8));
    }

    /** Reads {@link #hex()}. */
    public static Id parse(String hex) {
        if (!isValid(hex)) {
            throw new IllegalArgumentException("not an id of 32 lower-case hexadecimal digits: " + hex);
        }
        return at(HexFormat.of().parseHex(hex), 0);
    }

    /** Whether {@link #parse(String)} takes a text. */
    public static boolean isValid(String hex) {
        return HEX.matcher(hex).matches();
    }

    /** Its bytes. */
    public byte[] bytes() {
        byte[] bytes = new byte[LENGTH];
        LONGS.set(bytes, 0, high);
        LONGS.set(bytes, 8, low);
        return bytes;
    }

    /** Its 32 hexadecimal digits, lower-case. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /** The first 12 digits, for people. */
    public String abbreviated() {
        return hex().substring(0, SHORT_LENGTH);
    }

    @Override
    public int compareTo(Id other) {
        int order = Long.compareUnsigned(high, other.high);
        return order == 0 ? Long.compareUnsigned(low, other.low) : order;
    }

    @Override
    public String toString() {
        return hex();
    }
}
