package io.flockerj.plugin.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends the bytes it is told to, and reads responses strictly. */
public final class RawClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SocketChannel channel;
    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocate(64 << 10).flip();

    /** A response as it came. */
    public record Reply(int status, Map<String, String> headers, String body) {
        public boolean closes() {
            return "close".equals(headers.get("connection"));
        }
    }

    private RawClient(SocketChannel channel, Selector selector) {
        this.channel = channel;
        this.selector = selector;
    }

    public static RawClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        channel.configureBlocking(false);
        return new RawClient(channel, Selector.open());
    }

    /** What Docker 20.10 sends, byte for byte. */
    public static String docker(String call, String json) {
        return "POST /" + call + " HTTP/1.1\r\nHost: \r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: "
                + json.getBytes(StandardCharsets.UTF_8).length
                + "\r\nAccept: application/vnd.docker.plugins.v1.2+json\r\n\r\n" + json;
    }

    /** Sends a request on a connection of its own, and reads the reply. */
    public static Reply ask(Path socket, String request) throws IOException {
        try (RawClient client = connect(socket)) {
            return client.send(request).read();
        }
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            if (channel.write(out) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
        return this;
    }

    /** Sends what goes without waiting for the server; answers how much that was. */
    public int sendSome(byte[] bytes) throws IOException {
        return channel.write(ByteBuffer.wrap(bytes));
    }

    /** Says that nothing more will be sent. */
    public RawClient shutdownOutput() throws IOException {
        channel.shutdownOutput();
        return this;
    }

    /** Reads one response with its body, which is of a known length. */
    public Reply read() throws IOException {
        Reply head = readHead();
        byte[] body = new byte[Integer.parseInt(head.headers().getOrDefault("content-length", "0"))];
        for (int i = 0; i < body.length; i++) {
            body[i] = next();
        }
        return new Reply(head.status(), head.headers(), new String(body, StandardCharsets.UTF_8));
    }

    /** Reads the next chunk of a body; empty for the last one. */
    public byte[] readChunk() throws IOException {
        byte[] chunk = new byte[Integer.parseInt(line(), 16)];
        for (int i = 0; i < chunk.length; i++) {
            chunk[i] = next();
        }
        if (!line().isEmpty()) {
            throw new IOException("a chunk without its end");
        }
        return chunk;
    }

    /** Reads a response without its body. */
    public Reply readHead() throws IOException {
        String[] status = line().split(" ", 3);
        if (!status[0].equals("HTTP/1.1") || status.length != 3) {
            throw new IOException("not a status line: " + String.join(" ", status));
        }
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(); !header.isEmpty(); header = line()) {
            int colon = header.indexOf(": ");
            headers.put(header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 2));
        }
        return new Reply(Integer.parseInt(status[1]), headers, "");
    }

    /** Reads everything until the server closes the connection, cleanly or not. */
    public String readToEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            while (true) {
                all.write(next());
            }
        } catch (EOFException e) {
            return all.toString(StandardCharsets.UTF_8);
        }
    }

    /** Reads bytes as they come. */
    public String readBytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = next();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Whether the server closes the connection without another byte. */
    public boolean isDropped() throws IOException {
        return readToEnd().isEmpty();
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte next = next(); next != '\n'; next = next()) {
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        if (!text.endsWith("\r")) {
            throw new IOException("a line without CR: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    private byte next() throws IOException {
        while (!in.hasRemaining()) {
            in.clear();
            int got;
            try {
                got = channel.read(in);
            } catch (IOException e) {
                throw new EOFException("reset"); // The server closed with bytes of ours unread.
            } finally {
                in.flip();
            }
            if (got < 0) {
                throw new EOFException("closed");
            }
            if (got == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        return in.get();
    }

    private void await(int operation) throws IOException {
        channel.register(selector, operation);
        if (selector.select(PATIENCE.toMillis()) == 0) {
            throw new IOException("nothing happened on the connection for " + PATIENCE);
        }
        selector.selectedKeys().clear();
    }
}
