package io.flockerj.plugin.capture;

import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import java.util.Arrays;
import java.util.Optional;

/** The hashes of the blocks of {@link ContentDigester#BLOCK} bytes that some content is made of, in order. It never changes. */
public final class BlockList {
    /** Content of more blocks, 64 GiB, would take more memory than the rest of a capture. */
    public static final int MOST = 1 << 20;

    private final byte[] hashes;

    private BlockList(byte[] hashes) {
        this.hashes = hashes;
    }

    /** Blocks whose hashes stand here one after the other; a copy is made. */
    public static BlockList of(byte[] hashes) {
        if (hashes.length % Hash.LENGTH != 0 || hashes.length > MOST * Hash.LENGTH) {
            throw new IllegalArgumentException("no list of blocks has " + hashes.length + " bytes");
        }
        return new BlockList(hashes.clone());
    }

    /** How many there are. */
    public int size() {
        return hashes.length / Hash.LENGTH;
    }

    /** The hash of a block, from 0. */
    public Hash block(int number) {
        return Hash.at(hashes, number * Hash.LENGTH);
    }

    /** What {@link #of} takes. */
    public byte[] toArray() {
        return hashes.clone();
    }

    /** Collects the blocks of one content after the other. For one thread. */
    public static final class Collector implements ContentDigester.Blocks {
        private byte[] hashes = new byte[64 * Hash.LENGTH];
        private long count;

        @Override
        public void block(Hash hash) {
            if (count < MOST) {
                int at = (int) count * Hash.LENGTH;
                if (at == hashes.length) {
                    hashes = Arrays.copyOf(hashes, 2 * hashes.length);
                }
                hash.put(hashes, at);
            }
            count++;
        }

        @Override
        public void zeros(long number) {
            if (number > MOST - count) {
                count = MOST + 1L;
            } else {
                for (long i = 0; i < number; i++) {
                    block(ContentDigester.zeroBlock());
                }
            }
        }

        /** The blocks of content that has ended; empty if they are too many. Then another begins. */
        public Optional<BlockList> finish() {
            Optional<BlockList> blocks = count > MOST
                    ? Optional.empty()
                    : Optional.of(new BlockList(Arrays.copyOf(hashes, (int) count * Hash.LENGTH)));
            count = 0;
            return blocks;
        }
    }
}
