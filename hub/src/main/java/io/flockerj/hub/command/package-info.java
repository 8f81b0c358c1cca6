/** The command {@code flockerhub}: one file for each of its words. */
@NullMarked
package io.flockerj.hub.command;

import org.jspecify.annotations.NullMarked;
