package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.http.api.TestingHub.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens. */
class TokensOverHttpTest {
    @TempDir
    private Path directory;

    private TestingHub hub;
    private String boss = "";

    @BeforeEach
    void start() throws Exception {
        hub = new TestingHub(directory);
        boss = hub.administrator("boss");
        addUser();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static final String WISH =
            "{'name': 'ci', 'volumesets': ['anna/*', 'crew/web-*'], 'right': 'push', 'expires': '2026-12-01T00:00:00Z'}";

    private String anna = "";

    private void addUser() throws Exception {
        anna = hub.user("anna");
    }

    @Test
    void aTokenIsShownOnceAndUsedUntilItIsRevoked() throws Exception {
        Answer made = hub.post(anna, "/tokens", WISH);
        assertThat(made.status()).isEqualTo(201);
        String secret = made.json().get("secret").asText();
        assertThat(secret).matches("flkt_[0-9a-f]{72}");
        assertThat(hub.get(secret, "/me")
                        .json()
                        .get("scope")
                        .get("volumesets")
                        .get(1)
                        .asText())
                .isEqualTo("crew/web-*");
        Answer listed = hub.get(anna, "/tokens");
        assertThat(listed.each("tokens", "name")).containsExactly("ci");
        assertThat(listed.text()).doesNotContain(secret).contains("lastUsed");
        String id = made.json().get("token").get("id").asText();
        assertThat(hub.delete(hub.user("bert"), "/tokens/" + id).code()).isEqualTo("no-such-token");
        assertThat(hub.delete(anna, "/tokens/" + id).status()).isEqualTo(204);
        assertThat(hub.delete(anna, "/tokens/" + id).code()).isEqualTo("no-such-token");
        assertThat(hub.get(secret, "/me").code()).isEqualTo("revoked-token");
    }

    @Test
    void tokensComePageByPage() throws Exception {
        for (String name : new String[] {"b", "C", "a"}) {
            hub.post(anna, "/tokens", "{'name': '" + name + "', 'volumesets': ['*/*'], 'right': 'read'}");
        }
        Answer first = hub.get(anna, "/tokens?limit=2");
        assertThat(first.each("tokens", "name")).containsExactly("C", "a");
        assertThat(hub.get(
                                anna,
                                "/tokens?limit=2&after="
                                        + first.json().get("next").asText())
                        .each("tokens", "name"))
                .containsExactly("b");
    }

    @Test
    void anAdministratorSeesAndRevokesTheTokensOfOthers() throws Exception {
        String id =
                hub.post(anna, "/tokens", WISH).json().get("token").get("id").asText();
        assertThat(hub.get(boss, "/users/anna/tokens").each("tokens", "id")).containsExactly(id);
        assertThat(hub.delete(boss, "/users/anna/tokens/" + id).status()).isEqualTo(204);
        assertThat(hub.get(anna, "/tokens").each("tokens", "id")).isEmpty();
    }

    @Test
    void aTokenThatCannotBeIsRefusedByTheNameOfTheField() throws Exception {
        assertThat(hub.post(anna, "/tokens", WISH.replace("anna/*", "anna")).field())
                .isEqualTo("volumesets");
        assertThat(hub.post(anna, "/tokens", WISH.replace("['anna/*', 'crew/web-*']", "[]"))
                        .field())
                .isEqualTo("volumesets");
        assertThat(hub.post(anna, "/tokens", WISH.replace("['anna/*', 'crew/web-*']", "[[7]]"))
                        .field())
                .isEqualTo("volumesets");
        assertThat(hub.post(anna, "/tokens", WISH.replace("push", "owner")).field())
                .isEqualTo("right");
        assertThat(hub.post(anna, "/tokens", WISH.replace("2026", "2025")).field())
                .isEqualTo("expires");
        assertThat(hub.post(anna, "/tokens", WISH.replace("2026", "9999")).field())
                .isEqualTo("expires");
        assertThat(hub.post(anna, "/tokens", WISH.replace("'ci'", "'-'")).field())
                .isEqualTo("name");
        assertThat(hub.get(anna, "/tokens").each("tokens", "id")).isEmpty();
    }
}
