/** How far work has come, as tests see it and stop it. */
@NullMarked
package io.flockerj.plugin.progress;

import org.jspecify.annotations.NullMarked;
