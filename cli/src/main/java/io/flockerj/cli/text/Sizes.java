package io.flockerj.cli.text;

import java.util.List;
import java.util.OptionalLong;

/** Sizes for people, in units of 1024 as IEC 80000-13 names them. */
public final class Sizes {
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    private static final int STEP = 1024;

    private Sizes() {}

    /** Such as {@code 512 B} or {@code 1.2 GiB}. */
    public static String text(long bytes) {
        if (Math.abs(bytes) < STEP) {
            return bytes + " B";
        }
        double size = bytes;
        int unit = 0;
        // What would be rounded to 1024.0 is one of the next unit.
        while (Math.abs(size) >= STEP - 0.05 && unit < UNITS.size() - 1) {
            size /= STEP;
            unit++;
        }
        long tenths = Math.round(size * 10);
        return (tenths < 0 ? "-" : "") + Math.abs(tenths) / 10 + "." + Math.abs(tenths) % 10 + " " + UNITS.get(unit);
    }

    /** A size, or {@code otherwise} where there is none. */
    public static String text(OptionalLong bytes, String otherwise) {
        return bytes.isPresent() ? text(bytes.getAsLong()) : otherwise;
    }

    /** With its sign, such as {@code +1.2 GiB}. */
    public static String change(long bytes) {
        return bytes > 0 ? "+" + text(bytes) : text(bytes);
    }
}
