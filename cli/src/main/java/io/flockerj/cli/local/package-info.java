/** What lies on this machine beside the daemon: mounts, directories as archives, files that are written whole or not at all. */
@NullMarked
package io.flockerj.cli.local;

import org.jspecify.annotations.NullMarked;
