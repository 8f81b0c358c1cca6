/** A file's bytes: where they are cut, and the digest that tells what they are. */
@NullMarked
package io.flockerj.store.content;

import org.jspecify.annotations.NullMarked;
