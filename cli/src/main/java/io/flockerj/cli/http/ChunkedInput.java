package io.flockerj.cli.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body in the chunked coding of RFC 9112, section 7.1. Trailers are not read: the connection ends with the answer. */
final class ChunkedInput extends InputStream {
    /** A chunk's size and its extensions. */
    private static final int LONGEST_LINE = 1024;

    private final InputStream input;
    private long left;
    private boolean started;
    private boolean ended;

    ChunkedInput(InputStream input) {
        this.input = input;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int count = input.read(bytes, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw cutOff();
        }
        left -= count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (started && !line().isEmpty()) {
            throw new IOException("the answer's chunks are not as long as they say");
        }
        started = true;
        String line = line();
        int semicolon = line.indexOf(';');
        String size = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        try {
            left = Long.parseLong(size, 16);
        } catch (NumberFormatException e) {
            throw new IOException("the answer has a chunk of the size " + size, e);
        }
        if (left < 0) {
            throw new IOException("the answer has a chunk of the size " + size);
        }
        ended = left == 0;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = input.read();
            if (next < 0) {
                throw cutOff();
            }
            if (next == '\n') {
                return line.toString().strip();
            }
            if (line.length() == LONGEST_LINE) {
                throw new IOException("the answer's chunk head is longer than " + LONGEST_LINE + " bytes");
            }
            line.append((char) next);
        }
    }

    private static EOFException cutOff() {
        return new EOFException("the answer was cut off before its end: the daemon failed, or has ended");
    }
}
