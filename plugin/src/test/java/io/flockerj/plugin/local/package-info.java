@NullMarked
package io.flockerj.plugin.local;

import org.jspecify.annotations.NullMarked;
