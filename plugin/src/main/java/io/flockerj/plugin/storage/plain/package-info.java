/** Trees as plain directories, on any file system; no snapshots of its own and no size limits. */
@NullMarked
package io.flockerj.plugin.storage.plain;

import org.jspecify.annotations.NullMarked;
