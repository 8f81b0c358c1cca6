/** The past of volumes: snapshots, volumesets, branches, tags, and how people name a moment. */
@NullMarked
package io.flockerj.plugin.history;

import org.jspecify.annotations.NullMarked;
