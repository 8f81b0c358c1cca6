package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.InodeReader;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.Item;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Reads small files whole, in memory that is used again. For one thread at a time. */
final class SmallFileReader implements AutoCloseable {
    /** Of more, each up to 64 KiB, one file's are enough in memory: the walk reads them. */
    private static final int MOST_ATTRIBUTES = 8;

    private final InodeReader inodes = new InodeReader();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(ContentCapture.ONE_CHUNK);
    private final Sha256 sha256 = new Sha256();

    /** What has this name, if it is such a file, and stays what it is meanwhile. */
    Optional<SmallFile> read(FileHandle directory, byte[] name) throws IOException {
        FileStatus status = FileStatus.in(directory, name);
        if (status.kind() != FileKind.FILE || status.links() != 1 || status.size() > ContentCapture.ONE_CHUNK) {
            return Optional.empty();
        }
        Optional<FileHandle> opened = directory.openFileAt(name);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (FileHandle file = opened.get()) {
            return Inodes.identity(file).equals(status.identity()) ? read(file, name, status) : Optional.empty();
        }
    }

    private Optional<SmallFile> read(FileHandle file, byte[] name, FileStatus status) throws IOException {
        int size = (int) status.size();
        if (size > Item.SmallFile.LONGEST && FileContent.hole(file, 0) < size) {
            return Optional.empty();
        }
        int flags = inodes.flags(file);
        List<byte[]> names = inodes.attributes(file);
        if (names.size() > MOST_ATTRIBUTES) {
            return Optional.empty();
        }
        Bytes attributes =
                InodeCapture.attributeSet(names, attribute -> inodes.attribute(file, attribute), file.toString());
        if (attributes.length() > Attributes.LONGEST_INLINE) {
            return Optional.empty();
        }
        buffer.clear().limit(size);
        while (buffer.hasRemaining()) {
            if (FileContent.read(file, buffer.position(), buffer) == 0) {
                return Optional.empty();
            }
        }
        byte[] content = new byte[size];
        buffer.flip().get(content);
        return Optional.of(
                new SmallFile(name, status, flags, attributes, content, sha256.hash(content, 0, content.length)));
    }

    @Override
    public void close() {
        inodes.close();
    }
}
