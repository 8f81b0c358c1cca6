package io.flockerj.hub.audit;

import io.flockerj.hub.database.OnDatabase;
import org.junit.jupiter.api.Tag;

@Tag("root")
class AuditOnPostgresTest extends AuditContract {
    AuditOnPostgresTest() {
        super(new OnDatabase.Postgres());
    }
}
