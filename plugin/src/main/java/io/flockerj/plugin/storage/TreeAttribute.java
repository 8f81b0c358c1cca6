package io.flockerj.plugin.storage;

/** What can be asked of a new tree; which of them a pool can keep depends on its driver and file system. */
public enum TreeAttribute {
    SIZE,
    COMPRESSION,
    COPY_ON_WRITE,
    OWNER
}
