package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.store.id.Hash;
import io.flockerj.store.wire.Bytes;

/**
 * A file that was read whole: it has one name, no holes, and no more than a chunk holds.
 *
 * @param flags of its inode, {@code FS_…_FL}
 * @param attributes its attribute set (format.md section 7.2); nothing if it has none
 * @param content what it holds; nobody changes it
 * @param hash the SHA-256 of that
 */
@SuppressWarnings("ArrayRecordComponent")
record SmallFile(byte[] name, FileStatus status, int flags, Bytes attributes, byte[] content, Hash hash) {}
