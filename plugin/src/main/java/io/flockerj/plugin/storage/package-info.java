/** What a pool's storage driver promises, whatever file system keeps the trees. */
@NullMarked
package io.flockerj.plugin.storage;

import org.jspecify.annotations.NullMarked;
