/** The history of volumes: snapshots, the branches and tags that name them, and how people refer to them. */
@NullMarked
package io.flockerj.plugin.history;

import org.jspecify.annotations.NullMarked;
