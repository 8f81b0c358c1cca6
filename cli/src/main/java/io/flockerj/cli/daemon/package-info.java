/** The daemon's control API as its answers: what was asked, what came back, what was refused. */
@NullMarked
package io.flockerj.cli.daemon;

import org.jspecify.annotations.NullMarked;
