package io.flockerj.hub.catalogue;

import io.flockerj.hub.database.OnDatabase;

class CatalogueOnSqliteTest extends CatalogueContract {
    CatalogueOnSqliteTest() {
        super(new OnDatabase.Sqlite());
    }
}
