package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.http.api.TestingHub.Answer;
import io.flockerj.hub.people.TestingPeople;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.id.Id;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumesets, and what becomes of those that are deleted. */
class VolumesetsOverHttpTest {
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
    private Id db = new Id(1, 1);

    private void addVolumesets() throws Exception {
        anna = hub.user("anna");
        bert = hub.user("bert");
        db = hub.volumeset("anna", "db", "anna");
        hub.volumeset("anna", "Web_1", "anna");
        hub.volumeset("bert", "db", "bert");
    }

    private List<String> names(String token, String query) throws Exception {
        List<String> names = new ArrayList<>();
        hub.get(token, "/volumesets" + query)
                .json()
                .get("volumesets")
                .forEach(each -> names.add(
                        each.get("owner").asText() + "/" + each.get("name").asText()));
        return names;
    }

    @Test
    void eachSeesWhatTheyMayRead() throws Exception {
        assertThat(names(anna, "")).containsExactly("anna/Web_1", "anna/db");
        assertThat(names(bert, "")).containsExactly("bert/db");
        assertThat(names(boss, "")).isEmpty();
        assertThat(names("", "")).isEmpty();

        hub.patch(anna, "/volumesets/anna/db", "{'visibility': 'internal'}");
        assertThat(names(bert, "")).containsExactly("anna/db", "bert/db");
        assertThat(names("", "")).isEmpty();
        assertThat(hub.get(bert, "/volumesets/anna/db").json().get("right").asText())
                .isEqualTo("read");

        hub.patch(anna, "/volumesets/anna/db", "{'visibility': 'public'}");
        assertThat(names("", "")).containsExactly("anna/db");
        assertThat(hub.get("", "/volumesets/anna/db").json().get("right").asText())
                .isEqualTo("read");
    }

    @Test
    void whatIsGivenToATeamIsSeenByItsMembers() throws Exception {
        hub.post(boss, "/teams", "{'name': 'crew', 'admin': 'bert'}");
        hub.put(anna, "/volumesets/anna/db/access/crew", "{'right': 'push'}");
        assertThat(names(bert, "")).containsExactly("anna/db", "bert/db");
        assertThat(hub.get(bert, "/volumesets/anna/db").json().get("right").asText())
                .isEqualTo("push");
        hub.put(anna, "/owners/anna/access/bert", "{'right': 'read'}");
        assertThat(names(bert, "?owner=anna")).containsExactly("anna/Web_1", "anna/db");
        hub.patch(boss, "/teams/crew", "{'disabled': true}");
        assertThat(hub.get(bert, "/volumesets/anna/db").json().get("right").asText())
                .isEqualTo("read");
    }

    @Test
    void theyAreSearchedByPartsOfTheirNames() throws Exception {
        assertThat(names(anna, "?q=WEB_")).containsExactly("anna/Web_1");
        assertThat(names(anna, "?q=a%2Fd")).containsExactly("anna/db");
        assertThat(names(anna, "?q=%25")).isEmpty();
        assertThat(names(anna, "?q=e%21")).isEmpty();
        assertThat(names(anna, "?owner=bert")).isEmpty();
        assertThat(names(anna, "?owner=nobody-there")).isEmpty();
    }

    @Test
    void theyComePageByPage() throws Exception {
        for (int each = 0; each < 5; each++) {
            hub.volumeset("anna", "v" + each, "anna");
        }
        List<String> all = new ArrayList<>();
        String query = "?limit=3";
        int pages = 0;
        for (String next = query; !next.isEmpty(); pages++) {
            Answer page = hub.get(anna, "/volumesets" + next);
            all.addAll(page.each("volumesets", "name"));
            next = page.json().has("next")
                    ? query + "&after=" + page.json().get("next").asText()
                    : "";
        }
        assertThat(all).containsExactly("Web_1", "db", "v0", "v1", "v2", "v3", "v4");
        assertThat(pages).isEqualTo(3);
    }

    /** Everything that is told page by page, one volumeset on each, as it was sent. */
    private List<String> pages(String token, String query) throws Exception {
        List<String> pages = new ArrayList<>();
        String next = "";
        do {
            Answer page = hub.get(token, "/volumesets?limit=1" + query + next);
            pages.add(page.text());
            next = page.json().has("next") ? "&after=" + page.json().get("next").asText() : "";
        } while (!next.isEmpty());
        return pages;
    }

