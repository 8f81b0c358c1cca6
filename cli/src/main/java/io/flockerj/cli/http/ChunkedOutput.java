package io.flockerj.cli.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The chunked coding of RFC 9112, section 7.1. Closing it does not end the body; {@link #finish} does. */
final class ChunkedOutput extends OutputStream {
    private static final int CHUNK = 64 * 1024;

    private final OutputStream out;
    private final byte[] buffer = new byte[CHUNK];
    private int filled;
    private boolean failed;

    ChunkedOutput(OutputStream out) {
        this.out = out;
    }

    /** Whether it was the connection that failed. */
    boolean failed() {
        return failed;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int part = Math.min(left, CHUNK - filled);
            System.arraycopy(bytes, from, buffer, filled, part);
            filled += part;
            from += part;
            left -= part;
            if (filled == CHUNK) {
                sendChunk();
            }
        }
    }

    /** Sends what is left, and the end. */
    void finish() throws IOException {
        sendChunk();
        send("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), 5);
    }

    private void sendChunk() throws IOException {
        if (filled > 0) {
            byte[] size = (Integer.toHexString(filled) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            send(size, size.length);
            send(buffer, filled);
            send(new byte[] {'\r', '\n'}, 2);
            filled = 0;
        }
    }

    private void send(byte[] bytes, int length) throws IOException {
        try {
            out.write(bytes, 0, length);
        } catch (IOException e) {
            failed = true;
            throw e;
        }
    }
}
