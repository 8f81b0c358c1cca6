package io.flockerj.cli.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;

/** Talks HTTP/1.1 (RFC 9112) to whoever listens on one Unix socket, one connection for each request. */
public final class UnixHttp {
    private final Path socket;
    private final Exchange exchange;

    /**
     * Connects with each request anew.
     *
     * @param agent what the requests say of the program, such as {@code fli/1.0}
     */
    public UnixHttp(Path socket, String agent) {
        this.socket = socket;
        this.exchange = new Exchange("flockerj", agent, "");
    }

    public Path socket() {
        return socket;
    }

    /**
     * Sends a request and reads the head of the answer.
     *
     * @throws UnreachableException if nobody answers on the socket; then nothing has been sent
     * @throws SocketTimeoutException if a limit is reached; what was asked for may have been done all the same
     */
    public Response send(Request request, Limits limits) throws IOException {
        return exchange.over(UnixSocket.connect(socket, limits), request, socket.toString());
    }
}
