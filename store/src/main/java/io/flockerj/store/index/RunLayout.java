package io.flockerj.store.index;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where what is in the file of a run. All numbers are little-endian. One after the other: chunks in order of their ids (first 24 bytes as
 * three u64, then the place); frames (u32 start, u32 pack, u32 length, u32 kind); packs in order of their names (name, hash of the footer,
 * u64 size, u64 length of the footer); the fan-out (u32 for each value of the highest bits of an id: the number of the first chunk that has
 * that or a higher one; then the number of chunks); the filter (u64 words); the CRC-32C of each 64 KiB of all that; and a trailer (u64 magic,
 * u32 packs, frames, chunks, bits of the fan-out, words of the filter, CRC-32C of the sums and the trailer before this).
 *
 * @param fanOutBits how many bits of an id the fan-out goes by
 * @param filterWords how many words the filter has
 */
record RunLayout(int packs, int frames, int chunks, int fanOutBits, int filterWords) {
    static final int ENTRY = 32;
    static final int FRAME = 16;
    static final int PACK = 80;
    static final int WORD = 8;
    static final int BLOCK_SHIFT = 16;
    static final int BLOCK = 1 << BLOCK_SHIFT;
    static final int TRAILER = 32;
    static final long MAGIC = 0x314e5552_6a6b6c66L; // flkjRUN1

    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int ENTRIES_IN_BUCKET = 16;
    private static final int ENTRIES_IN_WORD = 4;
    private static final int MOST_FAN_OUT_BITS = 22;

    /** For so many chunks, or a few less. */
    static RunLayout of(int packs, int frames, int chunks) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(chunks / ENTRIES_IN_BUCKET);
        return new RunLayout(packs, frames, chunks, Math.min(bits, MOST_FAN_OUT_BITS), chunks / ENTRIES_IN_WORD + 1);
    }

    long framesAt() {
        return (long) ENTRY * chunks;
    }

    long packsAt() {
        return framesAt() + (long) FRAME * frames;
    }

    long fanOutAt() {
        return packsAt() + (long) PACK * packs;
    }

    /** How many numbers the fan-out has; an even number, so that the filter lies at a multiple of 8. */
    int fanOut() {
        return ((1 << fanOutBits) + 2) & ~1;
    }

    long filterAt() {
        return fanOutAt() + (long) Integer.BYTES * fanOut();
    }

    /** Where the sums begin, and what they are of ends. */
    long sumsAt() {
        return filterAt() + (long) WORD * filterWords;
    }

    int blocks() {
        return (int) ((sumsAt() + BLOCK - 1) >>> BLOCK_SHIFT);
    }

    /** How many sums there are; an even number, so that the trailer lies at a multiple of 8. The last may be of nothing. */
    int sums() {
        return (blocks() + 1) & ~1;
    }

    long trailerAt() {
        return sumsAt() + (long) Integer.BYTES * sums();
    }

    long size() {
        return trailerAt() + TRAILER;
    }

    /** The part of the fan-out that an id belongs to, by its highest bits. */
    int bucket(long first) {
        return fanOutBits == 0 ? 0 : (int) (first >>> (Long.SIZE - fanOutBits));
    }

    /** The word of the filter that an id belongs to. Other bits than those of the fan-out, so that files of neighbours differ. */
    int filterWord(long second) {
        return (int) Math.unsignedMultiplyHigh(second, filterWords);
    }

    /** The bits that an id has in its word: five, some of which may be the same. */
    static long filterBits(long third) {
        return 1L << third | 1L << (third >>> 6) | 1L << (third >>> 12) | 1L << (third >>> 18) | 1L << (third >>> 24);
    }
}
