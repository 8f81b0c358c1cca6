/** Work that other threads do beside the one that wants it. */
@NullMarked
package io.flockerj.store.work;

import org.jspecify.annotations.NullMarked;
