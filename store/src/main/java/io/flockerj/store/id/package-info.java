/** What things are called for ever: hashes of content, and random numbers. */
@NullMarked
package io.flockerj.store.id;

import org.jspecify.annotations.NullMarked;
