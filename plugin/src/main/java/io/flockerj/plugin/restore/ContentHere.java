package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads files of this host, and compares what they hold with what they should. For one thread. */
final class ContentHere {
    private static final int BUFFER = 512 << 10;

    private final Progress progress;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final Sha256 sha256 = new Sha256();

    ContentHere(Progress progress) {
        this.progress = progress;
    }

    /** Whether a file has a digest; reads all of it but its holes. */
    boolean isIntact(FileHandle file, Item.LargeFile content) throws IOException {
        ContentDigester digester = new ContentDigester();
        byte[] piece = new byte[BUFFER];
        long at = 0;
        while (at < content.size()) {
            long begin = FileContent.data(file, at).orElse(content.size());
            digester.hole(begin - at);
            long end = begin == content.size() ? begin : FileContent.hole(file, begin);
            at = begin;
            while (at < end) {
                buffer.clear().limit((int) Math.min(BUFFER, end - at));
                int count = FileContent.read(file, at, buffer);
                if (count == 0) {
                    return false;
                }
                buffer.flip().get(piece, 0, count);
                digester.data(piece, 0, count);
                at += count;
                progress.check();
            }
        }
        return digester.finish().equals(content.digest());
    }

    /** Whether a file cannot be read for what has become of it on the disk: a bad sector, or what does not fit its checksum. */
    static boolean isUnreadable(LinuxException e) {
        return e.is(Errno.EIO) || e.is(Errno.EUCLEAN) || e.is(Errno.EBADMSG);
    }

    /** The bytes of a slice that is a whole chunk, if they lie at that place of a file and can be read. */
    Optional<Bytes> chunk(FileHandle file, long position, Segment.Slice slice) throws IOException {
        if (slice.offset() > 0) {
            return Optional.empty(); // Only of a whole chunk can be told whether it is right.
        }
        byte[] bytes = new byte[(int) slice.length()];
        try {
            buffer.clear().limit(bytes.length);
            while (buffer.hasRemaining()) {
                if (FileContent.read(file, position + buffer.position(), buffer) == 0) {
                    return Optional.empty();
                }
            }
        } catch (LinuxException e) {
            if (!isUnreadable(e)) {
                throw e;
            }
            return Optional.empty();
        }
        buffer.flip().get(bytes);
        return sha256.hash(bytes, 0, bytes.length).equals(slice.chunk())
                ? Optional.of(Bytes.of(bytes))
                : Optional.empty();
    }
}
