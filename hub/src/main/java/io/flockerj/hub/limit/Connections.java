package io.flockerj.hub.limit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.Channel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Open connections: how many there are from one network, and whose handshake is not over yet. In memory bounded by how many are open at
 * once. Safe for many threads.
 */
public final class Connections {
    private final Limits limits;
    private final List<Network> proxies;
    private final InstantSource clock;
    private final Map<Ends, Open> open = new HashMap<>();

    /** The two ends of a connection; either can be that of another one, too. */
    public record Ends(SocketAddress here, SocketAddress there) {}

    private record Open(Channel channel, String network, Optional<Handshake> handshake) {
        Open greeting(Handshake begun) {
            return new Open(channel, network, Optional.of(begun));
        }

        /** A handshake that was over is looked at no more, for there can be another later on. */
        Open looked() {
            return handshake.filter(Handshake::isOver).isPresent()
                    ? new Open(channel, network, Optional.empty())
                    : this;
        }

        boolean isLate(Instant before) {
            return handshake.filter(begun -> begun.since().isBefore(before)).isPresent();
        }
    }

    /** One that is going on. */
    private record Handshake(Instant since, BooleanSupplier over) {
        boolean isOver() {
            return over.getAsBoolean();
        }
    }

    /** @param proxies are not counted: many callers come by way of one of them, and it has to limit them itself */
    public Connections(Limits limits, List<Network> proxies, InstantSource clock) {
        this.limits = limits;
        this.proxies = List.copyOf(proxies);
        this.clock = clock;
    }

    /**
     * Somebody has connected.
     *
     * @param here to which of the hub's addresses
     * @param channel open as long as the connection is
     * @throws LimitedException if there are as many from there as there may be; then the connection is not counted
     */
    public synchronized void opened(SocketAddress here, InetSocketAddress from, Channel channel)
            throws LimitedException {
        open.values().removeIf(each -> !each.channel().isOpen());
        String network = Network.ofCaller(from.getAddress().getHostAddress());
        if (limits.connectionsPerAddress() > 0 && !isProxy(from.getAddress())) {
            long there = open.values().stream()
                    .filter(each -> each.network().equals(network))
                    .count();
            if (there >= limits.connectionsPerAddress()) {
                throw new LimitedException(
                        "there are " + there + " connections from " + network + " already", limits.handshake());
            }
        }
        open.put(new Ends(here, from), new Open(channel, network, Optional.empty()));
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(network -> network.contains(address));
    }

    /**
     * A connection begins its handshake; its time begins here.
     *
     * @param isOver whether that is over; asked by another thread
     */
    public synchronized void greets(Ends ends, BooleanSupplier isOver) {
        Handshake begun = new Handshake(clock.instant(), isOver);
        open.computeIfPresent(ends, (_, each) -> each.greeting(begun));
    }

    /**
     * Takes out those whose handshake takes longer than it may, and was not over whenever this was called: so it is to be called several
     * times as long as a handshake may take.
     *
     * @return open ones, which have to be closed
     */
    public synchronized List<Channel> takeLate() {
        Instant before = clock.instant().minus(limits.handshake());
        List<Channel> late = new ArrayList<>();
        open.values().removeIf(each -> !each.channel().isOpen());
        open.replaceAll((_, each) -> each.looked());
        open.values().removeIf(each -> each.isLate(before) && late.add(each.channel()));
        return late;
    }

    synchronized int size() {
        return open.size();
    }
}
