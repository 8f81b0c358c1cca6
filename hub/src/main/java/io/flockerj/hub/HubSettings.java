package io.flockerj.hub;

import io.flockerj.hub.http.ServerSettings.TlsFiles;
import io.flockerj.hub.limit.Limits;
import io.flockerj.hub.limit.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a hub is run.
 *
 * @param host a name or an address of this host on which it listens; empty for all
 * @param port 0 for any that is free
 * @param tls empty if something in front of the hub ends TLS
 * @param data a directory of this hub alone
 * @param proxies whose word is taken for where a request comes from
 */
public record HubSettings(
        String host, int port, Optional<TlsFiles> tls, Path data, Limits limits, List<Network> proxies) {
    /** Where it usually listens. */
    public static final int USUAL_PORT = 8443;

    private static final int GREATEST_PORT = 65_535;

    public HubSettings {
        proxies = List.copyOf(proxies);
        if (port < 0 || port > GREATEST_PORT) {
            throw new IllegalArgumentException("a port is a number from 1 to " + GREATEST_PORT + ", not " + port);
        }
    }

    /** With the usual limits, and no proxy. */
    public HubSettings(String host, int port, Optional<TlsFiles> tls, Path data) {
        this(host, port, tls, data, Limits.USUAL, List.of());
    }

    /** Where the storage is, unless it is in a bucket. */
    public Path storage() {
        return data.resolve("storage");
    }

    /** Where bodies wait until they are whole: on the file system of the storage. */
    public Path spool() {
        return data.resolve("spool");
    }

    /** What is remembered of packs; it may be deleted while no hub runs. */
    public Path index() {
        return data.resolve("index");
    }
}
