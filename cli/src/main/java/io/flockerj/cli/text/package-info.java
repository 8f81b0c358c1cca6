/** Text for people: tables, sizes, times, colours, drawn histories. */
@NullMarked
package io.flockerj.cli.text;

import org.jspecify.annotations.NullMarked;
