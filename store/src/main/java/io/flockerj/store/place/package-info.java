/** From the URL of a remote to the backend that it means, with all that makes a backend bearable around it. */
@NullMarked
package io.flockerj.store.place;

import org.jspecify.annotations.NullMarked;
