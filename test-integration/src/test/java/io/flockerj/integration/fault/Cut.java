package io.flockerj.integration.fault;

/**
 * One way for the power to fail.
 *
 * @param position the number of events that the disk had seen
 * @param unsynced what became of the writes since the last sync before that
 * @param seed decides the fate of each of them where that is {@link Unsynced#SCRAMBLED}
 */
record Cut(int position, Unsynced unsynced, long seed) {
    /** What becomes of writes that no sync covers. */
    enum Unsynced {
        /** None of them arrived. */
        LOST,
        /** All of them arrived, in their order. */
        KEPT,
        /** Some arrived whole, some in part, some not at all, and in another order than that in which they were made. */
        SCRAMBLED
    }

    static Cut lost(int position) {
        return new Cut(position, Unsynced.LOST, 0);
    }

    static Cut kept(int position) {
        return new Cut(position, Unsynced.KEPT, 0);
    }

    static Cut scrambled(int position, long seed) {
        return new Cut(position, Unsynced.SCRAMBLED, seed);
    }

    @Override
    public String toString() {
        return "power cut at event " + position + ", unsynced writes " + unsynced
                + (unsynced == Unsynced.SCRAMBLED ? " by seed " + seed : "");
    }
}