    @Test
    void noPageTellsATokenOfWhatIsNotWithinItsScope() throws Exception {
        for (int each = 0; each < 250; each++) {
            hub.volumeset("anna", "secret" + each, "anna");
        }
        Id last = hub.volumeset("anna", "zoo", "anna");
        hub.volumeset("bert", "secret", "bert");
        hub.patch(bert, "/volumesets/bert/secret", "{'visibility': 'internal'}");
        String token = hub.post(
                        anna, "/tokens", "{'name': 'ci', 'volumesets': ['anna/db', 'anna/zoo'], 'right': 'admin'}")
                .json()
                .get("secret")
                .asText();
        List<String> pages = pages(token, "");
        assertThat(pages).hasSize(2).noneMatch(page -> page.matches(".*(secret|Web_1|bert).*"));
        assertThat(pages.getFirst()).contains(db.hex());
        assertThat(pages.getLast()).contains(last.hex()).doesNotContain("next");

        for (String name : List.of("db", "secret7", "zoo")) {
            hub.delete(anna, "/volumesets/anna/" + name);
        }
        assertThat(pages(token, "&deleted=true"))
                .hasSize(2)
                .noneMatch(page -> page.contains("secret"))
                .last()
                .asString()
                .contains(last.hex());
    }

    @Test
    void noPageTellsOthersOfWhatWasDeleted() throws Exception {
        hub.put(anna, "/volumesets/anna/db/access/bert", "{'right': 'publish'}");
        hub.patch(anna, "/volumesets/anna/db", "{'visibility': 'public'}");
        hub.patch(anna, "/volumesets/anna/Web_1", "{'visibility': 'public'}");
        hub.delete(anna, "/volumesets/anna/db");
        hub.delete(anna, "/volumesets/anna/Web_1");
        hub.delete(bert, "/volumesets/bert/db");
        assertThat(pages(bert, "&deleted=true"))
                .singleElement()
                .asString()
                .contains("bert")
                .doesNotContain("anna", "next");
        assertThat(pages(boss, "&deleted=true")).containsExactly("{\"volumesets\":[]}");
    }

    @Test
    void aTokenSeesNoMoreThanItsScope() throws Exception {
        String token = hub.post(anna, "/tokens", "{'name': 'ci', 'volumesets': ['anna/d*'], 'right': 'push'}")
                .json()
                .get("secret")
                .asText();
        assertThat(names(token, "")).containsExactly("anna/db");
        assertThat(hub.get(token, "/volumesets/anna/db").json().get("right").asText())
                .isEqualTo("push");
        assertThat(hub.get(token, "/volumesets/anna/Web_1").status()).isEqualTo(404);
        assertThat(hub.patch(token, "/volumesets/anna/db", "{'visibility': 'public'}")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.delete(token, "/volumesets/anna/db").code()).isEqualTo("not-allowed");
    }

    @Test
    void whoMayNotReadIsAnsweredAsWhereNothingIs() throws Exception {
        for (String[] call : new String[][] {
            {"GET", "", ""},
            {"PATCH", "", "{'visibility': 'public'}"},
            {"DELETE", "", ""},
            {"POST", "/restore", "{}"},
            {"GET", "/access", ""},
            {"PUT", "/access/bert", "{'right': 'admin'}"},
            {"DELETE", "/access/bert", ""},
            {"GET", "/protections", ""},
            {"PUT", "/protections/branches/main", ""},
            {"DELETE", "/protections/tags/v1", ""},
        }) {
            for (String token : new String[] {bert, boss, ""}) {
                Answer hidden = hub.call(token, call[0], "/volumesets/anna/db" + call[1], call[2]);
                Answer nothing = hub.call(token, call[0], "/volumesets/anna/xy" + call[1], call[2]);
                Answer nobody = hub.call(token, call[0], "/volumesets/nobo/db" + call[1], call[2]);
                assertThat(hidden.status()).as(call[0] + call[1]).isEqualTo(token.isEmpty() ? 401 : 404);
                assertThat(words(hidden)).isEqualTo(words(nothing)).isEqualTo(words(nobody));
            }
        }
        assertThat(hub.get(boss, "/audit?kind=denial").each("acts", "kind")).isEmpty();
    }

    private static String words(Answer answer) {
        return answer.text().replaceAll("\"request\":\"[^\"]*\"", "").replaceAll("anna/db|anna/xy|nobo/db", "IT");
    }

    @Test
    void whoMayOnlyReadChangesNothing() throws Exception {
        hub.patch(anna, "/volumesets/anna/db", "{'visibility': 'public'}");
        assertThat(hub.patch(bert, "/volumesets/anna/db", "{'visibility': 'private'}")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.delete(bert, "/volumesets/anna/db").code()).isEqualTo("not-allowed");
        assertThat(hub.get(bert, "/volumesets/anna/db/access").code()).isEqualTo("not-allowed");
        assertThat(hub.delete("", "/volumesets/anna/db").code()).isEqualTo("sign-in");
        assertThat(names("", "")).containsExactly("anna/db");
        assertThat(hub.get(anna, "/audit?volumeset=anna/db&kind=denial").each("acts", "accountName"))
                .containsExactly("bert", "bert", "bert");
    }

