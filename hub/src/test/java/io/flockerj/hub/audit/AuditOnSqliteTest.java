package io.flockerj.hub.audit;

import io.flockerj.hub.database.OnDatabase;

class AuditOnSqliteTest extends AuditContract {
    AuditOnSqliteTest() {
        super(new OnDatabase.Sqlite());
    }
}
