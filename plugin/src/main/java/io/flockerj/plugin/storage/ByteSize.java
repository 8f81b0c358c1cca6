package io.flockerj.plugin.storage;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, 0 or more. Units are powers of 1024, as Docker reads them: {@code 10G} is 10 × 1024³. */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    /** What {@link #parse} accepts, for messages. */
    public static final String RULE =
            "a number with a unit, such as 512M, 10G or 1.5T (units of 1024; B, K, M, G, T, P)";

    private static final String UNITS = "BKMGTP";
    private static final Pattern TEXT = Pattern.compile(
            "([0-9]{1,18})(?:(?:\\.([0-9]{1,9}))?\\s?([KMGTP])(?:I?B)?|\\s?B)?", Pattern.CASE_INSENSITIVE);
    private static final int FACTOR = 1024;
    /** What is shown with one decimal is shown in the next unit from here on. */
    private static final double ROUNDED_UP = FACTOR - 0.05;

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size is not negative: " + bytes);
        }
    }

    public static ByteSize ofMebibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 20));
    }

    public static ByteSize ofGibibytes(long count) {
        return new ByteSize(Math.multiplyExact(count, 1L << 30));
    }

    /** Reads a size from outside; empty if it is not one, or of 2⁶³ bytes or more. A number without a unit is in bytes. */
    public static Optional<ByteSize> parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String unit = Optional.ofNullable(matcher.group(3)).orElse("B").toUpperCase(Locale.ROOT);
        String fraction = Optional.ofNullable(matcher.group(2)).orElse("0");
        BigInteger bytes = new BigDecimal(matcher.group(1) + "." + fraction)
                .multiply(new BigDecimal(BigInteger.ONE.shiftLeft(10 * UNITS.indexOf(unit))))
                .toBigInteger();
        return bytes.bitLength() > 63 ? Optional.empty() : Optional.of(new ByteSize(bytes.longValueExact()));
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The size in its largest fitting unit: exactly where that is possible ({@code 10G}), else with one decimal. */
    @Override
    public String toString() {
        int unit = 0;
        double inUnit = bytes;
        while (unit < UNITS.length() - 1 && inUnit >= ROUNDED_UP) {
            inUnit /= FACTOR;
            unit++;
        }
        boolean whole = bytes % unitSize(unit) == 0;
        return whole
                ? bytes / unitSize(unit) + UNITS.substring(unit, unit + 1)
                : String.format(Locale.ROOT, "%.1f%s", inUnit, UNITS.charAt(unit));
    }

    /** The size exactly, in its largest whole unit ({@code 1536M}), as {@link #parse} reads it. */
    public String exact() {
        int unit = UNITS.length() - 1;
        while (bytes % unitSize(unit) != 0 || (bytes == 0 && unit > 0)) {
            unit--;
        }
        return bytes / unitSize(unit) + UNITS.substring(unit, unit + 1);
    }

    private static long unitSize(int unit) {
        return 1L << (10 * unit);
    }
}
