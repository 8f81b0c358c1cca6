/** The command line: the program's start, which puts the parts together and alone reads what surrounds the process. */
@NullMarked
package io.flockerj.cli;

import org.jspecify.annotations.NullMarked;
