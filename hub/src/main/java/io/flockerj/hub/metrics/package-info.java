/** What is measured of a hub, in the words of Prometheus. No label has a name of a person or a volumeset (docs/decisions/0167). */
@NullMarked
package io.flockerj.hub.metrics;

import org.jspecify.annotations.NullMarked;
