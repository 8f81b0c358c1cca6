package io.flockerj.hub.deletion;

import io.flockerj.hub.database.OnDatabase;
import org.junit.jupiter.api.Tag;

@Tag("root")
class DeletionOnPostgresTest extends DeletionContract {
    DeletionOnPostgresTest() {
        super(new OnDatabase.Postgres());
    }
}
