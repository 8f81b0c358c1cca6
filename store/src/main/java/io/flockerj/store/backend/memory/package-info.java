/** A backend in memory, for tests and for trying things out. */
@NullMarked
package io.flockerj.store.backend.memory;

import org.jspecify.annotations.NullMarked;
