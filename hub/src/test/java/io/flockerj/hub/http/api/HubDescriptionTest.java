package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.catalogue.Pusher;
import io.flockerj.hub.catalogue.Pusher.Said;
import io.flockerj.hub.catalogue.Pusher.Tree;
import io.flockerj.hub.http.Mount;
import io.flockerj.hub.http.TestingCallers;
import io.flockerj.store.id.Id;
import io.helidon.webserver.http.HttpRules;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub does what docs/hub-api.yaml says, and nothing else. */
class HubDescriptionTest {
    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "patch", "delete");

    @TempDir
    private Path directory;

    private static SortedSet<String> routes(TestingHub hub) {
        TreeSet<String> routes = new TreeSet<>();
        Authentication nobody =
                (_, address, request) -> new Authentication.Outcome.Known(Caller.anonymous(address, request));
        for (Mount mount : hub.mounts(TestingCallers.of(nobody, () -> new Id(1, 1)), (_, _) -> {
            throw new AssertionError("nobody asks");
        })) {
            HttpRules rules = (HttpRules) Proxy.newProxyInstance(
                    HttpRules.class.getClassLoader(), new Class<?>[] {HttpRules.class}, (proxy, method, arguments) -> {
                        if (!METHODS.contains(method.getName())) {
                            throw new AssertionError("a route that this test does not know: " + method);
                        }
                        String path = mount.path() + arguments[0];
                        routes.add(method.getName().toUpperCase(Locale.ROOT) + " " + path.replaceFirst("/$", ""));
                        return proxy;
                    });
            mount.service().routing(rules);
        }
        return routes;
    }

    @Test
    void everyRouteIsDescribedAndEverythingDescribedIsARoute() throws Exception {
        try (TestingHub hub = new TestingHub(directory)) {
            assertThat(routes(hub)).containsExactlyElementsOf(TestingHub.DESCRIPTION.operations());
        }
    }

    @Test
    void whatIsNotForEverybodyTellsToSignIn() throws Exception {
        try (TestingHub hub = new TestingHub(directory)) {
            for (String operation : TestingHub.DESCRIPTION.operations()) {
                String[] parts = operation.split(" ", 2);
                String path = parts[1].substring("/api/v1".length()).replaceAll("\\{[a-z]+}", "some");
                boolean isForEverybody =
                        TestingHub.DESCRIPTION.isForEverybody(operation) || operation.equals("GET /api/v1/volumesets");
                int status = hub.call("", parts[0], path, "").status();
                assertThat(status == 401).as("%s: %s", operation, status).isEqualTo(!isForEverybody);
            }
        }
    }

    @Test
    void everyOperationAnswersAsDescribed() throws Exception {
        try (TestingHub hub = new TestingHub(directory)) {
            String boss = hub.administrator("boss");
            people(hub, boss);
            String anna = hub.user("anna");
            tokens(hub, boss, anna);
            volumesets(hub, anna);
            versions(hub, anna);
            ending(hub, boss);
            assertThat(hub.done).containsExactlyElementsOf(TestingHub.DESCRIPTION.operations());
        }
    }

    private static void people(TestingHub hub, String boss) throws Exception {
        hub.get("", "/version");
        hub.post(boss, "/users", "{'name': 'bert', 'displayName': 'B', 'password': 'correct horse battery'}");
        hub.patch(boss, "/users/bert", "{'displayName': 'Bert', 'disabled': false, 'administrator': false}");
        hub.get(boss, "/users?limit=1");
        hub.get(boss, "/users/bert");
        hub.put(boss, "/users/bert/password", "{'new': 'correct horse battery 2'}");
        hub.post(boss, "/teams", "{'name': 'crew', 'displayName': 'The crew'}");
        hub.patch(boss, "/teams/crew", "{'displayName': 'Crew', 'usualVisibility': 'internal', 'disabled': false}");
        hub.get(boss, "/teams");
        hub.get(boss, "/teams/crew");
        hub.put(boss, "/teams/crew/members/bert", "{'role': 'publish'}");
        hub.get(boss, "/teams/crew/members");
        hub.get(boss, "/me");
    }

    private static void tokens(TestingHub hub, String boss, String anna) throws Exception {
        String wish = "{'name': 'ci', 'volumesets': ['*/*'], 'right': 'read', 'expires': '2027-01-01T00:00:00Z'}";
        for (String of : new String[] {"/tokens", "/services/robot/tokens"}) {
            hub.post(boss, "/services", "{'name': 'robot', 'owner': 'anna'}");
            var made = hub.post(anna, of, wish);
            hub.get(made.json().get("secret").asText(), "/me");
            hub.get(anna, of);
            hub.delete(anna, of + "/" + made.json().get("token").get("id").asText());
        }
        var other = hub.post(anna, "/tokens", wish);
        hub.get(boss, "/users/anna/tokens");
        hub.delete(
                boss,
                "/users/anna/tokens/" + other.json().get("token").get("id").asText());
        hub.get(anna, "/services");
        hub.get(anna, "/services/robot");
        hub.patch(anna, "/services/robot", "{'displayName': 'R', 'disabled': true}");
    }

    private static void volumesets(TestingHub hub, String anna) throws Exception {
        hub.volumeset("anna", "db", "anna");
        hub.get(anna, "/volumesets?limit=1");
        hub.get(anna, "/volumesets/anna/db");
        hub.patch(anna, "/volumesets/anna/db", "{'visibility': 'public'}");
        for (String place : new String[] {"/volumesets/anna/db", "/owners/anna"}) {
            hub.put(anna, place + "/access/bert", "{'right': 'admin'}");
            hub.get(anna, place + "/access");
            hub.delete(anna, place + "/access/bert");
            hub.put(anna, place + "/protections/branches/main", "");
            hub.put(anna, place + "/protections/tags/v*", "");
            hub.get(anna, place + "/protections");
            hub.delete(anna, place + "/protections/tags/v*");
        }
        hub.delete(anna, "/volumesets/anna/db");
        hub.get(anna, "/volumesets?deleted=true");
        hub.post(anna, "/volumesets/anna/db/restore", "{}");
    }

    private static void versions(TestingHub hub, String anna) throws Exception {
        Pusher pusher = hub.pusher("anna", "data", "anna");
        Tree before = Tree.of(Map.of("docs/readme", "first".getBytes(StandardCharsets.UTF_8)));
        Tree after = Tree.of(Map.of(
                "docs/readme",
                "second".getBytes(StandardCharsets.UTF_8),
                "more",
                new byte[100_000],
                "link@",
                new byte[] {'x'}));
        Id first =
                pusher.commit(Optional.empty(), Said.at("2026-11-03T10:00:00Z").by("anna"), before);
        pusher.tag("v1", first);
        Said said = Said.at("2026-11-03T11:00:00Z").label("tier", "gold");
        pusher.branch("main", pusher.commit(Optional.of(first), said, after));

        String data = "/volumesets/anna/data";
        hub.get(anna, data + "/branches");
        hub.get(anna, data + "/tags");
        assertThat(hub.get(anna, data + "/snapshots?limit=1").json().has("next"))
                .isTrue();
        hub.get(anna, data + "/snapshots/main~1");
        hub.get(anna, data + "/snapshots/main/tree");
        String file = data + "/snapshots/v1/file?path=docs/readme";
        assertThat(hub.get(anna, file).text()).isEqualTo("first");
        assertThat(hub.call(anna, "HEAD", file, "").status()).isEqualTo(200);
        hub.get(anna, data + "/snapshots/main/tar?path=docs");
        assertThat(hub.get(anna, data + "/diff?from=v1&to=main").json().get("changes"))
                .isNotEmpty();
        assertThat(hub.get(anna, data + "/snapshots/none").code()).isEqualTo("no-such-ref");
    }

    private static void ending(TestingHub hub, String boss) throws Exception {
        hub.get(boss, "/audit?limit=1000");
        hub.delete(boss, "/services/robot");
        hub.delete(boss, "/teams/crew/members/bert");
        hub.delete(boss, "/teams/crew");
        String bert = hub.post("", "/session", "{'name': 'bert', 'password': 'correct horse battery 2'}")
                .json()
                .get("token")
                .asText();
        hub.put(bert, "/me/password", "{'old': 'correct horse battery 2', 'new': 'correct horse battery 3'}");
        hub.delete(boss, "/users/bert");
        hub.delete(boss, "/session");
    }
}
