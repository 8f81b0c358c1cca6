/** How far work has come that can take long, and whether it is still wanted: between those who do it and those who ask. */
@NullMarked
package io.flockerj.plugin.progress;

import org.jspecify.annotations.NullMarked;
