package io.flockerj.hub.http;

import io.flockerj.hub.limit.Limits;
import io.flockerj.hub.limit.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where and how a hub listens.
 *
 * @param host a name or an address of this host; empty for all
 * @param port 0 for any that is free
 * @param tls empty if something in front of the hub ends TLS
 * @param spool a directory of its own, for bodies that are coming; best on the file system of the storage
 * @param proxies whose word is taken for where a request comes from
 */
public record ServerSettings(
        String host, int port, Optional<TlsFiles> tls, Path spool, Limits limits, Pace pace, List<Network> proxies) {
    public ServerSettings {
        proxies = List.copyOf(proxies);
    }

    /** With the usual limits and pace, and no proxy. */
    public ServerSettings(String host, int port, Optional<TlsFiles> tls, Path spool) {
        this(host, port, tls, spool, Limits.USUAL, Pace.USUAL, List.of());
    }

    /**
     * Files in PEM, which may be replaced while the hub runs.
     *
     * @param certificate the hub's, then those that lead to its authority
     * @param key its private key, in PKCS#8, without a passphrase
     */
    public record TlsFiles(Path certificate, Path key) {}
}
