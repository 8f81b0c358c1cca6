package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileKind;
import io.flockerj.store.tree.TreeRef;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Goes through what an earlier walk saw, beside another that meets names in the same order. */
final class CatalogueReader implements AutoCloseable {
    private static final int BUFFER = 128 << 10;

    private final DataInputStream in;
    private final TreeRef tree;
    private final Name root;
    /** In the directory that it is in; nothing at its end. */
    private @Nullable Name next;

    private int depth;

    /**
     * A name that was seen.
     *
     * @param isTrusted whether it is as it was, if it looks as it did
     */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    record Name(byte[] name, Seen seen, boolean isTrusted) {
        boolean isDirectory() {
            return seen.kind() == FileKind.DIRECTORY;
        }

        /** Whether what looks like this now is in the older tree as it is. */
        boolean isUnchanged(Seen now) {
            return isTrusted && seen.equals(now);
        }
    }

    /** Is told of names that are not there any more. */
    interface Gone {
        void name(byte[] name);
    }

    private CatalogueReader(DataInputStream in, TreeRef tree) throws IOException {
        this.in = in;
        this.tree = tree;
        this.root = read().orElseThrow(() -> new IOException("it has no root"));
        advance();
    }

    /** Opens one; empty if there is none that can be read, or it was made elsewhere. */
    static Optional<CatalogueReader> open(Path file, Origin here) throws IOException {
        Optional<TreeRef> tree = verifiedTree(file);
        if (tree.isEmpty()) {
            return Optional.empty();
        }
        DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER));
        try {
            in.skipNBytes(CatalogueFormat.MAGIC.length);
            if (Origin.read(in).equals(here)) {
                return Optional.of(new CatalogueReader(in, tree.get()));
            }
        } catch (EOFException e) {
            in.close();
            return Optional.empty();
        }
        in.close();
        return Optional.empty();
    }

    private static Optional<TreeRef> verifiedTree(Path file) throws IOException {
        int end = CatalogueFormat.TREE_LENGTH + CatalogueFormat.CHECKSUM_LENGTH;
        try (FileChannel channel = FileChannel.open(file)) {
            long checked = channel.size() - CatalogueFormat.CHECKSUM_LENGTH;
            if (checked < CatalogueFormat.MAGIC.length + CatalogueFormat.TREE_LENGTH) {
                return Optional.empty();
            }
            ByteBuffer last = ByteBuffer.allocate(end);
            channel.read(last, channel.size() - end);
            boolean isWhole = last.getLong(CatalogueFormat.TREE_LENGTH) == checksum(file, checked);
            return isWhole
                    ? Optional.of(CatalogueFormat.readTree(new DataInputStream(new ByteArrayInputStream(last.array()))))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Of the first so many bytes; no checksum if the file is no catalogue. */
    private static long checksum(Path file, long length) throws IOException {
        CRC32C checksum = new CRC32C();
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            long left = length;
            while (left > 0) {
                int count = bytes.readNBytes(buffer, 0, (int) Math.min(left, buffer.length));
                boolean isForeign = left == length
                        && Arrays.mismatch(buffer, CatalogueFormat.MAGIC) != CatalogueFormat.MAGIC.length;
                if (count == 0 || isForeign) {
                    return -1;
                }
                checksum.update(buffer, 0, count);
                left -= count;
            }
        }
        return checksum.getValue();
    }

    /** The tree that the names are those of. */
    TreeRef tree() {
        return tree;
    }

    /** The root of the tree, in which it stands at first. */
    Name root() {
        return root;
    }

    /**
     * What was seen under a name of the directory that it is in; the names are asked for in order. After a directory follows
     * {@link #enter} or {@link #pass}.
     *
     * @param gone is told of names before this one that nobody has asked for
     */
    Optional<Name> find(byte[] name, Gone gone) throws IOException {
        while (next != null && Arrays.compareUnsigned(next.name(), name) < 0) {
            gone.name(next.name());
            passNext(next);
        }
        Name found = next;
        if (found == null || !Arrays.equals(found.name(), name)) {
            return Optional.empty();
        }
        if (!found.isDirectory()) {
            advance();
        }
        return Optional.of(found);
    }

    /** Goes into the directory that was found. */
    void enter() throws IOException {
        depth++;
        advance();
    }

    /** Goes past the directory that was found. */
    void pass() throws IOException {
        int open = 1;
        while (open > 0) {
            Optional<Name> passed = read();
            if (passed.isEmpty()) {
                open--;
            } else if (passed.get().isDirectory()) {
                open++;
            }
        }
        advance();
    }

    /** Goes out of the directory that it is in. */
    void leave(Gone gone) throws IOException {
        while (next != null) {
            gone.name(next.name());
            passNext(next);
        }
        if (depth > 0) {
            depth--;
            advance();
        }
    }

    private void passNext(Name passed) throws IOException {
        if (passed.isDirectory()) {
            pass();
        } else {
            advance();
        }
    }

    private void advance() throws IOException {
        next = read().orElse(null);
    }

    /** Empty at the end of a directory. */
    private Optional<Name> read() throws IOException {
        int kind = in.readUnsignedByte();
        if (kind == CatalogueFormat.END) {
            return Optional.empty();
        }
        byte[] name = new byte[in.readUnsignedByte()];
        in.readFully(name);
        return Optional.of(new Name(name, CatalogueFormat.read(in), kind == CatalogueFormat.TRUSTED));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
