package io.flockerj.store.tree;

/** One name in a directory. */
public record Entry(EntryName name, Metadata metadata, Item item) {
    public Entry {
        if (item instanceof Item.Directory && metadata.links().isPresent()) {
            throw new IllegalArgumentException("a directory has one name");
        }
    }
}
