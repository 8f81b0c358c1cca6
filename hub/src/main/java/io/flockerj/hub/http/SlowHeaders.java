package io.flockerj.hub.http;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/**
 * Has the headers of a request watched while they come: a socket's time limit begins anew with each byte. The first line needs none, for a
 * connection is idle until that has come.
 */
record SlowHeaders(Watch watch) implements Http1ConnectionListener {
    @Override
    public void prologue(ConnectionContext connection, HttpPrologue prologue) {
        watch.begin(() -> 0);
    }

    @Override
    public void headers(ConnectionContext connection, Headers headers) {
        watch.end();
    }
}
