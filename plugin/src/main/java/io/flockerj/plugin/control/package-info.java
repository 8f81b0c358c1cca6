/** The control API, version 1: what people and programs ask of the daemon beside Docker's protocol. */
@NullMarked
package io.flockerj.plugin.control;

import org.jspecify.annotations.NullMarked;
