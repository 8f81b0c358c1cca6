package io.flockerj.store.content;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * Tells the digest of content that passes by from its beginning to its end (format.md section 7.3): a tree of hashes over blocks at
 * fixed places, so that it depends on the bytes alone, however they are cut or stored. A hole costs nothing. For one thread.
 */
public final class ContentDigester {
    /** Content of up to so many bytes is one block, and its digest its SHA-256. */
    public static final int BLOCK = 64 * 1024;

    private static final int FAN_OUT = 256;
    // 2^63 bytes are 2^47 blocks, which 256-fold trees hold in 6 levels above the blocks.
    private static final int LEVELS = 7;
    private static final byte[] NAME = "flkjBLKS".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ZEROS = new byte[BLOCK];
    private static final Hash[] ZERO_TREES = zeroTrees();

    private final Blocks blocks;
    private final Sha256 blockHash = new Sha256();
    private final Sha256 groupHash = new Sha256();
    private final byte[][] groups = new byte[LEVELS + 1][];
    private final int[] counts = new int[LEVELS + 1];
    private int inBlock;
    private long size;

    public ContentDigester() {
        this(new Blocks() {
            @Override
            public void block(Hash hash) {}

            @Override
            public void zeros(long count) {}
        });
    }

    /** One that tells of the blocks too. */
    public ContentDigester(Blocks blocks) {
        this.blocks = blocks;
    }

    /** Is told the blocks of content, one after the other. */
    public interface Blocks {
        /** The hash of a block. */
        void block(Hash hash);

        /** So many whole blocks of zeros. */
        void zeros(long count);
    }

    /** The hash of a whole block of zeros. */
    public static Hash zeroBlock() {
        return ZERO_TREES[0];
    }

    /** How many bytes have passed by. */
    public long size() {
        return size;
    }

    /** Bytes pass by. */
    public void data(byte[] bytes, int from, int length) {
        Objects.checkFromIndexSize(from, length, bytes.length);
        size = Math.addExact(size, length);
        int at = from;
        for (int left = length; left > 0; ) {
            int part = Math.min(left, BLOCK - inBlock);
            blockHash.add(bytes, at, part);
            inBlock += part;
            at += part;
            left -= part;
            if (inBlock == BLOCK) {
                endBlock();
            }
        }
    }

    /** So many zeros pass by. */
    public void hole(long length) {
        long left = length;
        if (inBlock > 0) {
            int part = (int) Math.min(left, BLOCK - inBlock);
            data(ZEROS, 0, part);
            left -= part;
        }
        size = Math.addExact(size, left / BLOCK * BLOCK);
        zeroBlocks(left / BLOCK);
        data(ZEROS, 0, (int) (left % BLOCK));
    }

    /**
     * A block passes by whose hash is known; before it, none is begun.
     *
     * @param length {@link #BLOCK}, or less for the last one
     */
    public void block(Hash hash, int length) {
        if (inBlock > 0 || length < 1 || length > BLOCK || size % BLOCK != 0) {
            throw new IllegalStateException("a block of " + length + " bytes at " + size);
        }
        size = Math.addExact(size, length);
        add(hash);
    }

    /** The digest of all that has passed by; then it begins anew. Of nothing, it is the SHA-256 of nothing. */
    public Hash finish() {
        if (inBlock > 0 || size == 0) {
            endBlock();
        }
        size = 0;
        int top = LEVELS;
        while (counts[top] == 0) {
            top--;
        }
        for (int level = 0; level < top || counts[level] > 1; level++) {
            if (counts[level] > 0) {
                endGroup(level);
                top = Math.max(top, level + 1);
            }
        }
        counts[top] = 0;
        return Hash.at(group(top), 0);
    }

    private void endBlock() {
        add(blockHash.finish());
        inBlock = 0;
    }

    private void add(Hash block) {
        blocks.block(block);
        add(0, block);
    }

    private void zeroBlocks(long count) {
        blocks.zeros(count);
        for (long left = count; left > 0; ) {
            int level = 0;
            long covered = 1;
            // A whole tree of zeros can be put where nothing has begun below.
            while (level < LEVELS - 1 && counts[level] == 0 && left / FAN_OUT >= covered) {
                level++;
                covered *= FAN_OUT;
            }
            add(level, ZERO_TREES[level]);
            left -= covered;
        }
    }

    private void add(int level, Hash hash) {
        hash.put(group(level), counts[level]++ * Hash.LENGTH);
        if (counts[level] == FAN_OUT) {
            endGroup(level);
        }
    }

    private void endGroup(int level) {
        Hash hash = hashOf(groupHash, level + 1, group(level), counts[level]);
        counts[level] = 0;
        add(level + 1, hash);
    }

    private byte[] group(int level) {
        byte[] group = groups[level];
        if (group == null) {
            group = new byte[FAN_OUT * Hash.LENGTH];
            groups[level] = group;
        }
        return group;
    }

    private static Hash hashOf(Sha256 sha256, int level, byte[] group, int count) {
        byte[] head = Arrays.copyOf(NAME, NAME.length + 1);
        head[NAME.length] = (byte) level;
        sha256.add(head, 0, head.length);
        sha256.add(group, 0, count * Hash.LENGTH);
        return sha256.finish();
    }

    private static Hash[] zeroTrees() {
        Sha256 sha256 = new Sha256();
        Hash[] trees = new Hash[LEVELS];
        trees[0] = sha256.hash(ZEROS, 0, BLOCK);
        byte[] group = new byte[FAN_OUT * Hash.LENGTH];
        for (int level = 1; level < LEVELS; level++) {
            for (int i = 0; i < FAN_OUT; i++) {
                trees[level - 1].put(group, i * Hash.LENGTH);
            }
            trees[level] = hashOf(sha256, level, group, FAN_OUT);
        }
        return trees;
    }
}
