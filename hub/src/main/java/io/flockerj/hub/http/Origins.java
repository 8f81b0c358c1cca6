package io.flockerj.hub.http;

import io.flockerj.hub.limit.Network;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where requests come from. Of a proxy that is trusted its word is taken, for the last one in the line that is none of the trusted; of
 * anybody else it is not even looked at, for everybody can write such headers.
 */
record Origins(List<Network> proxies) {
    /** A line is not looked at any further back. */
    private static final int LONGEST_LINE = 32;

    /** RFC 7239, section 4; of its parameters only this one. */
    private static final Pattern FOR = Pattern.compile("(?i)(?:^|;)\\s*for=\"?([^\";,]+)\"?");
    /** An address of IPv4 with a port, or one of IPv6 in brackets, with a port or not. */
    private static final Pattern PORT = Pattern.compile("\\[([^\\]]+)](?::\\d+)?|([0-9.]+):\\d+");

    Origins {
        proxies = List.copyOf(proxies);
    }

    /** In digits: nobody is asked for a name. */
    String of(String peer, ServerRequestHeaders headers) {
        if (!isTrusted(peer)) {
            return peer;
        }
        List<String> line = line(headers);
        String origin = peer;
        for (int back = 1; back <= Math.min(line.size(), LONGEST_LINE); back++) {
            Optional<InetAddress> before = address(line.get(line.size() - back));
            if (before.isEmpty()) {
                return origin; // "unknown", or nonsense
            }
            origin = before.get().getHostAddress();
            if (!isTrusted(origin)) {
                return origin;
            }
        }
        return origin;
    }

    private boolean isTrusted(String address) {
        Optional<InetAddress> parsed = address(address);
        return parsed.isPresent() && proxies.stream().anyMatch(network -> network.contains(parsed.get()));
    }

    /** The newer header counts only where the older, which nearly all proxies write, is not there. */
    private static List<String> line(ServerRequestHeaders headers) {
        List<String> line = new ArrayList<>();
        if (headers.contains(HeaderNames.X_FORWARDED_FOR)) {
            for (String value : headers.get(HeaderNames.X_FORWARDED_FOR).allValues()) {
                line.addAll(List.of(value.split(",", -1)));
            }
            return line;
        }
        if (headers.contains(HeaderNames.FORWARDED)) {
            for (String value : headers.get(HeaderNames.FORWARDED).allValues()) {
                for (String element : value.split(",", -1)) {
                    Matcher matcher = FOR.matcher(element);
                    line.add(matcher.find() ? matcher.group(1) : "");
                }
            }
        }
        return line;
    }

    private static Optional<InetAddress> address(String text) {
        String stripped = text.strip();
        Matcher port = PORT.matcher(stripped);
        if (port.matches()) {
            stripped = port.group(1) == null ? port.group(2) : port.group(1);
        }
        try {
            return Optional.of(InetAddress.ofLiteral(stripped));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
