package io.flockerj.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A connection to a Unix socket on which nothing waits longer than its limits; then a {@link SocketTimeoutException} is
 * thrown. For one thread.
 */
final class UnixSocket implements Connection {
    /** {@code sun_path} of {@code struct sockaddr_un}, unix(7), with its end. */
    private static final int LONGEST_PATH = 107;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Limits limits;
    private final long opened = System.nanoTime();

    private UnixSocket(SocketChannel channel, Selector selector, Limits limits) throws IOException {
        this.channel = channel;
        this.selector = selector;
        this.limits = limits;
        this.key = channel.register(selector, 0);
    }

    /** Connects. */
    static UnixSocket connect(Path path, Limits limits) throws IOException {
        if (path.toString().length() > LONGEST_PATH) {
            throw new UnreachableException(
                    path, "the path of a socket has at most " + LONGEST_PATH + " bytes", new IOException());
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(path))) {
                throw new SocketException("too many callers wait already");
            }
            return new UnixSocket(channel, Selector.open(), limits);
        } catch (SocketException e) {
            channel.close();
            throw new UnreachableException(path, reason(path, e), e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static String reason(Path path, SocketException e) {
        String message = String.valueOf(e.getMessage());
        if (!Files.exists(path)) {
            Path parent = path.toAbsolutePath().getParent();
            return parent != null && Files.isDirectory(parent) && !Files.isReadable(parent)
                    ? "its directory may not be looked into"
                    : "there is no such socket";
        }
        if (message.contains("Permission denied")) {
            return "permission denied";
        }
        return message.contains("refused") ? "nobody listens on it" : message;
    }

    @Override
    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (true) {
                    int count = channel.read(buffer);
                    if (count != 0 || length == 0) {
                        return count;
                    }
                    await(SelectionKey.OP_READ, "answered");
                }
            }
        };
    }

    @Override
    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (buffer.hasRemaining()) {
                    if (channel.write(buffer) == 0) {
                        await(SelectionKey.OP_WRITE, "taken anything");
                    }
                }
            }
        };
    }

    private void await(int operation, String what) throws IOException {
        long left = limits.total().toNanos() - (System.nanoTime() - opened);
        long patience = Math.min(left, limits.idle().toNanos());
        if (patience > 0) {
            key.interestOps(operation);
            if (selector.select((patience + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI) > 0) {
                selector.selectedKeys().clear();
                return;
            }
        }
        Duration limit = left < limits.idle().toNanos() ? limits.total() : limits.idle();
        throw new SocketTimeoutException("has not " + what + " within " + limit.toMillis() / 1000.0 + " s");
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
