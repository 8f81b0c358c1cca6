/** A backend on a hub, over HTTPS: the hub decides for each call whether it may be, and then does it (docs/decisions/0160). */
@NullMarked
package io.flockerj.store.backend.hub;

import org.jspecify.annotations.NullMarked;
