/** A real S3 store, a Ceph with its gateway, and the backend on it. */
@NullMarked
package io.flockerj.integration.s3;

import org.jspecify.annotations.NullMarked;
