package io.flockerj.cli.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The status line and the headers of an answer.
 *
 * @param headers by their names in small letters
 */
record ResponseHead(int status, Map<String, String> headers) {
    /** The longest head that is read, in bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int STATUS_AT = "HTTP/1.1 ".length();

    /** Reads a head, passing over interim ones (1xx). */
    static ResponseHead read(InputStream input) throws IOException {
        while (true) {
            ResponseHead head = parse(lines(input));
            if (head.status / 100 != 1) {
                return head;
            }
        }
    }

    /** The body that follows: bounded by its length, in chunks, or by the end of the connection. */
    InputStream body(InputStream input) throws IOException {
        if (status == 204 || status == 304) {
            return InputStream.nullInputStream();
        }
        if (headers.getOrDefault("transfer-encoding", "")
                .toLowerCase(Locale.ROOT)
                .endsWith("chunked")) {
            return new ChunkedInput(input);
        }
        String length = headers.get("content-length");
        if (length == null) {
            return input;
        }
        try {
            return new FixedInput(input, Long.parseLong(length));
        } catch (NumberFormatException e) {
            throw new IOException("the answer's Content-Length is no number: " + length, e);
        }
    }

    private static String[] lines(InputStream input) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int next = input.read();
            if (next < 0) {
                throw new EOFException(
                        "the connection was closed " + (head.isEmpty() ? "without" : "within") + " an answer");
            }
            if (head.length() == MAX_BYTES) {
                throw new IOException("the head of the answer is longer than " + MAX_BYTES + " bytes");
            }
            head.append((char) next);
        }
        return new String(head.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .strip()
                .split("\r\n", -1);
    }

    private static ResponseHead parse(String[] lines) throws IOException {
        String line = lines[0];
        if (!line.matches("HTTP/1\\.[01] [1-5]\\d\\d( .*)?")) {
            throw new IOException("this is no HTTP answer: " + line.substring(0, Math.min(line.length(), 80)));
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
        }
        return new ResponseHead(Integer.parseInt(line.substring(STATUS_AT, STATUS_AT + 3)), headers);
    }
}
