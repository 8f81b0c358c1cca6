package io.flockerj.hub;

import io.flockerj.hub.access.Admission;
import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.catalogue.Catalogue;
import io.flockerj.hub.catalogue.CataloguedStorehouse;
import io.flockerj.hub.catalogue.Indexes;
import io.flockerj.hub.catalogue.Stored;
import io.flockerj.hub.catalogue.Trees;
import io.flockerj.hub.guard.GuardedBackend;
import io.flockerj.hub.guard.ReadGate;
import io.flockerj.hub.guard.Recording;
import io.flockerj.hub.guard.Storehouse;
import io.flockerj.hub.http.Api;
import io.flockerj.hub.http.CatalogueApi;
import io.flockerj.hub.http.HubServer;
import io.flockerj.hub.http.Meters;
import io.flockerj.hub.http.Pace;
import io.flockerj.hub.http.Readiness;
import io.flockerj.hub.http.ServerSettings;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A hub at work: requests come in by HTTP, are decided by the guard, and go on to the storage. */
public final class Hub implements AutoCloseable {
    private final HubServer server;
    private final Indexes indexes;

    private Hub(HubServer server, Indexes indexes) {
        this.server = server;
        this.indexes = indexes;
    }

    /**
     * What a hub is made of.
     *
     * @param storage where the remotes of all owners lie, in the folder {@code owners}
     * @param catalogue shows what was pushed; empty for a hub that only stores it
     * @param ids that never come twice
     * @param apis what it answers beside the objects of owners
     */
    public record Parts(
            StreamingBackend storage,
            Optional<Catalogue> catalogue,
            Admission admission,
            Authentication authentication,
            Recording recording,
            Readiness readiness,
            InstantSource clock,
            Supplier<Id> ids,
            List<Api> apis) {
        public Parts {
            apis = List.copyOf(apis);
        }

        /** Without more to answer. */
        public Parts(
                StreamingBackend storage,
                Optional<Catalogue> catalogue,
                Admission admission,
                Authentication authentication,
                Recording recording,
                Readiness readiness,
                InstantSource clock,
                Supplier<Id> ids) {
            this(storage, catalogue, admission, authentication, recording, readiness, clock, ids, List.of());
        }
    }

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
        Indexes indexes = Indexes.open(settings.index(), parts.clock());
        HubServer started = HubServer.start(
                server,
                (caller, owner) -> storehouse(parts, caller, owner),
                parts.authentication(),
                parts.readiness(),
                parts.clock(),
                parts.ids(),
                apis(parts, indexes),
                meters);
        return new Hub(started, indexes);
    }

    private static List<Api> apis(Parts parts, Indexes indexes) {
        List<Api> apis = new ArrayList<>(parts.apis());
        parts.catalogue()
                .ifPresent(catalogue -> apis.add(new CatalogueApi(
                        new ReadGate(parts.storage(), parts.admission(), parts.recording()),
                        catalogue,
                        new Trees(indexes, parts.clock()))));
        return apis;
    }

    private static Storehouse storehouse(Parts parts, Caller caller, OwnerName owner) {
        Storehouse guarded =
                new GuardedBackend(parts.storage(), parts.admission(), parts.recording(), caller, owner, parts.ids());
        return parts.catalogue()
                .<Storehouse>map(catalogue -> new CataloguedStorehouse(
                        guarded,
                        (volumeset, name) -> catalogue.moved(
                                ReadGate.remote(parts.storage(), owner), new Stored(owner, volumeset), name)))
                .orElse(guarded);
    }

    /** On which port it listens. */
    public int port() {
        return server.port();
    }

    /** Takes no more requests, and waits a while for those that are going on. */
    @Override
    public void close() {
        server.close();
        indexes.close();
    }
}
