package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.http.api.TestingHub.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Teams. */
class TeamsOverHttpTest {
    @TempDir
    private Path directory;

    private TestingHub hub;
    private String boss = "";

    @BeforeEach
    void start() throws Exception {
        hub = new TestingHub(directory);
        boss = hub.administrator("boss");
        addTeam();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private String anna = "";
    private String bert = "";

    private void addTeam() throws Exception {
        anna = hub.user("anna");
        bert = hub.user("bert");
        assertThat(hub.post(boss, "/teams", "{'name': 'crew', 'admin': 'anna'}").status())
                .isEqualTo(201);
    }

    @Test
    void adminsOfATeamManageItsMembers() throws Exception {
        assertThat(hub.get(bert, "/teams/crew").code()).isEqualTo("no-such-team");
        Answer member = hub.put(anna, "/teams/crew/members/bert", "{'role': 'push'}");
        assertThat(member.json().get("role").asText()).isEqualTo("push");
        assertThat(hub.get(bert, "/teams").each("teams", "name")).containsExactly("crew");
        assertThat(hub.get(bert, "/teams/crew/members").each("members", "account"))
                .containsExactly("anna", "bert");
        assertThat(hub.get(bert, "/teams/crew/members?limit=1")
                        .json()
                        .get("next")
                        .asText())
                .isEqualTo("anna");
        assertThat(hub.put(bert, "/teams/crew/members/bert", "{'role': 'admin'}")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.delete(bert, "/teams/crew/members/anna").code()).isEqualTo("not-allowed");
        assertThat(hub.delete(bert, "/teams/crew/members/bert").status()).isEqualTo(204);
        assertThat(hub.delete(anna, "/teams/crew/members/anna").code()).isEqualTo("conflict");
        assertThat(hub.get(anna, "/me").json().get("teams").get(0).get("role").asText())
                .isEqualTo("admin");
    }

    @Test
    void whoManagesAccountsGetsNoRightsByATeam() throws Exception {
        assertThat(hub.get(boss, "/teams/crew").status()).isEqualTo(200);
        assertThat(hub.put(boss, "/teams/crew/members/boss", "{'role': 'admin'}")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.patch(boss, "/teams/crew", "{'usualVisibility': 'public'}")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.patch(boss, "/teams/crew", "{'disabled': true}").status())
                .isEqualTo(200);
        assertThat(hub.patch(anna, "/teams/crew", "{'disabled': false}").code()).isEqualTo("not-allowed");
    }

    @Test
    void aTeamIsRemovedWhenItOwnsNothing() throws Exception {
        hub.volumeset("crew", "db", "anna");
        assertThat(hub.delete(anna, "/teams/crew").code()).isEqualTo("conflict");
        assertThat(hub.delete(bert, "/teams/crew").code()).isEqualTo("no-such-team");
        hub.delete(anna, "/volumesets/crew/db");
        assertThat(hub.delete(boss, "/teams/crew").code()).isEqualTo("conflict");
        assertThat(hub.post(boss, "/teams", "{'name': 'empty'}").status()).isEqualTo(201);
        assertThat(hub.delete(boss, "/teams/empty").status()).isEqualTo(204);
    }

    @Test
    void theFirstAdminOfATeamHasToBeAUser() throws Exception {
        assertThat(hub.post(boss, "/teams", "{'name': 'other', 'admin': 'crew'}")
                        .field())
                .isEqualTo("member");
        assertThat(hub.post(boss, "/teams", "{'name': 'other', 'admin': 'nobody-there'}")
                        .field())
                .isEqualTo("admin");
        assertThat(hub.put(anna, "/teams/crew/members/nobody-there", "{'role': 'read'}")
                        .code())
                .isEqualTo("no-such-account");
        assertThat(hub.put(anna, "/teams/crew/members/bert", "{'role': 'owner'}")
                        .field())
                .isEqualTo("role");
    }
}
