package io.flockerj.integration.bench;

import java.util.Arrays;
import java.util.Locale;

/** Measured values, sorted. */
final class Samples {
    private final double[] sorted;

    Samples(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        this.sorted = values.clone();
        Arrays.sort(sorted);
    }

    double median() {
        return quantile(0.5);
    }

    /** The value that a part {@code q} of all values do not exceed. */
    double quantile(double q) {
        return sorted[
                (int) Math.min(
                        sorted.length - 1,
                        Math.ceil(q * sorted.length) - 1 < 0 ? 0 : Math.ceil(q * sorted.length) - 1)];
    }

    /** Median, and the range. */
    String describe(String unit) {
        return String.format(
                Locale.ROOT, "%.2f %s (%.2f to %.2f)", median(), unit, sorted[0], sorted[sorted.length - 1]);
    }
}
