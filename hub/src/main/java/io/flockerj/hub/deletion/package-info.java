/**
 * What becomes of volumesets that were deleted (docs/decisions/0164): they are restored, or what they held is removed from the storage when
 * their time is over.
 */
@NullMarked
package io.flockerj.hub.deletion;

import org.jspecify.annotations.NullMarked;
