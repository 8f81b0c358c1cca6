package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.http.api.TestingHub.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users and service accounts. */
class UsersOverHttpTest {
    @TempDir
    private Path directory;

    private TestingHub hub;
    private String boss = "";

    @BeforeEach
    void start() throws Exception {
        hub = new TestingHub(directory);
        boss = hub.administrator("boss");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void anAdministratorAddsChangesAndRemovesUsers() throws Exception {
        Answer added = hub.post(boss, "/users", "{'name': 'anna', 'displayName': 'Anna'}");
        assertThat(added.status()).isEqualTo(201);
        assertThat(added.json().get("administrator").asBoolean()).isFalse();
        Answer changed = hub.patch(boss, "/users/anna", "{'displayName': 'Anne', 'disabled': true}");
        assertThat(changed.json().get("displayName").asText()).isEqualTo("Anne");
        assertThat(changed.json().get("disabled").asText()).isEqualTo("2026-11-03T23:32:00.500Z");
        assertThat(hub.get(boss, "/users/anna").text()).isEqualTo(changed.text());
        assertThat(hub.delete(boss, "/users/anna").status()).isEqualTo(204);
        assertThat(hub.get(boss, "/users/anna").code()).isEqualTo("no-such-user");
        assertThat(hub.post(boss, "/users", "{'name': 'anna'}").code()).isEqualTo("conflict");
    }

    @Test
    void usersComePageByPage() throws Exception {
        for (String name : new String[] {"d", "b", "a", "c"}) {
            hub.user(name);
        }
        Answer first = hub.get(boss, "/users?limit=2");
        assertThat(first.each("users", "name")).containsExactly("a", "b");
        Answer second =
                hub.get(boss, "/users?limit=2&after=" + first.json().get("next").asText());
        assertThat(second.each("users", "name")).containsExactly("boss", "c");
        Answer last = hub.get(
                boss, "/users?limit=2&after=" + second.json().get("next").asText());
        assertThat(last.each("users", "name")).containsExactly("d");
        assertThat(last.json().has("next")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GET    | /users               |
            GET    | /users/bert          |
            GET    | /users/nobody-there  |
            POST   | /users               | {'name': 'carl'}
            PATCH  | /users/bert          | {'displayName': 'x'}
            PATCH  | /users/anna          | {'administrator': true}
            PATCH  | /users/anna          | {'disabled': false}
            DELETE | /users/bert          |
            DELETE | /users/anna          |
            PUT    | /users/bert/password | {'new': 'correct horse battery'}
            PUT    | /users/anna/password | {'new': 'correct horse battery'}
            GET    | /users/bert/tokens   |
            POST   | /services            | {'name': 'robot', 'owner': 'anna'}
            POST   | /teams               | {'name': 'crew'}
            GET    | /audit               |
            """)
    void whoIsNoAdministratorManagesNobodyElse(String method, String path, String body) throws Exception {
        String anna = hub.user("anna");
        hub.user("bert");
        Answer answer = hub.call(anna, method, path, body == null ? "" : body);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.code()).isEqualTo("not-allowed");
        assertThat(hub.get(boss, "/audit?kind=denial").each("acts", "accountName"))
                .containsExactly("anna");
    }

    @Test
    void aUserChangesWhatIsOnlyTheirs() throws Exception {
        String anna = hub.user("anna");
        Answer changed = hub.patch(anna, "/users/anna", "{'displayName': 'A', 'usualVisibility': 'internal'}");
        assertThat(changed.json().get("usualVisibility").asText()).isEqualTo("internal");
        assertThat(hub.patch(boss, "/users/anna", "{'usualVisibility': 'public'}")
                        .status())
                .isEqualTo(403);
        assertThat(hub.get(anna, "/users/anna").json().get("usualVisibility").asText())
                .isEqualTo("internal");
    }

    @Test
    void aChangeIsMadeWholeOrNotAtAll() throws Exception {
        Answer answer = hub.patch(boss, "/users/boss", "{'displayName': 'Resigned', 'administrator': false}");
        assertThat(answer.code()).isEqualTo("conflict");
        assertThat(hub.get(boss, "/users/boss").json().get("displayName").asText())
                .isEmpty();
    }

    @Test
    void whoIsDisabledIsShutOutAtOnce() throws Exception {
        String anna = hub.user("anna");
        hub.patch(boss, "/users/anna", "{'disabled': true}");
        assertThat(hub.get(anna, "/me").code()).isEqualTo("account-closed");
        hub.patch(boss, "/users/anna", "{'disabled': false}");
        assertThat(hub.get(anna, "/me").status()).isEqualTo(200);
    }

    @Test
    void anAdministratorGivesAnotherPasswordAndAllSessionsEnd() throws Exception {
        String anna = hub.user("anna");
        assertThat(hub.put(boss, "/users/anna/password", "{'new': 'correct horse battery'}")
                        .status())
                .isEqualTo(204);
        assertThat(hub.get(anna, "/me").code()).isEqualTo("revoked-token");
        assertThat(hub.post("", "/session", "{'name': 'anna', 'password': 'correct horse battery'}")
                        .status())
                .isEqualTo(201);
        assertThat(hub.put(boss, "/users/boss/password", "{'new': 'correct horse battery'}")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aTokenManagesNobody() throws Exception {
        String token = hub.post(boss, "/tokens", "{'name': 'all', 'volumesets': ['*/*'], 'right': 'admin'}")
                .json()
                .get("secret")
                .asText();
        for (String path : new String[] {"/users", "/users/boss", "/services", "/teams", "/tokens", "/audit"}) {
            assertThat(hub.get(token, path).code()).as(path).isEqualTo("session-needed");
        }
        assertThat(hub.post(token, "/users", "{'name': 'anna'}").code()).isEqualTo("session-needed");
        assertThat(hub.post(token, "/tokens", "{'name': 'b', 'volumesets': ['*/*'], 'right': 'admin'}")
                        .code())
                .isEqualTo("session-needed");
        assertThat(hub.put(token, "/me/password", "{'old': 'x', 'new': 'correct horse battery'}")
                        .code())
                .isEqualTo("session-needed");
        assertThat(hub.get(token, "/me").json().get("by").asText()).isEqualTo("token");
    }

    @Test
    void whoAnswersForAServiceAccountManagesIt() throws Exception {
        String anna = hub.user("anna");
        String bert = hub.user("bert");
        Answer added = hub.post(boss, "/services", "{'name': 'robot', 'owner': 'anna'}");
        assertThat(added.status()).isEqualTo(201);
        assertThat(added.json().get("owner").asText()).isEqualTo("anna");
        assertThat(hub.get(anna, "/services").each("services", "name")).containsExactly("robot");
        assertThat(hub.get(bert, "/services").each("services", "name")).isEmpty();
        assertThat(hub.get(bert, "/services/robot").code()).isEqualTo("no-such-service");

        String wish = "{'name': 'ci', 'volumesets': ['anna/*'], 'right': 'push'}";
        assertThat(hub.post(boss, "/services/robot/tokens", wish).code()).isEqualTo("not-allowed");
        Answer made = hub.post(anna, "/services/robot/tokens", wish);
        assertThat(made.status()).isEqualTo(201);
        Answer me = hub.get(made.json().get("secret").asText(), "/me");
        assertThat(me.json().get("account").get("kind").asText()).isEqualTo("service");
        assertThat(me.json().get("scope").get("right").asText()).isEqualTo("push");

        assertThat(hub.get(boss, "/services/robot/tokens").each("tokens", "name"))
                .containsExactly("ci");
        String id = made.json().get("token").get("id").asText();
        assertThat(hub.delete(bert, "/services/robot/tokens/" + id).code()).isEqualTo("no-such-service");
        assertThat(hub.delete(boss, "/services/robot/tokens/" + id).status()).isEqualTo(204);
        assertThat(hub.get(made.json().get("secret").asText(), "/me").code()).isEqualTo("revoked-token");
        assertThat(hub.patch(anna, "/services/robot", "{'displayName': 'R'}").status())
                .isEqualTo(200);
        assertThat(hub.delete(anna, "/services/robot").status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'name': 'anna', 'admin': true}                 | admin
            {'name': 'anna', 'administrator': 'yes'}        | administrator
            {'name': 7}                                     | name
            {'name': null}                                  | name
            {}                                              | name
            {'name': 'Anna'}                                | name
            {'name': 'root'}                                | name
            {'name': 'anna', 'displayName': 'a\\u0007b'}   | displayName
            {'name': 'anna', 'displayName': 'a\\ud800b'}   | displayName
            {'name': 'anna', 'password': 'short'}           | password
            {'name': 'anna', 'name': 'bert'}                | body
            {'name': 'anna'} {}                             | body
            ['anna']                                        | body
            {'name': 'anna'                                 | body
            """)
    void aBodyThatIsNotAsDescribedIsRefusedByTheNameOfTheField(String body, String field) throws Exception {
        Answer answer = hub.post(boss, "/users", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
        assertThat(hub.get(boss, "/users").each("users", "name")).containsExactly("boss");
    }

    @Test
    void aBodyThatIsTooLongIsNotTaken() throws Exception {
        Answer answer = hub.post(boss, "/users", "{'name': '" + "a".repeat(65_536) + "'}");
        assertThat(answer.status()).isEqualTo(413);
        assertThat(hub.get(boss, "/me").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/users?limit=0, limit",
        "/users?limit=1001, limit",
        "/users?limit=a, limit",
        "/users?limit=1&limit=2, limit",
        "/users?after=%00, after",
        "/users?page=2, page",
        "/volumesets?owner=A, owner",
        "/volumesets?after=x, after",
        "/volumesets?deleted=maybe, deleted",
        "/audit?kind=x, kind",
        "/audit?from=yesterday, from",
        "/audit?to=%2B999999999-12-31T23:59:59Z, to",
        "/audit?volumeset=x, volumeset",
        "/audit?after=1, after",
    })
    void aQueryThatIsNotAsDescribedIsRefusedByItsName(String path, String field) throws Exception {
        Answer answer = hub.get(boss, path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(field);
    }
}
