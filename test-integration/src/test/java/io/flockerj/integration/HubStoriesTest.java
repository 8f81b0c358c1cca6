package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.integration.DockerHost.Person;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.sandbox.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What people do with a hub, by the programs that they have: anna administrates it, bert develops at his desk, carl is the admin of each team
 * and works at the office, where production runs; emil looks at what was done.
 */
@Tag("root")
@Tag("engine")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HubStoriesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter BERLIN =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.of("Europe/Berlin"));
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int UNKNOWN = 3;
    private static final int UNREACHABLE = 5;

    private static HubHost hub;
    private static DockerHost desk;
    private static DockerHost office;

    @BeforeAll
    static void start() throws IOException {
        HubHost.build();
        hub = HubHost.open();
        hub.serve();
        desk = DockerHost.open("desk", hub);
        office = DockerHost.open("office", hub);
        Person anna = desk.as("anna").signedIn();
        for (String name : List.of("bert", "carl", "emil")) {
            anna.feed(HubHost.PASSWORD, "hub", "user", "add", name, "--password-stdin")
                    .ok();
        }
        anna.fli("hub", "user", "set", "emil", "--administrator", "true").ok();
        desk.as("bert").signedIn();
        office.as("carl").signedIn();
        office.as("emil").signedIn();
    }

    @AfterAll
    static void end() {
        office.close();
        desk.close();
        hub.close();
    }

    @AfterEach
    void removeRemotes() {
        for (DockerHost host : List.of(desk, office)) {
            host.engine().removeContainers();
            host.as("anna").fli("remote", "remove", "team");
        }
    }

    /** A team whose branches main are protected, of which bert may push and carl publish; its hosts have it as a remote. */
    private static void haveTeam(String name) {
        desk.as("anna").fli("hub", "team", "add", name, "--admin", "carl").ok();
        Person carl = office.as("carl");
        carl.fli("hub", "member", "set", name, "bert", "push").ok();
        carl.fli("hub", "protect", "add", name, "main").ok();
        carl.fli("remote", "add", "team", HubHost.URL + "/" + name).ok();
        desk.as("bert").fli("remote", "add", "team", HubHost.URL + "/" + name).ok();
    }

    @Test
    void aDatabaseIsTriedOutPublishedAndLookedAtAsItWas() throws IOException {
        haveTeam("shop");
        Person bert = desk.as("bert");
        Person carl = office.as("carl");
        PostgresServer.importImage(desk.engine());
        PostgresServer.importImage(office.engine());
        PostgresServer production = new PostgresServer(office.engine(), "orders");
        production.create();
        production.start();
        production.query("CREATE TABLE orders AS SELECT number FROM generate_series(1, 1000) AS number");
        carl.fli("push", "orders", "team").ok();
        Instant tuesday = Instant.now();
        production.query("DELETE FROM orders WHERE number <= 10");
        carl.fli("push", "orders", "team").ok();

        PostgresServer trial = new PostgresServer(desk.engine(), "trial");
        trial.cloneFrom("team/orders@main");
        trial.start();
        assertThat(trial.count("SELECT count(*) FROM orders")).isEqualTo(990);
        trial.query("INSERT INTO orders VALUES (5000)");
        Outcome refused = bert.fli("push", "trial");
        assertThat(refused.exit()).isEqualTo(FAILED);
        assertThat(refused.errors())
                .contains("was taken first, and stays")
                .contains("branch main of shop/orders is protected")
                .contains("only who have publish, and you have push: push to another branch, with --to BRANCH");
        assertThat(bert.fli("push", "trial", "--to", "experiment").ok()).contains("experiment: ", "a new branch");

        carl.fli("clone", "team/orders@experiment", "candidate").ok();
        assertThat(carl.fli("push", "candidate", "--to", "main").ok()).startsWith("main: ");

        PostgresServer now = new PostgresServer(desk.engine(), "now");
        now.cloneFrom("team/orders");
        now.start();
        assertThat(now.query("SELECT count(*), max(number) FROM orders")).isEqualTo("991|5000");
        PostgresServer then = new PostgresServer(desk.engine(), "then");
        then.cloneFrom("team/orders@{" + tuesday + "}");
        then.start();
        assertThat(then.query("SELECT count(*), min(number) FROM orders")).isEqualTo("1000|1");
        then.stop();
        then.verifyFiles();
        String byHand = bert.fli("clone", "team/orders@{" + BERLIN.format(tuesday) + "}", "by-hand")
                .ok();
        assertThat(byHand).contains("on team/orders", "nothing had to be brought");
        desk.engine().createVolume("by-docker", "from=team/orders@{" + tuesday + "}");
        assertThat(Manifest.differences(desk.content("by-docker"), desk.content("by-hand")))
                .isEmpty();
    }

    @Test
    void aRevokedTokenIsRefusedAtTheNextCall() throws IOException {
        haveTeam("revoked");
        Person bert = desk.as("bert");
        desk.engine().createVolume("notes");
        desk.engine().sh("notes:/data", "echo first > /data/note");
        bert.fli("push", "notes", "team", "--to", "draft").ok();
        desk.engine().createVolume("by-the-daemon", "from=team/notes@draft");
        assertThat(desk.engine().sh("by-the-daemon:/data", "cat /data/note")).isEqualTo("first");
        String token = JSON.readTree(
                        bert.fli("remote", "show", "team", "--json").ok())
                .required("token")
                .asText();
        assertThat(bert.fli("hub", "token", "list").ok()).contains(token, "revoked/*");

        bert.fli("hub", "token", "remove", token).ok();

        desk.engine().sh("notes:/data", "echo second > /data/note");
        Outcome push = bert.fli("push", "notes", "team", "--to", "draft");
        assertThat(push.exit()).isEqualTo(FAILED);
        assertThat(push.errors()).contains("this token was revoked", "fli login " + HubHost.URL);
        assertThat(desk.engine()
                        .docker("volume", "create", "-d", FlockerjPlugin.NAME, "-o", "from=team/notes@draft", "late")
                        .fails())
                .contains("VolumeDriver.Create: " + HubHost.URL, "this token was revoked", "fli login " + HubHost.URL);
        assertThat(desk.engine().sh("by-the-daemon:/data", "cat /data/note"))
                .as("what is here stays")
                .isEqualTo("first");

        bert.fli("remote", "remove", "team").ok();
        bert.fli("remote", "add", "team", HubHost.URL + "/revoked").ok();
        bert.fli("push", "notes", "team", "--to", "draft").ok();
    }

    @Test
    void anAuditorSeesWhoDidWhatAndNobodyElseDoes() throws IOException {
        haveTeam("ledger");
        Person bert = desk.as("bert");
        Person carl = office.as("carl");
        Person emil = office.as("emil");
        office.engine().createVolume("plan");
        office.engine().sh("plan:/data", "echo plan > /data/plan");
        carl.fli("push", "plan", "team").ok();
        bert.fli("clone", "team/plan", "plan").ok();
        desk.engine().sh("plan:/data", "echo changed > /data/plan");
        bert.fli("push", "plan").fails();
        bert.fli("push", "plan", "--to", "draft").ok();

        assertThat(emil.fli("hub", "audit", "ledger/plan").ok()).contains("branch main of ledger/plan is protected");
        assertThat(acts(emil.fli("hub", "audit", "ledger/plan", "--json").ok()))
                .containsSubsequence(
                        "carl volumeset null",
                        "carl ref branch main",
                        "bert read null",
                        "bert denial branch main",
                        "bert ref branch draft");
        refused(UNKNOWN, emil.fli("hub", "volumeset", "show", "ledger/plan"), "what you may not read is not there");
        refused(FAILED, bert.fli("hub", "audit", "ledger/plan"), "that takes admin on ledger/plan, and you have push");
        refused(FAILED, bert.fli("hub", "audit"), "only an administrator of the hub may do that");
        assertThat(hub.verifyRecord()).contains("as they were written");
    }

    /** Who did what to which, the oldest first, of what was done or refused. */
    private static List<String> acts(String json) throws IOException {
        List<String> acts = new ArrayList<>();
        for (JsonNode act : JSON.readTree(json).required("acts")) {
            if (!act.required("outcome").asText().equals("begun")) {
                acts.add(act.required("accountName").asText() + " "
                        + act.required("kind").asText() + " "
                        + act.path("subject").asText("null"));
            }
        }
        return acts.reversed();
    }

    @Test
    void whatKeepsAHubFromBeingARemoteIsSaid() throws IOException {
        desk.as("anna")
                .fli("hub", "team", "add", "strangers", "--admin", "carl")
                .ok();
        Person nobody = desk.as("nobody");
        String url = HubHost.URL + "/strangers";
        String other = "https://" + HubHost.OTHER_NAME + ":8443";
        String caFile = "ca-file=" + desk.caFile();

        refused(
                FAILED,
                nobody.fli("remote", "add", "team", url),
                "certificate is not trusted: give the option ca-file");
        refused(
                FAILED,
                nobody.feed(HubHost.PASSWORD, "login", HubHost.URL, "--user", "bert", "--password-stdin"),
                "is not trusted: give --ca-file");
        refused(
                FAILED,
                nobody.fli("remote", "add", "team", other + "/strangers", "-o", caFile),
                "certificate is for another name");
        refused(
                FAILED,
                nobody.feed(
                        HubHost.PASSWORD,
                        "login",
                        other,
                        "--user=bert",
                        "--password-stdin",
                        "--ca-file=" + desk.caFile()),
                "the certificate of " + other + " is for another name");
        refused(
                FAILED,
                nobody.fli("remote", "add", "team", url, "-o", caFile),
                "sign in with fli login " + HubHost.URL + " and add the remote then");
        refused(
                UNREACHABLE,
                nobody.feed(
                        HubHost.PASSWORD,
                        "login",
                        HubHost.URL.replace("8443", "8444"),
                        "--user=bert",
                        "--password-stdin"),
                "nothing answers there");
        assertThat(nobody.fli("remote", "list").ok()).doesNotContain("team");
    }

    @Test
    void whomTheHubDoesNotKnowOrDoesNotLetIsTold() throws IOException {
        desk.as("anna").fli("hub", "team", "add", "others", "--admin", "carl").ok();
        Person bert = desk.as("bert");
        String tokens = bert.fli("hub", "token", "list").ok();

        refused(
                UNKNOWN,
                bert.fli("remote", "add", "team", HubHost.URL + "/nobody"),
                "there is no user and no team nobody on this hub");
        refused(USAGE, bert.fli("remote", "add", "team", HubHost.URL), "write https://HUB/OWNER");
        assertThat(bert.fli("hub", "token", "list").ok())
                .as("tokens that nobody uses are revoked")
                .isEqualTo(tokens);

        office.as("carl").fli("remote", "add", "team", HubHost.URL + "/others").ok();
        office.engine().createVolume("secret");
        office.as("carl").fli("push", "secret", "team").ok();
        bert.fli("remote", "add", "team", HubHost.URL + "/others").ok();
        assertThat(bert.fli("remote", "show", "team").ok()).doesNotContain("secret");
        refused(UNKNOWN, bert.fli("clone", "team/secret", "mine"), "there is no volumeset 'secret' on team");
        desk.engine().createVolume("mine");
        refused(FAILED, bert.fli("push", "mine", "team"), "you may not make volumesets of others");
    }

    private static void refused(int exit, Outcome outcome, String why) {
        assertThat(outcome.errors()).as("%s", outcome).contains(why);
        assertThat(outcome.exit()).as("%s", outcome).isEqualTo(exit);
    }
}
