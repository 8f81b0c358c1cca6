/** Several hosts, a bad network and a place, all in one seeded run. */
@NullMarked
package io.flockerj.store.simulation;

import org.jspecify.annotations.NullMarked;
