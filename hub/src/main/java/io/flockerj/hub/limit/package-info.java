/** How much one caller may ask of a hub, and whose word is taken for where somebody calls from (docs/decisions/0167). */
@NullMarked
package io.flockerj.hub.limit;

import org.jspecify.annotations.NullMarked;
