package io.flockerj.cli.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A server on the network, as URLs name it.
 *
 * @param isSecure whether it is talked to over TLS; a server that is not is on this host
 * @param host its name or address, without brackets
 */
public record Origin(boolean isSecure, String host, int port) {
    private static final String SECURE = "https";
    private static final String PLAIN = "http";
    private static final int SECURE_PORT = 443;
    private static final int PLAIN_PORT = 80;
    private static final int HIGHEST_PORT = 65_535;

    /**
     * Reads {@code https://HOST[:PORT]}, and {@code http://} of this host itself. What stands behind it is left out.
     *
     * @throws IllegalArgumentException saying what is wrong and what to write
     */
    public static Origin of(String url) {
        URI uri = uri(url);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        boolean isSecure = scheme.equals(SECURE);
        if (uri.getHost() == null || !(isSecure || scheme.equals(PLAIN))) {
            throw new IllegalArgumentException("'" + url + "' is no address of a hub: write https://HOST[:PORT]");
        }
        String host = uri.getHost().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        if (!isSecure && !isThisHost(host)) {
            throw new IllegalArgumentException("passwords and tokens go over TLS only: write https://" + host
                    + "; http:// is for 127.0.0.1, [::1] and localhost");
        }
        int port = uri.getPort() < 0 ? usualPort(isSecure) : uri.getPort();
        if (port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("'" + url + "' has no port from 1 to " + HIGHEST_PORT);
        }
        return new Origin(isSecure, host, port);
    }

    private static URI uri(String url) {
        if (url.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "credentials have no place in a URL, which others can see: leave out what stands before the '@'");
        }
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + url + "' is no address of a hub (" + e.getReason() + "): write https://HOST[:PORT]");
        }
    }

    private static boolean isThisHost(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    private static int usualPort(boolean isSecure) {
        return isSecure ? SECURE_PORT : PLAIN_PORT;
    }

    /** Host and port, as a request names them. */
    String authority() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == usualPort(isSecure) ? name : name + ":" + port;
    }

    /** The shortest URL of it. */
    @Override
    public String toString() {
        return (isSecure ? SECURE : PLAIN) + "://" + authority();
    }
}
