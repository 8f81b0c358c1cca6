package io.flockerj.hub.command;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a hub listens: {@code HOST:PORT}, or {@code :PORT} for all addresses of this host; an address of IPv6 in brackets.
 *
 * @param host empty for all
 */
record ListenAddress(String host, int port) {
    private static final Pattern WRITTEN = Pattern.compile("(?:\\[([0-9a-fA-F:.%a-z]+)]|([A-Za-z0-9_.-]*)):(\\d{1,5})");
    private static final int GREATEST_PORT = 65_535;

    /** @param option that it was given by */
    static ListenAddress parse(String option, String text) throws CommandException {
        Matcher matcher = WRITTEN.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > GREATEST_PORT) {
            throw new CommandException(option + ": '" + text + "' is not HOST:PORT, :PORT or [ADDRESS]:PORT");
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return new ListenAddress(host, Integer.parseInt(matcher.group(3)));
    }

    /** Whether only programs of this host reach it. */
    boolean isLocal() throws UnknownHostException {
        return !host.isEmpty() && InetAddress.getByName(host).isLoopbackAddress();
    }

    String withPort(int actual) {
        String shown = host.isEmpty() ? "0.0.0.0" : host;
        return (shown.contains(":") ? "[" + shown + "]" : shown) + ":" + actual;
    }
}
