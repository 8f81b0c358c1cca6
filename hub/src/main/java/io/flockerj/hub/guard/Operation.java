package io.flockerj.hub.guard;

/** What can be asked of a {@link Storehouse}. */
enum Operation {
    OPEN,
    CREATE,
    LIST,
    DELETE,
    VALUE,
    SWAP
}
