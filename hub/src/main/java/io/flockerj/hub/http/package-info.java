/** The hub over HTTP: addresses, headers, bodies and their limits. What may be done is decided in {@link io.flockerj.hub.guard}. */
@NullMarked
package io.flockerj.hub.http;

import org.jspecify.annotations.NullMarked;
