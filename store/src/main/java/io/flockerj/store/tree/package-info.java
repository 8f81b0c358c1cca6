/**
 * Trees: what a volume held, as nodes that name each other by hash (format.md sections 6, 7 and 9). Nodes are cut where their content
 * says so, so that one change among a million entries changes a few nodes.
 */
@NullMarked
package io.flockerj.store.tree;

import org.jspecify.annotations.NullMarked;
