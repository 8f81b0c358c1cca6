package io.flockerj.plugin.files;

import java.util.Map;

/**
 * What an archive says of one name, all extended headers applied.
 *
 * @param name as it stands there
 * @param type as in {@link TarFormat}
 * @param mode 0 to 07777
 * @param link where a symbolic link points to, or the name that a hard link is another name of; else empty
 * @param content of a file: how long it is, and where its data lie; of others nothing
 * @param attributes extended attributes by name, as bytes in ISO 8859-1
 */
@SuppressWarnings("ArrayRecordComponent") // Names are bytes; nobody compares these.
record TarEntry(
        byte[] name,
        char type,
        int mode,
        long uid,
        long gid,
        long modified,
        int modifiedNanos,
        byte[] link,
        int major,
        int minor,
        SparseMap content,
        Map<String, byte[]> attributes) {}
