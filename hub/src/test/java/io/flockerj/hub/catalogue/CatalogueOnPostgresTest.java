package io.flockerj.hub.catalogue;

import io.flockerj.hub.database.OnDatabase;
import org.junit.jupiter.api.Tag;

@Tag("root")
class CatalogueOnPostgresTest extends CatalogueContract {
    CatalogueOnPostgresTest() {
        super(new OnDatabase.Postgres());
    }
}
