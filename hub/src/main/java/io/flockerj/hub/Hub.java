package io.flockerj.hub;

import io.flockerj.hub.access.Admission;
import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.guard.GuardedBackend;
import io.flockerj.hub.guard.Recording;
import io.flockerj.hub.http.HubServer;
import io.flockerj.hub.http.Meters;
import io.flockerj.hub.http.Pace;
import io.flockerj.hub.http.Readiness;
import io.flockerj.hub.http.ServerSettings;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Supplier;

/** A hub at work: requests come in by HTTP, are decided by the guard, and go on to the storage. */
public final class Hub implements AutoCloseable {
    private final HubServer server;

    private Hub(HubServer server) {
        this.server = server;
    }

    /**
     * What a hub is made of.
     *
     * @param storage where the remotes of all owners lie, in the folder {@code owners}
     * @param ids that never come twice
     */
    public record Parts(
            StreamingBackend storage,
            Admission admission,
            Authentication authentication,
            Recording recording,
            Readiness readiness,
            InstantSource clock,
            Supplier<Id> ids) {}

    /** As the other, and measures nothing. */
    public static Hub start(HubSettings settings, Parts parts) throws IOException {
        return start(settings, parts, Meters.NONE);
    }

    /**
     * Starts a hub, which listens when this returns.
     *
     * @throws IOException saying what of its settings cannot be used
     */
    public static Hub start(HubSettings settings, Parts parts, Meters meters) throws IOException {
        ServerSettings server = new ServerSettings(
                settings.host(),
                settings.port(),
                settings.tls(),
                settings.spool(),
                settings.limits(),
                Pace.USUAL,
                settings.proxies());
        return new Hub(HubServer.start(
                server,
                (caller, owner) -> new GuardedBackend(
                        parts.storage(), parts.admission(), parts.recording(), caller, owner, parts.ids()),
                parts.authentication(),
                parts.readiness(),
                parts.clock(),
                parts.ids(),
                meters));
    }

    /** On which port it listens. */
    public int port() {
        return server.port();
    }

    /** Takes no more requests, and waits a while for those that are going on. */
    @Override
    public void close() {
        server.close();
    }
}
