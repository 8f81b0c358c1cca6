package io.flockerj.store.tree;

import io.flockerj.store.id.Hash;

/**
 * Names a directory, or a part of one, by its root node.
 *
 * @param id the hash of the node: what it is, and where that is stored
 * @param digest the hash of what it is alone; equal for equal directories, wherever they are stored
 * @param totals of what is in it
 */
public record TreeRef(Hash id, Hash digest, Totals totals) {}
