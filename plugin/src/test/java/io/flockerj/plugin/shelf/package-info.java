@NullMarked
package io.flockerj.plugin.shelf;

import org.jspecify.annotations.NullMarked;
