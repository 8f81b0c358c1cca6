/** Opening a pool: which one, that it is the recorded one, that no other daemon has it, and that it has space. */
@NullMarked
package io.flockerj.plugin.pool;

import org.jspecify.annotations.NullMarked;
