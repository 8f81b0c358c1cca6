package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is in volumes and snapshots, without mounting them. A place is a ref, or {@code VOLUME@live} for the live volume, and a path
 * in it; no path leads out of it. What is read of a live volume may change meanwhile.
 */
public interface VolumeFiles {
    /** What a place is, found and checked; answers come when it is written. */
    interface Content {
        /** Writes it; what fails midway leaves the output without its end. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Takes what there is, one after the other. */
    interface Sink<T> {
        void accept(T value) throws IOException;
    }

    /** Entries that are delivered one after the other. */
    interface Entries<T> {
        void forEach(Sink<T> sink) throws IOException;
    }

    /**
     * The file at a place, or what is in the directory there, by name.
     *
     * @param self whether the directory itself is meant
     */
    Entries<FileView> list(String ref, ZoneId zone, String path, boolean recursive, boolean self)
            throws RefusedException, IOException;

    /** The bytes of a regular file. */
    Content read(String ref, ZoneId zone, String path) throws RefusedException, IOException;

    /** A place found and checked, whose archive comes when it is written. */
    interface Archive {
        /**
         * Writes it; what fails midway leaves the output without its end.
         *
         * @param progress is told of entries; the bytes are for whoever has the stream to count
         */
        LeftOut writeTo(OutputStream out, Progress progress) throws IOException;
    }

    /**
     * What no archive can hold, and this one does not.
     *
     * @param sockets that were passed over: their owners make them anew
     * @param marks files and directories that are marked immutable or append-only, and are in the archive without that
     * @param attributes extended attributes that mean something to their file system only
     */
    record LeftOut(long sockets, long marks, long attributes) {}

    /** A tar archive of what is at a place, with every attribute. */
    Archive tar(String ref, ZoneId zone, String path) throws RefusedException, IOException;

    /**
     * Copies what is at a place into a live volume, in which it appears whole or not at all.
     *
     * @param target a path in the volume; into a directory that is there it is copied
     * @param progress is told of data and entries
     */
    Copied copy(String ref, ZoneId zone, String path, VolumeName volume, String target, Progress progress)
            throws RefusedException, IOException;

    /**
     * What changed from one snapshot to another, by path.
     *
     * @param to a ref; empty for the live volume of {@code from}
     * @param paths only what lies there or below; empty for everything
     */
    Entries<ChangeView> changes(String from, Optional<String> to, ZoneId zone, List<String> paths)
            throws RefusedException, IOException;

    /**
     * Makes a volume of a tar archive, and a first snapshot where the pool takes any. The volume is not there before all of it is.
     *
     * @param progress is told of what is read of the archive, and of entries
     */
    void importTar(ImportOrder order, InputStream archive, Progress progress) throws RefusedException, IOException;

    /** A wish for a volume made of an archive. */
    record ImportOrder(
            VolumeName name, Map<String, String> options, Optional<String> message, Optional<String> author) {}

    /** How much was copied. */
    record Copied(long entries, long bytes) {}

    /** What a name stands for. */
    enum Type {
        FILE,
        DIRECTORY,
        SYMLINK,
        FIFO,
        SOCKET,
        BLOCK_DEVICE,
        CHAR_DEVICE
    }

    /**
     * A file as it is shown.
     *
     * @param path from the root, what is not text escaped
     * @param mode permissions with the setuid, setgid and sticky bits
     * @param links how many names it has
     * @param target of a symbolic link
     */
    record FileView(
            String path,
            Type type,
            int mode,
            long uid,
            long gid,
            long size,
            Instant modifiedAt,
            long links,
            Optional<String> target) {}

    /** What happened to a file. */
    enum ChangeKind {
        ADDED,
        REMOVED,
        CHANGED,
        RENAMED
    }

    /** In what a file differs. */
    enum Aspect {
        CONTENT,
        MODE,
        OWNER,
        XATTRS,
        LINKS
    }

    /**
     * A difference as it is shown.
     *
     * @param oldPath of what was renamed
     * @param oldSize of a file or symbolic link that was there before
     * @param size of a file or symbolic link that is there now
     */
    record ChangeView(
            String path,
            ChangeKind kind,
            Optional<String> oldPath,
            Type type,
            Set<Aspect> aspects,
            Optional<Long> oldSize,
            Optional<Long> size) {}
}
