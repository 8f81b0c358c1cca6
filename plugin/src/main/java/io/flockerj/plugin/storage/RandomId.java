package io.flockerj.plugin.storage;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** A random number of 128 bits, written as 32 lower-case hexadecimal digits. It names things for ever and means nothing. */
public record RandomId(String hex) {
    private static final Pattern VALID = Pattern.compile("[0-9a-f]{32}");
    private static final int SHORT_LENGTH = 12;

    public RandomId {
        if (!isValid(hex)) {
            throw new IllegalArgumentException("not an id of 32 lower-case hexadecimal digits: " + hex);
        }
    }

    /** Whether a text is an id in the form of {@link #hex()}. */
    public static boolean isValid(String text) {
        return VALID.matcher(text).matches();
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
