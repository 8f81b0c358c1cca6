/**
 * What becomes of volumesets that were deleted and not restored (docs/decisions/0164): what they held is removed from the storage when their
 * time is over.
 */
@NullMarked
package io.flockerj.hub.deletion;

import org.jspecify.annotations.NullMarked;
