package io.flockerj.hub.http.api;

import io.flockerj.hub.guard.Deletion;
import io.flockerj.hub.http.Api;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.http.Mount;
import io.flockerj.hub.http.Storehouses;
import io.flockerj.hub.people.desk.Desk;
import java.util.List;

/** The API for people and administration, as docs/hub-api.yaml describes it. */
public final class PeopleApi implements Api {
    private static final String ROOT = "/api/v1/";

    private final Desk desk;
    private final Deletion deletion;
    private final String version;

    /** @param version of the program */
    public PeopleApi(Desk desk, Deletion deletion, String version) {
        this.desk = desk;
        this.deletion = deletion;
        this.version = version;
    }

    @Override
    public List<Mount> mounts(Callers callers, Storehouses storehouses) {
        return List.of(
                new Mount(ROOT + "version", new VersionRoutes(version, callers)),
                new Mount(ROOT + "session", new SessionRoutes(desk.signIn(), callers)),
                new Mount(ROOT + "me", new MeRoutes(desk, callers)),
                new Mount(ROOT + "users", new UserRoutes(desk, callers)),
                new Mount(ROOT + "services", new ServiceRoutes(desk, callers)),
                new Mount(ROOT + "teams", new TeamRoutes(desk.teams(), callers)),
                new Mount(ROOT + "tokens", new TokenRoutes(desk, callers)),
                new Mount(ROOT + "volumesets", new VolumesetRoutes(desk.volumesets(), deletion, storehouses, callers)),
                new Mount(ROOT + "volumesets", AccessRoutes.ofVolumesets(desk.rights(), callers)),
                new Mount(ROOT + "volumesets", ProtectionRoutes.ofVolumesets(desk.protections(), callers)),
                new Mount(ROOT + "owners", AccessRoutes.ofOwners(desk.rights(), callers)),
                new Mount(ROOT + "owners", ProtectionRoutes.ofOwners(desk.protections(), callers)),
                new Mount(ROOT + "audit", new AuditRoutes(desk.audit(), callers)));
    }
}
