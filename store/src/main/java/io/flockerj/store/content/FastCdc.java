package io.flockerj.store.content;

/**
 * Cuts content where its own bytes say so, so that an insertion moves cuts only near itself: FastCDC (Xia et al., USENIX ATC
 * 2016), normalisation level 2, with the sizes and the gears of format.md section 4. Has no state.
 */
public final class FastCdc {
    /** No chunk is shorter, but the last one of a run. */
    public static final int LEAST = 16 * 1024;

    /** Cuts are rare before, and frequent behind. */
    public static final int MEAN = 64 * 1024;

    /** No chunk is longer. */
    public static final int GREATEST = 256 * 1024;

    // The mean has 16 bits. Level 2 asks for two bits more before it and for two less behind, highest bits first: these
    // depend on the last 64 bytes, the lowest on the last one only.
    private static final long MASK_BEFORE_MEAN = -1L << (64 - 18);
    private static final long MASK_BEHIND_MEAN = -1L << (64 - 14);

    private static final long[] GEAR = Gear.table();

    private FastCdc() {}

    /**
     * How long the first chunk of a run of data is.
     *
     * @param bytes holds the run from {@code from} to {@code to}; if the run goes on behind that, at least {@link #GREATEST}
     *     bytes are there
     * @return 1 to {@link #GREATEST}; 0 if there are no bytes
     */
    public static int cut(byte[] bytes, int from, int to) {
        if (to - from <= LEAST) {
            return to - from;
        }
        int end = Math.min(to, from + GREATEST);
        int mean = Math.min(end, from + MEAN);
        long[] gear = GEAR;
        long print = 0;
        int at = from + LEAST;
        for (; at < mean; at++) {
            print = (print << 1) + gear[bytes[at] & 0xff];
            if ((print & MASK_BEFORE_MEAN) == 0) {
                return at + 1 - from;
            }
        }
        for (; at < end; at++) {
            print = (print << 1) + gear[bytes[at] & 0xff];
            if ((print & MASK_BEHIND_MEAN) == 0) {
                return at + 1 - from;
            }
        }
        return end - from;
    }
}
