package io.flockerj.store.index;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.FrameKind;
import io.flockerj.store.pack.PackInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Writes the file of a run from its beginning to its end, with a checksum for each block. For one thread, which closes it. */
final class BlockFile implements AutoCloseable {
    private final FileChannel file;
    private final ByteBuffer block = ByteBuffer.allocate(RunLayout.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    private int[] sums = new int[16];
    private int count;

    private BlockFile(FileChannel file) {
        this.file = file;
    }

    static BlockFile create(Path path) throws IOException {
        return new BlockFile(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    BlockFile putLong(long value) throws IOException {
        room(Long.BYTES);
        block.putLong(value);
        return this;
    }

    BlockFile putInt(int value) throws IOException {
        room(Integer.BYTES);
        block.putInt(value);
        return this;
    }

    void entry(RunEntry entry) throws IOException {
        putLong(entry.first()).putLong(entry.second()).putLong(entry.third()).putLong(entry.place());
    }

    void frame(RunFrame frame) throws IOException {
        putInt(frame.start()).putInt(frame.pack()).putInt(frame.length());
        putInt(frame.kind() == FrameKind.NODES ? 1 : 0);
    }

    void pack(PackInfo pack) throws IOException {
        hash(pack.name());
        hash(pack.footerHash());
        putLong(pack.size()).putLong(pack.footerLength());
    }

    private void hash(Hash hash) throws IOException {
        putLong(hash.first()).putLong(hash.second()).putLong(hash.third()).putLong(hash.fourth());
    }

    /**
     * Ends the file, which has this in it.
     *
     * @return a hash of its checksums, and so of all of it
     */
    Hash end(RunLayout layout) throws IOException {
        endBlock();
        if (count != layout.blocks()) {
            throw new IllegalStateException("a run of " + count + " blocks in place of " + layout.blocks());
        }
        ByteBuffer end = ByteBuffer.allocate(Integer.BYTES * layout.sums() + RunLayout.TRAILER)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < layout.sums(); i++) {
            end.putInt(i < count ? sums[i] : 0);
        }
        end.putLong(RunLayout.MAGIC).putInt(layout.packs()).putInt(layout.frames());
        end.putInt(layout.chunks()).putInt(layout.fanOutBits()).putInt(layout.filterWords());
        CRC32C sum = new CRC32C();
        sum.update(end.array(), 0, end.position());
        end.putInt((int) sum.getValue());
        write(end.flip());
        return Sha256.of(end.array());
    }

    private void room(int length) throws IOException {
        if (block.remaining() < length) {
            endBlock();
        }
    }

    private void endBlock() throws IOException {
        if (block.position() == 0) {
            return;
        }
        CRC32C sum = new CRC32C();
        sum.update(block.array(), 0, block.position());
        if (count == sums.length) {
            sums = Arrays.copyOf(sums, 2 * count);
        }
        sums[count++] = (int) sum.getValue();
        write(block.flip());
        block.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
