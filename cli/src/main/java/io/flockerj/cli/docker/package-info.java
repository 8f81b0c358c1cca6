/** The few things that are asked of Docker: which containers hold a volume, pausing, stopping and starting them. */
@NullMarked
package io.flockerj.cli.docker;

import org.jspecify.annotations.NullMarked;
