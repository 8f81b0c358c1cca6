package io.flockerj.plugin.storage;

/** Names one directory tree in a pool. Random, so that no tree is ever taken for another, and never used again. */
public record TreeId(RandomId id) {
    @Override
    public String toString() {
        return id.hex();
    }
}
