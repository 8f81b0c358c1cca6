package io.flockerj.plugin.storage;

import io.flockerj.plugin.linux.FileKind;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One difference between an older and a newer tree. Times, and what is stored otherwise with the same result, are no difference.
 *
 * <p>Files are told apart by what they are, not by their names: a file that has another name or directory in the newer tree is
 * {@link Kind#RENAMED}, and so is a directory, of which nothing more is told than of any other thing that was renamed: what lies in it
 * is not. A file that another one replaced under its name is {@link Kind#CHANGED}, unless the other was there before under another
 * name: then the replaced one is {@link Kind#REMOVED}, and the other renamed to the same path. Of a directory that was added or removed
 * everything in it is told as well. A driver that cannot tell files apart so calls renamed what is elsewhere just as it was, and tells
 * of further names of a file as of files.
 *
 * @param kind what happened
 * @param path in the newer tree, of what was removed in the older one; the names as bytes, relative to the root and separated by
 *     slashes, empty for the root itself. Read-only by agreement
 * @param oldPath in the older tree, of what was renamed; else empty
 * @param type of the file, in the newer tree unless it was removed; the root of a nested subvolume is a directory
 * @param aspects in which it differs: never empty for {@link Kind#CHANGED}
 * @param sizeBefore in bytes, of a regular file or a symbolic link; 0 for all others, and of what was added
 * @param sizeAfter likewise; 0 of what was removed
 */
@SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these as a whole.
public record Change(
        Kind kind,
        byte[] path,
        Optional<byte[]> oldPath,
        FileKind type,
        Set<Aspect> aspects,
        long sizeBefore,
        long sizeAfter) {
    public Change {
        Objects.requireNonNull(path);
        aspects = Set.copyOf(aspects);
        if (oldPath.isPresent() != (kind == Kind.RENAMED)) {
            throw new IllegalArgumentException("what was renamed has an old path, and nothing else: " + kind);
        }
        if (kind == Kind.CHANGED && aspects.isEmpty()) {
            throw new IllegalArgumentException("what changed differs in something");
        }
    }

    /** What happened to a file. */
    public enum Kind {
        ADDED,
        REMOVED,
        CHANGED,
        RENAMED
    }

    /** In what a file differs. */
    public enum Aspect {
        /** What it holds: the bytes of a file (perhaps only written anew), the target of a link, the number of a device. */
        CONTENT,
        /** Its permission bits. */
        MODE,
        /** Its user or group. */
        OWNER,
        /** Its extended attributes, among them access control lists and capabilities. */
        XATTRS,
        /**
         * Only a name of it: what was added is a further name of a file that was there before; what was removed is one of several
         * names of a file that is still there.
         */
        LINKS
    }
}
