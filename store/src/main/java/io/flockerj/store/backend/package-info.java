/**
 * Places that keep named bytes: {@link io.flockerj.store.backend.Backend} is the promise, the packages below are ways of keeping it.
 */
@NullMarked
package io.flockerj.store.backend;

import org.jspecify.annotations.NullMarked;
