package io.flockerj.cli.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/** An answer, whose body comes as it is read. Close it, read to its end or not. */
public final class Response implements Closeable {
    private final int status;
    private final Map<String, String> headers;
    private final InputStream body;
    private final Closeable connection;

    Response(int status, Map<String, String> headers, InputStream body, Closeable connection) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.connection = connection;
    }

    public int status() {
        return status;
    }

    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** A header by its name in small letters. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The body; throws an {@link java.io.EOFException} where it is cut off. */
    public InputStream body() {
        return body;
    }

    /**
     * All of the body.
     *
     * @throws IOException if it is longer than {@code limit} bytes
     */
    public byte[] bytes(int limit) throws IOException {
        byte[] bytes = body.readNBytes(limit);
        if (bytes.length == limit && body.read() >= 0) {
            throw new IOException("the answer is longer than " + limit + " bytes");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
