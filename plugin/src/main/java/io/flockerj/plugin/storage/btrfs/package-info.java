/** Trees as btrfs subvolumes, with size limits by simple quotas. */
@NullMarked
package io.flockerj.plugin.storage.btrfs;

import org.jspecify.annotations.NullMarked;
