package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.http.api.TestingHub.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rights and protections. */
class RightsOverHttpTest {
    @TempDir
    private Path directory;

    private TestingHub hub;
    private String boss = "";

    @BeforeEach
    void start() throws Exception {
        hub = new TestingHub(directory);
        boss = hub.administrator("boss");
        addVolumeset();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private String anna = "";
    private String bert = "";

    private void addVolumeset() throws Exception {
        anna = hub.user("anna");
        bert = hub.user("bert");
        hub.volumeset("anna", "db", "anna");
    }

    @Test
    void rightsAreGivenListedAndTaken() throws Exception {
        Answer given = hub.put(anna, "/volumesets/anna/db/access/bert", "{'right': 'push'}");
        assertThat(given.json().get("by").asText()).isEqualTo("anna");
        hub.put(anna, "/volumesets/anna/db/access/boss", "{'right': 'read'}");
        Answer page = hub.get(anna, "/volumesets/anna/db/access?limit=1");
        assertThat(page.each("access", "account")).containsExactly("bert");
        assertThat(hub.get(
                                anna,
                                "/volumesets/anna/db/access?after="
                                        + page.json().get("next").asText())
                        .each("access", "account"))
                .containsExactly("boss");
        assertThat(hub.delete(anna, "/volumesets/anna/db/access/bert").status()).isEqualTo(204);
        assertThat(hub.delete(anna, "/volumesets/anna/db/access/bert").status()).isEqualTo(404);
        assertThat(hub.get(bert, "/volumesets/anna/db").status()).isEqualTo(404);
    }

    @Test
    void whoHasAdminGivesRightsAndWhoHasLessDoesNot() throws Exception {
        hub.put(anna, "/volumesets/anna/db/access/bert", "{'right': 'publish'}");
        assertThat(hub.put(bert, "/volumesets/anna/db/access/boss", "{'right': 'read'}")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.put(bert, "/volumesets/anna/db/access/bert", "{'right': 'admin'}")
                        .code())
                .isEqualTo("not-allowed");
        hub.put(anna, "/volumesets/anna/db/access/bert", "{'right': 'admin'}");
        assertThat(hub.put(bert, "/volumesets/anna/db/access/boss", "{'right': 'read'}")
                        .status())
                .isEqualTo(200);
        assertThat(hub.put(bert, "/owners/anna/access/bert", "{'right': 'admin'}")
                        .code())
                .isEqualTo("not-allowed");
    }

    @Test
    void whatCannotBeGivenIsRefused() throws Exception {
        assertThat(hub.put(anna, "/volumesets/anna/db/access/anna", "{'right': 'read'}")
                        .field())
                .isEqualTo("account");
        assertThat(hub.put(anna, "/volumesets/anna/db/access/nobody-there", "{'right': 'read'}")
                        .code())
                .isEqualTo("no-such-account");
        assertThat(hub.put(anna, "/volumesets/anna/db/access/bert", "{'right': 'all'}")
                        .field())
                .isEqualTo("right");
        hub.post(boss, "/services", "{'name': 'robot', 'owner': 'anna'}");
        assertThat(hub.put(anna, "/volumesets/anna/db/access/robot", "{'right': 'admin'}")
                        .field())
                .isEqualTo("right");
    }

    @Test
    void rightsToAllOfAnOwnerAreGivenByThatOwner() throws Exception {
        assertThat(hub.put(boss, "/owners/anna/access/boss", "{'right': 'read'}")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.put(bert, "/owners/nobody-there/access/bert", "{'right': 'read'}")
                        .code())
                .isEqualTo("no-such-owner");
        assertThat(hub.put(anna, "/owners/anna/access/bert", "{'right': 'admin'}")
                        .status())
                .isEqualTo(200);
        hub.volumeset("anna", "web", "anna");
        assertThat(hub.get(bert, "/volumesets/anna/web").json().get("right").asText())
                .isEqualTo("admin");
        assertThat(hub.get(bert, "/owners/anna/access").each("access", "account"))
                .containsExactly("bert");
        assertThat(hub.delete(bert, "/owners/anna/access/bert").status()).isEqualTo(204);
        assertThat(hub.get(bert, "/owners/anna/access").code()).isEqualTo("not-allowed");
    }

    @Test
    void aTokenGivesRightsWithinItsScopeOnly() throws Exception {
        String one = token("db", "anna/db", "admin");
        String all = token("all", "anna/*", "admin");
        String few = token("few", "anna/*", "publish");
        assertThat(hub.put(one, "/volumesets/anna/db/access/bert", "{'right': 'read'}")
                        .status())
                .isEqualTo(200);
        assertThat(hub.put(one, "/owners/anna/access/bert", "{'right': 'read'}").code())
                .isEqualTo("not-allowed");
        assertThat(hub.put(few, "/owners/anna/access/bert", "{'right': 'read'}").code())
                .isEqualTo("not-allowed");
        assertThat(hub.put(few, "/volumesets/anna/db/access/bert", "{'right': 'read'}")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.put(all, "/owners/anna/access/bert", "{'right': 'read'}").status())
                .isEqualTo(200);
    }

    private String token(String name, String volumesets, String right) throws Exception {
        String wish = "{'name': '%s', 'volumesets': ['%s'], 'right': '%s'}".formatted(name, volumesets, right);
        return hub.post(anna, "/tokens", wish).json().get("secret").asText();
    }

    @Test
    void branchesAreProtectedAndTagsMadeImmutable() throws Exception {
        hub.put(anna, "/volumesets/anna/db/access/bert", "{'right': 'push'}");
        Answer put = hub.put(anna, "/volumesets/anna/db/protections/branches/release-%2A", "");
        assertThat(put.json().get("pattern").asText()).isEqualTo("release-*");
        assertThat(put.json().get("place").asText()).isEqualTo("anna/db");
        assertThat(hub.put(anna, "/owners/anna/protections/tags/v*", "").status())
                .isEqualTo(200);

        Answer all = hub.get(bert, "/volumesets/anna/db/protections");
        assertThat(all.each("protections", "kind")).containsExactly("branches", "tags");
        assertThat(all.each("protections", "place")).containsExactly("anna/db", "anna/*");
        assertThat(hub.get(anna, "/owners/anna/protections").each("protections", "pattern"))
                .containsExactly("v*");
        assertThat(hub.get(bert, "/owners/anna/protections").code()).isEqualTo("not-allowed");

        assertThat(hub.delete(bert, "/volumesets/anna/db/protections/branches/release-*")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.delete(anna, "/volumesets/anna/db/protections/tags/v*").status())
                .isEqualTo(404);
        assertThat(hub.delete(anna, "/volumesets/anna/db/protections/branches/release-*")
                        .status())
                .isEqualTo(204);
        assertThat(hub.delete(anna, "/owners/anna/protections/tags/v*").status())
                .isEqualTo(204);
        assertThat(hub.get(bert, "/volumesets/anna/db/protections").each("protections", "kind"))
                .isEmpty();
        assertThat(hub.put(anna, "/volumesets/anna/db/protections/branches/-x", "")
                        .field())
                .isEqualTo("pattern");
        assertThat(hub.put(anna, "/volumesets/anna/db/protections/heads/x", "").status())
                .isEqualTo(404);
    }
}
