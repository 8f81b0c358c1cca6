/** The commands, one file each: parse, call, render. */
@NullMarked
package io.flockerj.cli.command;

import org.jspecify.annotations.NullMarked;
