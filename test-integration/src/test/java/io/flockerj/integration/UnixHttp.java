package io.flockerj.integration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/** One kept connection to a Unix socket that speaks HTTP and JSON, for one caller at a time. */
final class UnixHttp implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SocketChannel channel;
    private final InputStream input;

    UnixHttp(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        input = new BufferedInputStream(Channels.newInputStream(channel));
    }

    /** An answer with its HTTP status. */
    record Answer(int status, JsonNode body) {}

    /**
     * Asks, and waits for the answer as long as it takes.
     *
     * @param body a missing node for none
     * @throws EOFException if the connection is closed in place of an answer
     */
    Answer ask(String method, String path, JsonNode body) throws IOException {
        return ask(method, path, body.isMissingNode() ? new byte[0] : JSON.writeValueAsBytes(body));
    }

    /** Asks likewise, with a body that is no JSON. */
    Answer ask(String method, String path, byte[] content) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes("%s %s HTTP/1.1\r\nHost: \r\nContent-Length: %d\r\n\r\n"
                .formatted(method, path, content.length)
                .getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(content);
        ByteBuffer bytes = ByteBuffer.wrap(request.toByteArray());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return answer();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private Answer answer() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String[] field = header.toLowerCase(Locale.ROOT).split(":", 2);
            if (field[0].equals("content-length")) {
                length = Integer.parseInt(field[1].strip());
            }
        }
        return new Answer(status, JSON.readTree(input.readNBytes(length)));
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0) {
                throw new EOFException("not answered: the daemon closed the connection");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.US_ASCII);
    }
}
