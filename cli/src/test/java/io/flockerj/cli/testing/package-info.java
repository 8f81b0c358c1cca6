/** Made-up daemons and engines for the tests. */
@NullMarked
package io.flockerj.cli.testing;

import org.jspecify.annotations.NullMarked;
