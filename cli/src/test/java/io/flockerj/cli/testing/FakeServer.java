package io.flockerj.cli.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** An HTTP server on a Unix socket that answers what it is told to, and remembers what it was asked. */
public final class FakeServer implements AutoCloseable {
    /**
     * A request as it came.
     *
     * @param target path and query as they came over the wire
     * @param body its bytes, each as a character
     * @param authorization what it shows of who asks; empty if nothing
     */
    public record Asked(String method, String target, String body, String authorization) {
        public byte[] bytes() {
            return body.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return method + " " + target;
        }
    }

    /**
     * An answer.
     *
     * @param head the status line and the headers, each with its line end, without the empty line
     * @param body its bytes, each as a character
     * @param then what happens before the connection is closed
     */
    public record Said(String head, String body, Runnable then) {
        public Said(String head, String body) {
            this(head, body, () -> {});
        }

        public static Said json(int status, String json) {
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            return new Said(
                    "HTTP/1.1 " + status + " X\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                            + "\r\n",
                    new String(body, StandardCharsets.ISO_8859_1));
        }

        /** In two chunks, the way streams come. */
        public static Said chunked(byte[] body) {
            return chunked(body, "");
        }

        /** With further headers, each with its line end. */
        public static Said chunked(byte[] body, String headers) {
            ByteArrayOutputStream chunks = new ByteArrayOutputStream();
            int half = (body.length + 1) / 2;
            chunk(chunks, body, 0, half);
            chunk(chunks, body, half, body.length - half);
            chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new Said(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + headers,
                    chunks.toString(StandardCharsets.ISO_8859_1));
        }

        private static void chunk(ByteArrayOutputStream out, byte[] bytes, int from, int length) {
            if (length > 0) {
                out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(bytes, from, length);
                out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private final Path socket;
    private final ServerSocketChannel server;
    private final List<Asked> asked = new ArrayList<>();
    private volatile Function<Asked, Said> answers;

    private FakeServer(Path socket, ServerSocketChannel server, Function<Asked, Said> answers) {
        this.socket = socket;
        this.server = server;
        this.answers = answers;
    }

    public static FakeServer start(Path socket, Function<Asked, Said> answers) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(socket));
        FakeServer server = new FakeServer(socket, channel, answers);
        Thread.ofVirtual().start(server::accept);
        return server;
    }

    public Path socket() {
        return socket;
    }

    public void answer(Function<Asked, Said> others) {
        answers = others;
    }

    /** What it was asked, in the order in which it answered. */
    public List<Asked> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    public void forget() {
        synchronized (asked) {
            asked.clear();
        }
    }

    private void accept() {
        while (true) {
            try {
                SocketChannel connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (ClosedChannelException closed) {
                return;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            converse(Channels.newInputStream(connection), Channels.newOutputStream(connection), asked, answers);
        } catch (IOException clientWentAway) {
            // As a daemon would: the client has its reasons.
        }
    }

    /** Takes one request and answers it. */
    static void converse(InputStream input, OutputStream out, List<Asked> asked, Function<Asked, Said> answers)
            throws IOException {
        Asked request = read(new BufferedInputStream(input));
        synchronized (asked) {
            asked.add(request);
        }
        Said said = answers.apply(request);
        out.write((said.head() + "\r\n" + said.body()).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        said.then().run();
    }

    private static Asked read(InputStream in) throws IOException {
        String[] first = line(in).split(" ", -1);
        long length = 0;
        boolean chunked = false;
        String authorization = "";
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String small = header.toLowerCase(Locale.ROOT);
            if (small.startsWith("content-length:")) {
                length = Long.parseLong(small.substring(small.indexOf(':') + 1).strip());
            }
            if (small.startsWith("authorization:")) {
                authorization = header.substring(header.indexOf(':') + 1).strip();
            }
            chunked |= small.equals("transfer-encoding: chunked");
        }
        byte[] body = chunked ? chunks(in) : in.readNBytes((int) length);
        return new Asked(first[0], first[1], new String(body, StandardCharsets.ISO_8859_1), authorization);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in), 16);
            body.writeBytes(in.readNBytes(size));
            line(in);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the client hung up");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
    }
}
