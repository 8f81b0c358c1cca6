package io.flockerj.store.pack;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.flockerj.store.wire.BrokenException;
import java.util.Objects;

/**
 * Packs and unpacks by zstd (RFC 8878). For one thread, which closes it. The native library trusts what it is told, so every
 * place and length is checked here.
 */
final class Zstd implements AutoCloseable {
    private static final int LEVEL = 1;

    private final ZstdCompressCtx compressor = new ZstdCompressCtx().setLevel(LEVEL);
    private final ZstdDecompressCtx decompressor = new ZstdDecompressCtx();

    /** How much room {@link #pack} needs at most. */
    static int bound(int length) {
        return Math.toIntExact(com.github.luben.zstd.Zstd.compressBound(length));
    }

    /** Packs bytes; answers how many they have become. */
    int pack(byte[] plain, int from, int length, byte[] target, int at) {
        Objects.checkFromIndexSize(from, length, plain.length);
        Objects.checkFromIndexSize(at, bound(length), target.length);
        return compressor.compressByteArray(target, at, target.length - at, plain, from, length);
    }

    /** Unpacks bytes that must become as many as told, neither more nor fewer. */
    void unpack(String object, byte[] packed, int from, int length, byte[] plain, int plainLength)
            throws BrokenException {
        Objects.checkFromIndexSize(from, length, packed.length);
        Objects.checkFromIndexSize(0, plainLength, plain.length);
        int unpacked;
        try {
            unpacked = decompressor.decompressByteArray(plain, 0, plainLength, packed, from, length);
        } catch (ZstdException e) {
            throw new BrokenException(object, "it cannot be unpacked: " + e.getMessage());
        }
        if (unpacked != plainLength) {
            throw new BrokenException(object, "it unpacks to " + unpacked + " bytes in place of " + plainLength);
        }
    }

    @Override
    public void close() {
        compressor.close();
        decompressor.close();
    }
}
