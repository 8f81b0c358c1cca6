package io.flockerj.integration.fault;

import io.flockerj.integration.Soak;

/**
 * Before which of the steps of something a daemon is killed: before each one in a soak, else before every so many, for one that is killed and
 * started again takes seconds.
 *
 * @param first from 1
 * @param stride from one to the next
 */
record Strides(int first, int stride) {
    private static final int USUAL = 8;

    /** Every fourth step in one place or the other: they are the same in both. */
    static Strides in(Place place) {
        return in(place, USUAL);
    }

    /** As many steps in each place, those of the second one between those of the first. */
    static Strides in(Place place, int stride) {
        int first = place == Place.HOST ? 1 : 1 + stride / 2;
        return new Strides(Soak.orElse(1, first), Soak.orElse(1, stride));
    }

    /** From the first step on. */
    static Strides every(int stride) {
        return new Strides(1, Soak.orElse(1, stride));
    }

    /** The step before which it is killed for the first time if {@code kills} is 0, then for the second … */
    int step(int kills) {
        return first + kills * stride;
    }
}
