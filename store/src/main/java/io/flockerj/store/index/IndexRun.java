package io.flockerj.store.index;

import static io.flockerj.store.index.RunLayout.INT;
import static io.flockerj.store.index.RunLayout.LONG;

import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.FrameKind;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A file of chunks in order of their ids, mapped. Each block of it is compared with its checksum when it is first used. That it is broken is told
 * by {@link BrokenException}; or, if the disk cannot read it, by {@link InternalError}, for that is how Java says it of mapped files. Its
 * caller sees to it that nobody uses it any more when it is closed.
 */
final class IndexRun implements RunSource, AutoCloseable {
    private final Path file;
    private final Arena arena;
    private final MemorySegment bytes;
    private final RunLayout layout;
    private final boolean[] isChecked;

    private IndexRun(Path file, Arena arena, MemorySegment bytes, RunLayout layout) {
        this.file = file;
        this.arena = arena;
        this.bytes = bytes;
        this.layout = layout;
        this.isChecked = new boolean[layout.blocks()];
    }

    static IndexRun open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        boolean isOpen = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            IndexRun run = new IndexRun(file, arena, bytes, layout(file, bytes));
            isOpen = true;
            return run;
        } finally {
            if (!isOpen) {
                arena.close();
            }
        }
    }

    private static RunLayout layout(Path file, MemorySegment bytes) throws BrokenException {
        long at = bytes.byteSize() - RunLayout.TRAILER;
        if (at < 0 || at % Long.BYTES != 0 || bytes.get(LONG, at) != RunLayout.MAGIC) {
            throw new BrokenException(file.toString(), "it does not end as an index does");
        }
        int packs = bytes.get(INT, at + 8);
        int frames = bytes.get(INT, at + 12);
        int chunks = bytes.get(INT, at + 16);
        int fanOutBits = bytes.get(INT, at + 20);
        int filterWords = bytes.get(INT, at + 24);
        boolean isPossible =
                packs >= 0 && frames >= 0 && chunks >= 0 && fanOutBits >= 0 && fanOutBits < Integer.SIZE - 2;
        RunLayout layout = new RunLayout(packs, frames, chunks, fanOutBits, filterWords);
        if (!isPossible || filterWords < 1 || layout.size() != bytes.byteSize()) {
            throw new BrokenException(file.toString(), "it is not as long as it says");
        }
        long sums = layout.sumsAt();
        if (sum(bytes, sums, at + RunLayout.TRAILER - Integer.BYTES) != bytes.get(INT, at + 28)) {
            throw new BrokenException(file.toString(), "the checksum of its end is another");
        }
        return layout;
    }

    private static int sum(MemorySegment bytes, long from, long to) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.asSlice(from, to - from).asByteBuffer());
        return (int) sum.getValue();
    }

    private void check(long at) throws BrokenException {
        int block = (int) (at >>> RunLayout.BLOCK_SHIFT);
        if (!isChecked[block]) {
            long from = (long) block << RunLayout.BLOCK_SHIFT;
            long to = Math.min(from + RunLayout.BLOCK, layout.sumsAt());
            if (sum(bytes, from, to) != bytes.get(INT, layout.sumsAt() + (long) Integer.BYTES * block)) {
                throw new BrokenException(file.toString(), "the checksum at " + from + " is another");
            }
            isChecked[block] = true;
        }
    }

    private long longAt(long at) throws BrokenException {
        check(at);
        return bytes.get(LONG, at);
    }

    private int intAt(long at) throws BrokenException {
        check(at);
        return bytes.get(INT, at);
    }

    Path file() {
        return file;
    }

    @Override
    public int packs() {
        return layout.packs();
    }

    @Override
    public PackInfo pack(int number) throws BrokenException {
        long at = layout.packsAt() + (long) RunLayout.PACK * number;
        return new PackInfo(hash(at), longAt(at + 64), (int) longAt(at + 72), hash(at + Hash.LENGTH));
    }

    private Hash hash(long at) throws BrokenException {
        return new Hash(longAt(at), longAt(at + 8), longAt(at + 16), longAt(at + 24));
    }

    /** The number of a pack; negative if it is not in here. */
    int packNumber(Hash name) throws BrokenException {
        int low = 0;
        int high = layout.packs() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = hash(layout.packsAt() + (long) RunLayout.PACK * middle).compareTo(name);
            if (order == 0) {
                return middle;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return -1;
    }

    @Override
    public int frames() {
        return layout.frames();
    }

    @Override
    public RunFrame frame(int number) throws BrokenException {
        long at = layout.framesAt() + (long) RunLayout.FRAME * number;
        FrameKind kind = intAt(at + 12) == 0 ? FrameKind.DATA : FrameKind.NODES;
        return new RunFrame(intAt(at + 4), intAt(at), intAt(at + 8), kind);
    }

    private int packOfFrame(int number) throws BrokenException {
        return intAt(layout.framesAt() + (long) RunLayout.FRAME * number + 4);
    }

    @Override
    public int chunks() {
        return layout.chunks();
    }

    @Override
    public Entries entries() {
        return new Entries() {
            private int number;

            @Override
            public Optional<RunEntry> next() throws BrokenException {
                if (number == layout.chunks()) {
                    return Optional.empty();
                }
                long at = (long) RunLayout.ENTRY * number++;
                return Optional.of(new RunEntry(longAt(at), longAt(at + 8), longAt(at + 16), longAt(at + 24)));
            }
        };
    }

    /** Whether a chunk is in one of the packs that are shown. */
    boolean contains(Hash chunk, BitSet shown) throws BrokenException {
        return placeAt(chunk, shown) >= 0;
    }

    /** Where a chunk is in one of the packs that are shown. */
    Optional<ChunkPlace> find(Hash chunk, BitSet shown) throws BrokenException {
        long at = placeAt(chunk, shown);
        if (at < 0) {
            return Optional.empty();
        }
        long place = longAt(at);
        RunFrame frame = frame(RunEntry.frame(place));
        return Optional.of(new ChunkPlace(
                pack(frame.pack()).name(),
                frame.start(),
                frame.length(),
                RunEntry.start(place),
                RunEntry.length(place),
                frame.kind()));
    }

    /** Where the place of a chunk stands; negative if it is not here. */
    private long placeAt(Hash chunk, BitSet shown) throws BrokenException {
        long bits = RunLayout.filterBits(chunk.third());
        if ((longAt(layout.filterAt() + (long) RunLayout.WORD * layout.filterWord(chunk.second())) & bits) != bits) {
            return -1;
        }
        long fanOut = layout.fanOutAt() + (long) Integer.BYTES * layout.bucket(chunk.first());
        int behind = intAt(fanOut + Integer.BYTES);
        for (int number = intAt(fanOut); number < behind; number++) {
            long at = (long) RunLayout.ENTRY * number;
            if (longAt(at) == chunk.first()
                    && longAt(at + 8) == chunk.second()
                    && longAt(at + 16) == chunk.third()
                    && isShown(longAt(at + 24), shown)) {
                return at + 24;
            }
        }
        return -1;
    }

    private boolean isShown(long place, BitSet shown) throws BrokenException {
        int pack = packOfFrame(RunEntry.frame(place));
        return pack >= 0 && shown.get(pack);
    }

    @Override
    public void close() {
        arena.close();
    }
}
