package io.flockerj.hub.people;

import io.flockerj.hub.database.OnDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

@Tag("root")
class PeopleOnPostgresTest {
    @Nested
    class AccountsTest extends AccountsContract {
        AccountsTest() {
            super(new OnDatabase.Postgres());
        }
    }

    @Nested
    class TokensTest extends TokensContract {
        TokensTest() {
            super(new OnDatabase.Postgres());
        }
    }

    @Nested
    class RightsTest extends RightsContract {
        RightsTest() {
            super(new OnDatabase.Postgres());
        }
    }
}
