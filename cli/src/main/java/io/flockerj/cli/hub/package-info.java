/** Hubs as fli knows them: their API, and who the person is there. */
@NullMarked
package io.flockerj.cli.hub;

import org.jspecify.annotations.NullMarked;
