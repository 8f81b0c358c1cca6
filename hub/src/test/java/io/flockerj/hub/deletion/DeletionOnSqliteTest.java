package io.flockerj.hub.deletion;

import io.flockerj.hub.database.OnDatabase;

class DeletionOnSqliteTest extends DeletionContract {
    DeletionOnSqliteTest() {
        super(new OnDatabase.Sqlite());
    }
}
