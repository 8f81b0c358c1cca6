/**
 * A backend in a bucket of an S3 store. Of the store only this package knows the client library, which is not loaded before a bucket is
 * opened.
 */
@NullMarked
package io.flockerj.store.backend.s3;

import org.jspecify.annotations.NullMarked;
