/** Volumes: named directory trees that containers mount, their records, their mounts and the trash. */
@NullMarked
package io.flockerj.plugin.volume;

import org.jspecify.annotations.NullMarked;
