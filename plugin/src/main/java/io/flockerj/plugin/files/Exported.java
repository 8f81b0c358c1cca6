package io.flockerj.plugin.files;

/**
 * What became of an export.
 *
 * @param entries in the archive
 * @param bytes of the archive
 * @param sockets that were passed over: an archive cannot hold them, and their owners make them anew
 * @param unchangeable files and directories marked immutable or append-only, which an archive cannot say
 * @param attributes extended attributes that mean something to their file system only, and were left out
 */
public record Exported(long entries, long bytes, long sockets, long unchangeable, long attributes) {}
