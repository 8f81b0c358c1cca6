package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.Node;
import io.flockerj.plugin.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Writes what it is shown into an archive. */
final class TarExport implements Visit.Visitor {
    private static final byte[] NOTHING = {};

    private final Transfer transfer = new Transfer();
    private final TarWriter out;
    private final byte[] prefix;
    private final Progress progress;
    /** The name in the archive of each file that has more than one in the tree. */
    private final Map<Inodes.Identity, Named> named = new HashMap<>();

    /** A file with more than one name, of which so many are still to come. */
    @SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
    private record Named(byte[] name, long left) {}

    private long entries;
    private long sockets;
    private long unchangeable;
    private long attributes;
    private long shrunk;

    /**
     * Into an archive that is begun.
     *
     * @param prefix for all names, with its slash
     * @param progress is told of entries, before each
     */
    TarExport(OutputStream out, byte[] prefix, Progress progress) {
        this.out = new TarWriter(out);
        this.prefix = prefix;
        this.progress = progress;
    }

    /** Ends the archive, unless something in it is made up. */
    Exported end() throws IOException {
        if (shrunk > 0) {
            throw new FilesException(
                    Reason.CHANGED,
                    shrunk + " files became shorter while they were read; stop what writes to the volume, or export a"
                            + " snapshot of it");
        }
        out.end();
        return new Exported(entries, out.written(), sockets, unchangeable, attributes);
    }

    @Override
    public void visit(Visit visit) throws IOException {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        name.writeBytes(prefix);
        name.writeBytes(visit.path());
        if (visit.status().kind() == FileKind.DIRECTORY) {
            name.write('/');
        }
        add(name.toByteArray(), visit.node(), visit.status());
    }

    /** Adds one entry with its content, but not what is in a directory. */
    void add(byte[] name, Node node, FileStatus status) throws IOException {
        progress.add(0, 1);
        if (status.kind() == FileKind.SOCKET) {
            sockets++;
            return;
        }
        entries++;
        unchangeable += status.unchangeable() ? 1 : 0;
        byte[] first = status.kind() != FileKind.DIRECTORY && status.links() > 1 ? firstName(status, name) : null;
        if (first != null) {
            out.begin(entry(name, TarFormat.HARD_LINK, status, first, SparseMap.dense(0), Map.of()));
            return;
        }
        Map<String, byte[]> attributesOf = attributes(node);
        if (status.kind() == FileKind.FILE) {
            try (FileHandle file = node.open()) {
                SparseMap content = SparseMap.of(file, status.size());
                out.begin(entry(name, TarFormat.FILE, status, NOTHING, content, attributesOf));
                write(file, content);
            }
        } else {
            byte[] link = status.kind() == FileKind.SYMLINK ? node.linkTarget() : NOTHING;
            out.begin(entry(name, type(status.kind()), status, link, SparseMap.dense(0), attributesOf));
        }
    }

    /** The name under which a file is in the archive already, if it is; forgotten with its last link, for there can be many such files. */
    private byte @Nullable [] firstName(FileStatus status, byte[] name) {
        Named known = named.get(status.identity());
        if (known == null) {
            named.put(status.identity(), new Named(name, status.links() - 1));
            return null;
        }
        if (known.left() <= 1) {
            named.remove(status.identity());
        } else {
            named.put(status.identity(), new Named(known.name(), known.left() - 1));
        }
        return known.name();
    }

    private static TarEntry entry(
            byte[] name, char type, FileStatus status, byte[] link, SparseMap content, Map<String, byte[]> attributes) {
        return new TarEntry(
                name,
                type,
                status.mode(),
                status.uid(),
                status.gid(),
                status.modified(),
                status.modifiedNanos(),
                link,
                status.major(),
                status.minor(),
                content,
                attributes);
    }

    private static char type(FileKind kind) {
        return switch (kind) {
            case FILE -> TarFormat.FILE;
            case DIRECTORY -> TarFormat.DIRECTORY;
            case SYMLINK -> TarFormat.SYMLINK;
            case FIFO -> TarFormat.FIFO;
            case CHARACTER_DEVICE -> TarFormat.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> TarFormat.BLOCK_DEVICE;
            case SOCKET -> throw new IllegalArgumentException("archives have no sockets");
        };
    }

    private void write(FileHandle file, SparseMap content) throws IOException {
        boolean whole = true;
        OutputStream data = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                out.data(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.data(bytes, offset, length);
            }
        };
        for (SparseMap.Range range : content.ranges()) {
            long done = transfer.read(file, range.offset(), range.length(), data);
            whole &= done == range.length();
            zeros(range.length() - done, data);
        }
        out.pad();
        shrunk += whole ? 0 : 1;
    }

    /** The archive has said how long the file is. */
    private static void zeros(long count, OutputStream data) throws IOException {
        byte[] zeros = new byte[(int) Math.min(count, Transfer.BUFFER)];
        for (long left = count; left > 0; left -= zeros.length) {
            data.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    private Map<String, byte[]> attributes(Node node) throws IOException {
        SequencedMap<String, byte[]> kept = new LinkedHashMap<>();
        for (byte[] name : node.attributes()) {
            String text = new String(name, StandardCharsets.ISO_8859_1);
            if (meansItsFileSystemOnly(text)) {
                attributes++;
            } else {
                node.attribute(name).ifPresent(value -> kept.put(text, value));
            }
        }
        return kept;
    }

    /** Whether an attribute cannot be taken elsewhere: what the file system makes of itself, such as NFS's own access control lists. */
    static boolean meansItsFileSystemOnly(String attribute) {
        boolean isList = attribute.equals(AccessList.ACCESS) || attribute.equals(AccessList.DEFAULT);
        return !isList && (attribute.startsWith("system.") || attribute.startsWith("btrfs."));
    }

    /** The prefix for what is in a directory of this name. */
    static byte[] inside(byte[] name) {
        byte[] prefix = Arrays.copyOf(name, name.length + 1);
        prefix[name.length] = '/';
        return prefix;
    }
}
