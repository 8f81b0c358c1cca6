/** Puts what a directory of this host holds into a repository, as a tree: all of it, or what changed since an earlier one. */
@NullMarked
package io.flockerj.plugin.capture;

import org.jspecify.annotations.NullMarked;
