/** Repositories that were written once, by the program of that day, and that every later one must be able to read. */
@NullMarked
package io.flockerj.store.golden;

import org.jspecify.annotations.NullMarked;
