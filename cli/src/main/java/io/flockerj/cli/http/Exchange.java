package io.flockerj.cli.http;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** One request and the head of its answer, as HTTP/1.1 (RFC 9112) has them, over a connection of its own. */
final class Exchange {
    private static final int BUFFER = 64 * 1024;

    private final String host;
    private final String agent;
    private final String headers;

    /**
     * @param host whom the requests are for
     * @param agent what they say of the program, such as {@code fli/1.0}
     * @param headers further ones, each with its line end
     */
    Exchange(String host, String agent, String headers) {
        this.host = host;
        this.agent = agent;
        this.headers = headers;
    }

    /**
     * Sends a request and reads the head of the answer. Whatever goes wrong, the connection is closed then.
     *
     * @param peer who is at the other end, for people
     */
    Response over(Connection connection, Request request, String peer) throws IOException {
        try {
            InputStream input = new BufferedInputStream(connection.input(), BUFFER);
            ResponseHead head = exchange(request, connection.output(), input);
            return new Response(head.status(), head.headers(), head.body(input), connection);
        } catch (SocketTimeoutException e) {
            connection.close();
            SocketTimeoutException better = new SocketTimeoutException(peer + " " + e.getMessage());
            better.initCause(e);
            throw better;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Whoever refuses a long body says so and stops listening: then what it said counts, not that it stopped. */
    private ResponseHead exchange(Request request, OutputStream output, InputStream input) throws IOException {
        try {
            write(request, output);
        } catch (BodySourceException e) {
            throw e.reason();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException brokenPipe) {
            try {
                return ResponseHead.read(input);
            } catch (IOException noAnswer) {
                brokenPipe.addSuppressed(noAnswer);
                throw brokenPipe;
            }
        }
        return ResponseHead.read(input);
    }

    private void write(Request request, OutputStream output) throws IOException {
        StringBuilder head = new StringBuilder()
                .append(request.method())
                .append(' ')
                .append(request.target())
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\nConnection: close\r\nUser-Agent: ")
                .append(agent)
                .append("\r\n")
                .append(headers);
        Body body = request.body().orElse(null);
        if (body != null) {
            head.append("Content-Type: ").append(body.type()).append("\r\n");
            if (body.length().isPresent()) {
                head.append("Content-Length: ")
                        .append(body.length().getAsLong())
                        .append("\r\n");
            } else {
                head.append("Transfer-Encoding: chunked\r\n");
            }
        }
        output.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        if (body != null && body.length().isPresent()) {
            body.source().writeTo(output);
        } else if (body != null) {
            ChunkedOutput chunks = new ChunkedOutput(output);
            writeSource(body, chunks);
            chunks.finish();
        }
    }

    /** What goes wrong while the body is produced is told from what goes wrong while it is sent. */
    private static void writeSource(Body body, ChunkedOutput chunks) throws IOException {
        try {
            body.source().writeTo(chunks);
        } catch (IOException e) {
            if (chunks.failed()) {
                throw e;
            }
            throw new BodySourceException(e);
        }
    }

    private static final class BodySourceException extends IOException {
        private final IOException reason;

        BodySourceException(IOException reason) {
            super(reason);
            this.reason = reason;
        }

        IOException reason() {
            return reason;
        }
    }
}
