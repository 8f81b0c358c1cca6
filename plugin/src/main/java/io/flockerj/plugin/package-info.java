/** The program: settings from outside, and the composition root that wires every part by constructor. */
@NullMarked
package io.flockerj.plugin;

import org.jspecify.annotations.NullMarked;
