package io.flockerj.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands each connection to one of several ports of this host that takes it, in turn. */
final class Balancer implements AutoCloseable {
    private static final int BACKLOG = 200;
    private static final int PATIENCE = 1_000;

    private final ServerSocket listening;
    private final List<Integer> ports = new CopyOnWriteArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    Balancer() throws IOException {
        listening = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    void add(int port) {
        ports.add(port);
    }

    void remove(int port) {
        ports.removeIf(open -> open == port);
    }

    /** How many connections were handed on. */
    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            List<Integer> now = List.copyOf(ports);
            int first = next.getAndIncrement();
            for (int tried = 0; tried < now.size(); tried++) {
                Socket hub = connect(now.get(Math.floorMod(first + tried, now.size())));
                if (hub.isConnected()) {
                    connections.incrementAndGet();
                    carry(client, hub);
                    return;
                }
            }
        } catch (IOException _) {
            // The client has gone.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not connected, if nobody listens there. */
    private static Socket connect(int port) throws IOException {
        Socket hub = new Socket();
        try {
            hub.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE);
            return hub;
        } catch (IOException _) {
            hub.close();
            return new Socket();
        }
    }

    private static void carry(Socket client, Socket hub) throws InterruptedException {
        Thread up = Thread.ofVirtual().start(() -> copy(client, hub));
        copy(hub, client);
        up.join();
    }

    /** Until either side ends; then both do. */
    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException _) {
            // Killed hubs break connections: that is what this is for.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
