package io.flockerj.cli.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A connection for one request, on which nothing waits longer than its limits; then a {@link java.net.SocketTimeoutException} is thrown. */
interface Connection extends Closeable {
    InputStream input() throws IOException;

    OutputStream output() throws IOException;
}
