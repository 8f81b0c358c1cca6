@NullMarked
package io.flockerj.plugin.storage.plain;

import org.jspecify.annotations.NullMarked;
