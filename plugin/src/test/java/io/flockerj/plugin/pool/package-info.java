@NullMarked
package io.flockerj.plugin.pool;

import org.jspecify.annotations.NullMarked;
