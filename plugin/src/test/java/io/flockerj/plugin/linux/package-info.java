/** System calls, tried on real file systems. */
@NullMarked
package io.flockerj.plugin.linux;

import org.jspecify.annotations.NullMarked;
