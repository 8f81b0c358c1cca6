@NullMarked
package io.flockerj.plugin.storage;

import org.jspecify.annotations.NullMarked;
