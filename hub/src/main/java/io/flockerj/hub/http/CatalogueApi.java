package io.flockerj.hub.http;

import io.flockerj.hub.catalogue.Catalogue;
import io.flockerj.hub.catalogue.Trees;
import io.flockerj.hub.guard.ReadGate;
import java.util.List;

/** What was pushed, shown as whole versions. */
public record CatalogueApi(ReadGate gate, Catalogue catalogue, Trees trees) implements Api {
    @Override
    public List<Mount> mounts(Callers callers, Storehouses storehouses) {
        return List.of(new Mount("/api/v1/volumesets", new CatalogueRoutes(callers, gate, catalogue, trees)));
    }
}
