package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileKind;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How a catalogue is written: a magic, where it was made, then the names of the tree as a walk meets them, each directory
 * followed by what is in it and an end; last the tree that these are the names of, and a checksum of everything before. It is only
 * read on the host that has written it, and what cannot be read is as good as none.
 */
final class CatalogueFormat {
    static final byte[] MAGIC = "flkjCAT2".getBytes(StandardCharsets.US_ASCII);

    /** Of a {@link TreeRef}. */
    static final int TREE_LENGTH = 2 * Hash.LENGTH + 3 * Long.BYTES;

    static final int CHECKSUM_LENGTH = Long.BYTES;

    static final int END = 0;
    static final int DOUBTFUL = 1;
    static final int TRUSTED = 2;

    private CatalogueFormat() {}

    static void write(DataOutput out, Seen seen) throws IOException {
        out.writeByte(letter(seen.kind()));
        out.writeLong(seen.inode());
        out.writeLong(seen.size());
        out.writeLong(seen.modified());
        out.writeInt(seen.modifiedNanos());
        out.writeLong(seen.changed());
        out.writeInt(seen.changedNanos());
        out.writeLong(seen.born());
        out.writeInt(seen.bornNanos());
        out.writeBoolean(seen.links().isPresent());
        if (seen.links().isPresent()) {
            out.writeLong(seen.links().get().high());
            out.writeLong(seen.links().get().low());
        }
    }

    static Seen read(DataInput in) throws IOException {
        return new Seen(
                kind(in.readUnsignedByte()),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readBoolean() ? Optional.of(new Id(in.readLong(), in.readLong())) : Optional.empty());
    }

    private static int letter(FileKind kind) {
        return switch (kind) {
            case FILE -> 'f';
            case DIRECTORY -> 'd';
            case SYMLINK -> 'l';
            case FIFO -> 'p';
            case SOCKET -> 's';
            case CHARACTER_DEVICE -> 'c';
            case BLOCK_DEVICE -> 'b';
        };
    }

    private static FileKind kind(int letter) throws IOException {
        for (FileKind kind : FileKind.values()) {
            if (letter(kind) == letter) {
                return kind;
            }
        }
        throw new IOException("no kind of file has the number " + letter);
    }

    static void write(DataOutput out, TreeRef tree) throws IOException {
        out.write(tree.id().bytes());
        out.write(tree.digest().bytes());
        out.writeLong(tree.totals().entries());
        out.writeLong(tree.totals().bytes());
        out.writeLong(tree.totals().data());
    }

    static TreeRef readTree(DataInput in) throws IOException {
        byte[] hashes = new byte[2 * Hash.LENGTH];
        in.readFully(hashes);
        return new TreeRef(
                Hash.at(hashes, 0),
                Hash.at(hashes, Hash.LENGTH),
                new Totals(in.readLong(), in.readLong(), in.readLong()));
    }
}
