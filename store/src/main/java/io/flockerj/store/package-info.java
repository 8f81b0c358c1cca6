/**
 * The store: a volumeset as content, trees, commits and refs in a repository, on any place that keeps named bytes. docs/format.md
 * specifies what is written.
 */
@NullMarked
package io.flockerj.store;

import org.jspecify.annotations.NullMarked;