    @Test
    void aVolumesetIsDeletedAndRestoredUnderItsName() throws Exception {
        hub.put(anna, "/volumesets/anna/db/access/bert", "{'right': 'push'}");
        Answer deleted = hub.delete(anna, "/volumesets/anna/db");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.json().get("restorableUntil").asText()).isEqualTo("2026-11-10T23:32:00.500Z");
        assertThat(hub.get(anna, "/volumesets/anna/db").code()).isEqualTo("no-such-volumeset");
        assertThat(names(anna, "?deleted=true")).containsExactly("anna/db");
        assertThat(names(bert, "?deleted=true")).isEmpty();
        assertThat(hub.post(bert, "/volumesets/anna/db/restore", "{}").status()).isEqualTo(404);

        Answer restored = hub.post(anna, "/volumesets/anna/db/restore", "{}");
        assertThat(restored.json().get("id").asText()).isEqualTo(db.hex());
        assertThat(hub.get(bert, "/volumesets/anna/db").json().get("right").asText())
                .isEqualTo("push");
        assertThat(hub.get(anna, "/audit?volumeset=anna/db&kind=deletion,restoration")
                        .each("acts", "kind"))
                .containsExactly("restoration", "restoration", "deletion", "deletion");
        assertThat(hub.storage.value(new ObjectName("owners/anna/names/db"))).isPresent();
    }

    @Test
    void aNameThatWasFreedMayBeTakenAndThenTheOldOneGetsAnother() throws Exception {
        hub.delete(anna, "/volumesets/anna/db");
        Id newer = hub.volumeset("anna", "db", "anna");
        assertThat(hub.post(anna, "/volumesets/anna/db/restore", "{}").code()).isEqualTo("conflict");
        assertThat(hub.post(anna, "/volumesets/anna/db/restore", "{'name': '.'}")
                        .field())
                .isEqualTo("name");
        Answer restored = hub.post(anna, "/volumesets/anna/db/restore", "{'name': 'old', 'id': '" + db.hex() + "'}");
        assertThat(restored.json().get("name").asText()).isEqualTo("old");
        assertThat(hub.get(anna, "/volumesets/anna/old").json().get("id").asText())
                .isEqualTo(db.hex());
        assertThat(hub.get(anna, "/volumesets/anna/db").json().get("id").asText())
                .isEqualTo(newer.hex());
        assertThat(hub.post(anna, "/volumesets/anna/db/restore", "{'id': '7'}").field())
                .isEqualTo("id");
    }

    @Test
    void aTokenDoesNotMoveAVolumesetOutOfItsScope() throws Exception {
        String token = hub.post(anna, "/tokens", "{'name': 'ci', 'volumesets': ['anna/d*'], 'right': 'admin'}")
                .json()
                .get("secret")
                .asText();
        assertThat(hub.delete(token, "/volumesets/anna/db").status()).isEqualTo(200);
        assertThat(hub.post(token, "/volumesets/anna/db/restore", "{'name': 'other'}")
                        .code())
                .isEqualTo("not-allowed");
        assertThat(hub.get(anna, "/volumesets/anna/other").status()).isEqualTo(404);
        assertThat(hub.post(token, "/volumesets/anna/db/restore", "{'name': 'db2'}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void whatWasDeletedIsNotRestoredWhenItsTimeIsOver() throws Exception {
        hub.delete(anna, "/volumesets/anna/db");
        hub.pass(TestingHub.RESTORABLE);
        String later = TestingPeople.session(hub.database, hub.tokens, hub.id("anna"));
        assertThat(names(later, "?deleted=true")).isEmpty();
        assertThat(hub.post(later, "/volumesets/anna/db/restore", "{}").status())
                .isEqualTo(404);
    }

    @Test
    void ofSeveralThatHadOneNameTheLastDeletedIsRestored() throws Exception {
        hub.delete(anna, "/volumesets/anna/db");
        hub.pass(Duration.ofMinutes(1));
        Id newer = hub.volumeset("anna", "db", "anna");
        hub.delete(anna, "/volumesets/anna/db");
        assertThat(names(anna, "?deleted=true")).containsExactly("anna/db", "anna/db");
        assertThat(hub.post(anna, "/volumesets/anna/db/restore", "{}")
                        .json()
                        .get("id")
                        .asText())
                .isEqualTo(newer.hex());
    }
}
