package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteWriter;
import java.io.IOException;
import java.util.Arrays;

/**
 * Finds what is in a pack without its footer, by walking from frame to frame, and over what is broken to the next one that is not. What
 * looks like a frame within a user's file may be found too: these are some bytes and their right id, which does no harm.
 */
public final class PackScanner implements AutoCloseable {
    private static final int WINDOW = 1 << 20;
    private static final byte[] MAGIC = new ByteWriter().u64(FrameHeader.MAGIC).toArray();
    private static final int LONGEST_FRAME = FrameHeader.LENGTH + FrameHeader.MOST_STORED;

    private final PackSource source;
    private final FrameReader frames = new FrameReader();
    private final Sha256 sha256 = new Sha256();

    public PackScanner(PackSource source) {
        this.source = source;
    }

    /**
     * What was found.
     *
     * @param table the frames that are whole, which may have gaps between them
     * @param lost how many bytes between the pack's header and the last frame belong to none of them
     */
    public record Found(PackTable table, long lost) {}

    /** Walks through a pack of that size. */
    public Found scan(Hash pack, long size) throws IOException {
        PackTable.Builder table = new PackTable.Builder();
        long lost = 0;
        long behindLast = PackHeader.LENGTH;
        long at = PackHeader.LENGTH;
        byte[] window = new byte[0];
        long start = 0;
        while (at + FrameHeader.LENGTH <= size && table.frames() < PackFooter.MOST_FRAMES) {
            if (start > at || at + Math.min(LONGEST_FRAME, size - at) > start + window.length) {
                start = at;
                window = source.read(pack, at, (int) Math.min(WINDOW, size - at));
            }
            int in = (int) (at - start);
            int length = lengthOfFrame(pack, at, window, in);
            if (length > 0 && add(table, pack, at, window, in, length)) {
                lost += at - behindLast;
                behindLast = at + length;
            }
            at += length > 0 ? length : toNextMagic(window, in);
        }
        return new Found(table.build(), lost);
    }

    // The length of the frame whose header is there and right, or 0.
    private static int lengthOfFrame(Hash pack, long at, byte[] window, int in) throws IOException {
        if (window.length - in < FrameHeader.LENGTH) {
            return 0;
        }
        try {
            return FrameHeader.LENGTH
                    + FrameHeader.read("frame at " + at + " of pack " + pack, window, in)
                            .stored();
        } catch (BrokenException e) {
            return 0;
        }
    }

    private boolean add(PackTable.Builder table, Hash pack, long at, byte[] window, int in, int length)
            throws IOException {
        if (length > window.length - in) {
            return false;
        }
        PlainFrame frame;
        try {
            frame = frames.read("frame at " + at + " of pack " + pack, window, in, length);
        } catch (BrokenException e) {
            return false;
        }
        if (table.chunks() + frame.count() > PackFooter.MOST_CHUNKS) {
            return false;
        }
        table.frame(at, length, frame.start(frame.count()), frame.kind());
        for (int i = 0; i < frame.count(); i++) {
            Hash id = sha256.hash(frame.bytes(), frame.start(i), frame.length(i));
            table.chunk(id, frame.start(i), frame.length(i));
        }
        return true;
    }

    private static int toNextMagic(byte[] window, int in) {
        for (int at = in + 1; at + MAGIC.length <= window.length; at++) {
            if (Arrays.equals(window, at, at + MAGIC.length, MAGIC, 0, MAGIC.length)) {
                return at - in;
            }
        }
        // The magic may begin in the window's last bytes.
        return Math.max(1, window.length - MAGIC.length + 1 - in);
    }

    @Override
    public void close() {
        frames.close();
    }
}
