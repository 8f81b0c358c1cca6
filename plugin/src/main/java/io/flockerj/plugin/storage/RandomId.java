package io.flockerj.plugin.storage;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/** A random number of 128 bits, written as 32 lower-case hexadecimal digits. It names things for ever and means nothing. */
public record RandomId(String hex) {
    private static final int LENGTH = 32;
    private static final int SHORT_LENGTH = 12;

    public RandomId {
        if (!isValid(hex)) {
            throw new IllegalArgumentException("not an id of 32 lower-case hexadecimal digits: " + hex);
        }
    }

    /** Whether a text is an id in the form of {@link #hex()}. */
    public static boolean isValid(String text) {
        // Asked half a million times at the start of a daemon with many snapshots: a pattern takes a second for it.
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) {
                return false;
            }
        }
        return text.length() == LENGTH;
    }

    /** Ids without end, none ever twice. */
    public static Supplier<RandomId> source(SecureRandom random) {
        return () -> {
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            return new RandomId(HexFormat.of().formatHex(bytes));
        };
    }

    /** The first 12 digits, for people. */
    public String abbreviated() {
        return hex.substring(0, SHORT_LENGTH);
    }

    @Override
    public String toString() {
        return hex;
    }
}
