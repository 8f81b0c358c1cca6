/**
 * Stands between the storage and whoever asks: {@link io.flockerj.hub.guard.GuardedBackend} decides each operation by who asks, which object
 * is meant and what rights there are, and denies what it does not know (docs/decisions/0160).
 */
@NullMarked
package io.flockerj.hub.guard;

import org.jspecify.annotations.NullMarked;
