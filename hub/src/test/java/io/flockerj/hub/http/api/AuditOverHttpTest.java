package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.http.api.TestingHub.Answer;
import io.flockerj.store.id.Id;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who sees what of the record. */
class AuditOverHttpTest {
    @TempDir
    private Path directory;

    private TestingHub hub;
    private String boss = "";

    @BeforeEach
    void start() throws Exception {
        hub = new TestingHub(directory);
        boss = hub.administrator("boss");
        addVolumesets();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private String anna = "";
    private String bert = "";

    private void addVolumesets() throws Exception {
        anna = hub.user("anna");
        bert = hub.user("bert");
        hub.volumeset("anna", "db", "anna");
    }

    @Test
    void whatIsDoneAtTheDeskIsOnRecordBeforeAndAfter() throws Exception {
        hub.put(anna, "/volumesets/anna/db/access/bert", "{'right': 'push'}");
        hub.post(boss, "/users", "{'name': 'bert'}");
        Answer acts = hub.get(boss, "/audit");
        assertThat(acts.each("acts", "kind")).containsExactly("account", "account", "rights", "rights", "hub");
        assertThat(acts.each("acts", "outcome")).containsExactly("failed", "begun", "done", "begun", "begun");
        assertThat(acts.json().get("acts").get(2).get("volumesetName").asText()).isEqualTo("anna/db");
        assertThat(acts.json().get("acts").get(2).get("details").get("right").asText())
                .isEqualTo("push");
    }

    @Test
    void everySignInIsOnRecordAndNoSecretIs() throws Exception {
        hub.put(boss, "/users/anna/password", "{'new': 'correct horse battery'}");
        hub.post("", "/session", "{'name': 'anna', 'password': 'wrong horse battery'}");
        Answer session = hub.post("", "/session", "{'name': 'anna', 'password': 'correct horse battery'}");
        String token = session.json().get("token").asText();
        String secret = hub.post(token, "/tokens", "{'name': 'ci', 'volumesets': ['*/*'], 'right': 'read'}")
                .json()
                .get("secret")
                .asText();
        hub.delete(token, "/session");
        Answer acts = hub.get(boss, "/audit");
        assertThat(acts.text()).doesNotContain("horse", token, secret);
        assertThat(hub.get(boss, "/audit?kind=sign-in").each("acts", "outcome")).containsExactly("done", "refused");
        assertThat(hub.get(boss, "/audit?kind=sign-out&person=anna").each("acts", "outcome"))
                .containsExactly("done", "begun");
    }

    @Test
    void whoHasAdminOnAVolumesetSeesWhatConcernsItAndNothingElse() throws Exception {
        hub.volumeset("bert", "db", "bert");
        hub.put(anna, "/volumesets/anna/db/access/boss", "{'right': 'push'}");
        hub.put(bert, "/volumesets/bert/db/access/boss", "{'right': 'push'}");
        assertThat(hub.get(anna, "/audit?volumeset=anna/db").each("acts", "volumesetName"))
                .containsExactly("anna/db", "anna/db");
        assertThat(hub.get(anna, "/audit?volumeset=bert/db").code()).isEqualTo("no-such-volumeset");
        assertThat(hub.get(anna, "/audit").code()).isEqualTo("not-allowed");
        assertThat(hub.get(anna, "/audit?person=anna").code()).isEqualTo("not-allowed");
        hub.put(anna, "/volumesets/anna/db/access/bert", "{'right': 'publish'}");
        assertThat(hub.get(bert, "/audit?volumeset=anna/db").code()).isEqualTo("not-allowed");
        assertThat(hub.get("", "/audit?volumeset=anna/db").code()).isEqualTo("sign-in");
    }

    @Test
    void theSameVolumesetWithAnotherOwnerIsNotShown() throws Exception {
        Id id = hub.admission
                .find(Caller.anonymous("", ""), TestingHub.name("anna", "db"))
                .orElseThrow()
                .volumeset();
        hub.admission.make(
                new Caller(Optional.of(new Caller.Account(hub.id("bert"), "bert")), Optional.empty(), "", ""),
                TestingHub.name("bert", "copy"),
                id);
        hub.put(anna, "/volumesets/anna/db/access/boss", "{'right': 'push'}");
        assertThat(hub.get(bert, "/audit?volumeset=bert/copy").each("acts", "kind"))
                .isEmpty();
        assertThat(hub.get(boss, "/audit?volumeset=anna/db").each("acts", "kind"))
                .hasSize(2);
    }

    @Test
    void theRecordOfWhatWasDeletedIsSeenByWhoMayRestoreIt() throws Exception {
        hub.delete(anna, "/volumesets/anna/db");
        assertThat(hub.get(anna, "/audit?volumeset=anna/db").each("acts", "kind"))
                .containsExactly("deletion", "deletion");
        assertThat(hub.get(boss, "/audit?volumeset=anna/db").each("acts", "kind"))
                .containsExactly("deletion", "deletion");
        assertThat(hub.get(bert, "/audit?volumeset=anna/db").status()).isEqualTo(404);
    }

    @Test
    void actsAreAskedForByPersonKindAndTimePageByPage() throws Exception {
        hub.patch(anna, "/users/anna", "{'displayName': 'A'}");
        hub.pass(Duration.ofMinutes(1));
        hub.patch(bert, "/users/bert", "{'displayName': 'B'}");
        assertThat(hub.get(boss, "/audit?person=anna").each("acts", "subject")).containsExactly("anna", "anna");
        assertThat(hub.get(boss, "/audit?person=nobody-there").each("acts", "subject"))
                .isEmpty();
        assertThat(hub.get(boss, "/audit?from=2026-11-03T23:33:00Z").each("acts", "subject"))
                .containsExactly("bert", "bert");
        assertThat(hub.get(boss, "/audit?to=2026-11-03T23:33:00Z&kind=account").each("acts", "subject"))
                .containsExactly("anna", "anna");
        Answer page = hub.get(boss, "/audit?limit=3");
        Answer rest =
                hub.get(boss, "/audit?limit=3&after=" + page.json().get("next").asText());
        assertThat(rest.each("acts", "kind")).containsExactly("account", "hub");
        assertThat(rest.json().has("next")).isFalse();
    }

    @Test
    void programsGetALineForEachAct() throws Exception {
        hub.patch(anna, "/users/anna", "{'displayName': 'A'}");
        Answer first = hub.send(hub.request(boss, "/audit?limit=2&kind=account,hub")
                .header("Accept", "application/x-ndjson")
                .build());
        assertThat(first.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        assertThat(first.text().lines()).hasSize(2).allMatch(line -> line.startsWith("{\"chain\":"));
        String link = first.headers().firstValue("Link").orElseThrow();
        assertThat(link).matches("</api/v1/audit\\?.*>; rel=\"next\"");
        String next = link.substring("</api/v1".length(), link.indexOf('>'));
        Answer last = hub.send(
                hub.request(boss, next).header("Accept", "application/x-ndjson").build());
        assertThat(last.text().lines()).hasSize(1).allMatch(line -> line.contains("\"hub\""));
        assertThat(last.headers().firstValue("Link")).isEmpty();
    }

    @Test
    void aTokenThatIsNotTakenIsOnRecordButCannotFillIt() throws Exception {
        for (int tried = 0; tried < 20; tried++) {
            assertThat(hub.get("flkt_unknown", "/volumesets").status()).isEqualTo(401);
        }
        hub.delete(anna, "/session");
        hub.pass(Duration.ofMinutes(2));
        assertThat(hub.get(anna, "/owners/anna/objects/remote").status()).isEqualTo(401);
        Answer acts = hub.get(boss, "/audit?kind=denial");
        List<String> why = acts.each("acts", "why");
        assertThat(why).containsExactly("revoked", "unknown", "unknown", "unknown", "unknown", "unknown");
        assertThat(acts.json().get("acts").get(0).get("accountName").asText()).isEqualTo("anna");
        assertThat(acts.json()
                        .get("acts")
                        .get(0)
                        .get("details")
                        .get("notRecorded")
                        .asText())
                .isEqualTo("15");
    }
}
