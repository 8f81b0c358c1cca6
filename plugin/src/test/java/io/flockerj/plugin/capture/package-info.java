@NullMarked
package io.flockerj.plugin.capture;

import org.jspecify.annotations.NullMarked;
