package io.flockerj.store.backend.s3;

import java.io.IOException;
import software.amazon.awssdk.core.sync.RequestBody;

/** What becomes an object. It can be read again and again: some ways of signing do so twice. */
interface Content {
    String TYPE = "application/octet-stream";

    /** In bytes. */
    long length();

    RequestBody body();

    /** By which the store knows that what it got is what was sent. */
    String md5() throws IOException;
}
