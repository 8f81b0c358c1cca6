package io.flockerj.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A connection over the network. For one thread. */
final class NetworkSocket implements Connection {
    /** For a connection to one address, and for each step of TLS. */
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket;
    private final Limits limits;
    private final long opened = System.nanoTime();

    private NetworkSocket(Socket socket, Limits limits) {
        this.socket = socket;
        this.limits = limits;
    }

    /**
     * Connects to the first address of a server that answers.
     *
     * @param tls empty for a server on this host that is talked to without
     */
    static NetworkSocket connect(Origin origin, Optional<SSLSocketFactory> tls, Limits limits) throws IOException {
        IOException failure = new ConnectException("there is no address");
        for (InetAddress address : InetAddress.getAllByName(origin.host())) {
            if (tls.isEmpty() && !address.isLoopbackAddress()) {
                throw new ConnectException(origin.host() + " is not this host; write https://");
            }
            try {
                return new NetworkSocket(open(origin, address, tls), limits);
            } catch (ConnectException | SocketTimeoutException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private static Socket open(Origin origin, InetAddress address, Optional<SSLSocketFactory> tls) throws IOException {
        Socket plain = new Socket();
        boolean isOpen = false;
        try {
            plain.connect(new InetSocketAddress(address, origin.port()), PATIENCE_MILLIS);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(PATIENCE_MILLIS);
            Socket whole = tls.isPresent() ? secure(plain, origin, tls.get()) : plain;
            isOpen = true;
            return whole;
        } finally {
            if (!isOpen) {
                plain.close();
            }
        }
    }

    /** The certificate has to be for the host that was asked for (RFC 2818, section 3.1), by who is trusted. */
    private static Socket secure(Socket plain, Origin origin, SSLSocketFactory tls) throws IOException {
        SSLSocket socket = (SSLSocket) tls.createSocket(plain, origin.host(), origin.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @Override
    public InputStream input() throws IOException {
        InputStream input = socket.getInputStream();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                long left = limits.total().toNanos() - (System.nanoTime() - opened);
                boolean isLast = left < limits.idle().toNanos();
                Duration limit = isLast ? limits.total() : limits.idle();
                long millis = Duration.ofNanos(Math.min(left, limits.idle().toNanos()))
                        .toMillis();
                try {
                    if (millis > 0) {
                        socket.setSoTimeout((int) Math.min(millis, Integer.MAX_VALUE));
                        return input.read(bytes, offset, length);
                    }
                } catch (SocketTimeoutException e) {
                    throw late(limit, e);
                }
                throw late(limit, new SocketTimeoutException());
            }
        };
    }

    private static SocketTimeoutException late(Duration limit, SocketTimeoutException cause) {
        SocketTimeoutException late =
                new SocketTimeoutException("has not answered within " + limit.toMillis() / 1000.0 + " s");
        late.initCause(cause);
        return late;
    }

    /** What is sent is short, and fits into what the kernel takes without waiting. */
    @Override
    public OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
