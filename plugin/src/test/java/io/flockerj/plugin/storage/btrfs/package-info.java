@NullMarked
package io.flockerj.plugin.storage.btrfs;

import org.jspecify.annotations.NullMarked;
