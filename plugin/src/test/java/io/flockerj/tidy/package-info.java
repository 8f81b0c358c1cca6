/** Checks over the source text of the whole repository. */
@NullMarked
package io.flockerj.tidy;

import org.jspecify.annotations.NullMarked;
