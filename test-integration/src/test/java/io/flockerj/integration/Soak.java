package io.flockerj.integration;

/** How much is enough: little by default, much under {@code ./test-integration/run --soak}. */
public final class Soak {
    private static final boolean SOAK = Boolean.getBoolean("flockerj.soak");

    private Soak() {}

    /** {@code much} when soaking, else {@code little}. */
    public static int orElse(int much, int little) {
        return SOAK ? much : little;
    }
}
