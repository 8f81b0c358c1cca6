/** A backend in a directory, which may be on NFS and used by several hosts. */
@NullMarked
package io.flockerj.store.backend.directory;

import org.jspecify.annotations.NullMarked;
