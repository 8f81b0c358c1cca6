/** Hubs whose storage is in a bucket of a real S3 store. */
@NullMarked
package io.flockerj.integration.hub;

import org.jspecify.annotations.NullMarked;
