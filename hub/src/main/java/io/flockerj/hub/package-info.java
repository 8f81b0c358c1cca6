/**
 * The hub: repositories of many people, who may do what with them, and the record of what they did. This package puts it together; the
 * packages below know the store, and neither the daemon nor the command line.
 */
@NullMarked
package io.flockerj.hub;

import org.jspecify.annotations.NullMarked;
