/** Snapshots for pools whose file system takes none: captured into a repository that lies in the pool, and made directories of when asked for. */
@NullMarked
package io.flockerj.plugin.shelf;

import org.jspecify.annotations.NullMarked;
