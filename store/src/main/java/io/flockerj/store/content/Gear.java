package io.flockerj.store.content;

import io.flockerj.store.id.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The numbers that stand for byte values while content is cut (format.md section 4): fixed, and without any pattern. */
final class Gear {
    private static final String NAME = "flockerj gear 1";
    private static final int VALUES = 256;

    private Gear() {}

    /** One number for each value of a byte, from 0. */
    static long[] table() {
        byte[] name = NAME.getBytes(StandardCharsets.US_ASCII);
        byte[] input = Arrays.copyOf(name, name.length + 1);
        long[] table = new long[VALUES];
        for (int value = 0; value < VALUES; value++) {
            input[name.length] = (byte) value;
            table[value] = Sha256.of(input).first();
        }
        return table;
    }
}
