package io.flockerj.plugin.restore;

/**
 * Something of an entry that its new place cannot keep.
 *
 * @param path below the tree's root, for people
 * @param what such as {@code the inode flag dirsync}
 * @param why such as {@code the file system of the target does not know it}
 */
public record NotKept(String path, String what, String why) {}
