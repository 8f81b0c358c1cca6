package io.flockerj.hub.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("root")
class PostgresTest extends DatabaseContract {
    PostgresTest() {
        super(new OnDatabase.Postgres());
    }

    @Test
    void aWrongPasswordIsToldAndNotRepeated() {
        DatabaseLocation.PostgresServer right = (DatabaseLocation.PostgresServer) on.location();
        DatabaseLocation wrong =
                new DatabaseLocation.PostgresServer(right.jdbcUrl(), right.user(), Optional.of("swordfish"));
        assertThatThrownBy(() -> Database.open(wrong))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("password authentication failed")
                .hasMessageNotContaining("swordfish");
        assertThat(wrong.toString()).doesNotContain("swordfish");
    }
}
