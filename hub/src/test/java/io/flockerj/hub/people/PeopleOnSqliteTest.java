package io.flockerj.hub.people;

import io.flockerj.hub.database.OnDatabase;
import org.junit.jupiter.api.Nested;

class PeopleOnSqliteTest {
    @Nested
    class AccountsTest extends AccountsContract {
        AccountsTest() {
            super(new OnDatabase.Sqlite());
        }
    }

    @Nested
    class TokensTest extends TokensContract {
        TokensTest() {
            super(new OnDatabase.Sqlite());
        }
    }

    @Nested
    class RightsTest extends RightsContract {
        RightsTest() {
            super(new OnDatabase.Sqlite());
        }
    }
}
