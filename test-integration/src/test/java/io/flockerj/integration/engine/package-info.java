/** A private Docker engine in a sandbox, and the plugin installed in it. */
@NullMarked
package io.flockerj.integration.engine;

import org.jspecify.annotations.NullMarked;
