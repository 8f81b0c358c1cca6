package io.flockerj.hub.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseLocationTest {
    @Test
    void anAddressOfPostgresIsRead() {
        assertThat(DatabaseLocation.parse(
                        "postgresql://hub@db.example:6432/hub?sslmode=verify-full", Optional.of("secret")))
                .isEqualTo(new DatabaseLocation.PostgresServer(
                        "jdbc:postgresql://db.example:6432/hub?sslmode=verify-full",
                        Optional.of("hub"),
                        Optional.of("secret")))
                .asString()
                .isEqualTo("PostgresServer[postgresql://db.example:6432/hub]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hub", "mysql://host/hub", "postgresql://host", "postgresql:///hub", "postgresql://host/ a"})
    void whatIsNoAddressIsRefused(String address) {
        assertThatIllegalArgumentException().isThrownBy(() -> DatabaseLocation.parse(address, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgresql://hub:swordfish@host/hub", "postgresql://hub@host/hub?password=swordfish"})
    void aPasswordInAnAddressIsRefusedAndNotRepeated(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DatabaseLocation.parse(address, Optional.empty()))
                .withMessageContaining("FLOCKERHUB_DATABASE_PASSWORD")
                .withMessageNotContaining("swordfish");
    }
}
