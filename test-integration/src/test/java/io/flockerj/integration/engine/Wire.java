package io.flockerj.integration.engine;

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

/**
 * One connection to a plugin's socket that sends exactly the bytes it is told, for what no Docker client would send.
 *
 * <p>A read waits as long as the test's own time limit.
 */
public final class Wire implements AutoCloseable {

    /**
     * An answer.
     *
     * @param status the HTTP status
     * @param headers the header lines, lower case
     * @param body the whole body
     */
    public record Answer(int status, String headers, String body) {}

    private final SocketChannel channel;
    private final InputStream input;

    private Wire(SocketChannel channel) {
        this.channel = channel;
        this.input = new BufferedInputStream(Channels.newInputStream(channel));
    }

    /** Connects; the path must not be longer than a socket's may be (107 bytes). */
    public static Wire connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new Wire(channel);
    }

    /** Asks as an engine 20.10 does: an empty Host, no Content-Type. */
    public Answer call(String method, String body) throws IOException {
        send(request(method, body));
        return answer();
    }

    /** The bytes of a call as an engine 20.10 writes them. */
    public static String request(String method, String body) {
        return "POST /%s HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: %d\r\n"
                        .formatted(method, body.getBytes(StandardCharsets.UTF_8).length)
                + "Accept: application/vnd.docker.plugins.v1.2+json\r\n\r\n"
                + body;
    }

    public void send(String bytes) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8));
        while (all.hasRemaining()) {
            channel.write(all);
        }
    }

    /**
     * Reads one answer.
     *
     * @throws EOFException where the peer closed the connection in place of an answer
     */
    public Answer answer() throws IOException {
        String statusLine = line();
        StringBuilder headers = new StringBuilder();
        int length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            headers.append(lower).append('\n');
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            }
        }
        String body = new String(input.readNBytes(length), StandardCharsets.UTF_8);
        return new Answer(Integer.parseInt(statusLine.split(" ", 3)[1]), headers.toString(), body);
    }

    /** Whether the peer closes the connection without saying anything. */
    public boolean isClosedByPeer() throws IOException {
        try {
            return input.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0) {
                throw new EOFException("closed by the plugin");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
