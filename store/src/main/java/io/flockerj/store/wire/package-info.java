/** Bytes and numbers as format.md section 1 writes them: one way to write each thing, and nothing else is read. */
@NullMarked
package io.flockerj.store.wire;

import org.jspecify.annotations.NullMarked;
