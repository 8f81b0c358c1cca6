package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.http.api.TestingHub.Answer;
import io.flockerj.hub.limit.Limits;
import io.flockerj.hub.people.Password;
import io.flockerj.hub.people.Passwords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Signing in and out. */
class SessionsOverHttpTest {
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

    private static final String PASSWORD = "'correct horse battery'";

    private Answer signIn(String name, String password) throws Exception {
        return hub.post("", "/session", "{'name': '" + name + "', 'password': " + password + "}");
    }

    @Test
    void somebodySignsInAsksWhoTheyAreAndSignsOut() throws Exception {
        hub.post(boss, "/users", "{'name': 'anna', 'displayName': 'Anna Å. 🦆', 'password': " + PASSWORD + "}");

        Answer session = signIn("anna", PASSWORD);

        assertThat(session.status()).isEqualTo(201);
        assertThat(session.json().get("user").get("displayName").asText()).isEqualTo("Anna Å. 🦆");
        assertThat(session.json().get("expires").asText()).isEqualTo("2026-11-04T11:32:00.500Z");
        String token = session.json().get("token").asText();
        Answer me = hub.get(token, "/me");
        assertThat(me.json().get("account").get("name").asText()).isEqualTo("anna");
        assertThat(me.json().get("by").asText()).isEqualTo("session");
        assertThat(hub.delete(token, "/session").status()).isEqualTo(204);
        assertThat(hub.get(token, "/me").code()).isEqualTo("revoked-token");
    }

    @Test
    void aSessionEndsByItself() throws Exception {
        assertThat(hub.get(boss, "/me").status()).isEqualTo(200);
        hub.pass(Duration.ofHours(12));
        assertThat(hub.get(boss, "/me").code()).isEqualTo("expired-token");
    }

    @Test
    void aWrongNameAndAWrongPasswordAreAnsweredAlike() throws Exception {
        hub.post(boss, "/users", "{'name': 'anna', 'password': " + PASSWORD + "}");
        Answer wrongPassword = signIn("anna", "'wrong horse battery'");
        Answer wrongName = signIn("nobody-there", PASSWORD);
        Answer noName = signIn("Nobody There!", PASSWORD);
        assertThat(wrongPassword.status()).isEqualTo(401);
        assertThat(wrongPassword.code()).isEqualTo("wrong-password");
        for (Answer other : new Answer[] {wrongName, noName}) {
            assertThat(other.status()).isEqualTo(401);
            assertThat(other.json().get("detail"))
                    .isEqualTo(wrongPassword.json().get("detail"));
        }
    }

    @Test
    @Timeout(60)
    void whoeverSignsInTakesATurnAtHashingWhetherThereIsSuchAnAccountOrNot() throws Exception {
        hub.post(boss, "/users", "{'name': 'anna', 'password': " + PASSWORD + "}");
        Password any = Password.choose("correct horse battery");
        hub.salts.asked = new CountDownLatch(Passwords.AT_ONCE);
        hub.salts.open = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Passwords.Hashed>> hashing = new ArrayList<>();
            for (int turn = 0; turn < Passwords.AT_ONCE; turn++) {
                hashing.add(threads.submit(() -> hub.passwords.prepare(any)));
            }
            hub.salts.asked.await();
            List<Future<Answer>> answers = new ArrayList<>();
            for (String name : List.of("anna", "nobody-there", "Nobody There!")) {
                answers.add(threads.submit(() -> signIn(name, "'wrong horse battery'")));
            }
            try {
                for (Future<Answer> answer : answers) {
                    assertThat(answer.get().code()).isEqualTo("busy");
                }
            } finally {
                hub.salts.open.countDown();
            }
            for (Future<Passwords.Hashed> each : hashing) {
                assertThat(each.get()).hasToString("Hashed");
            }
        }
    }

    @Test
    void whoTriesTooOftenIsToldHowLongToWait() throws Exception {
        hub.post(boss, "/users", "{'name': 'anna', 'password': " + PASSWORD + "}");
        for (int tried = 0; tried < 5; tried++) {
            assertThat(signIn("anna", "'wrong horse battery'").status()).isEqualTo(401);
        }
        Answer throttled = signIn("anna", PASSWORD);
        assertThat(throttled.status()).isEqualTo(429);
        assertThat(throttled.headers().firstValue("Retry-After")).contains("1");
        hub.pass(Duration.ofSeconds(1));
        assertThat(signIn("anna", PASSWORD).status()).isEqualTo(201);
    }

    @Test
    void anAddressThatAsksTooOftenIsNotListenedToWhenItSignsInEither() throws Exception {
        try (TestingHub limited = new TestingHub(directory.resolve("limited"), new Limits(0, 1, 1, 1))) {
            Answer answer = limited.get("", "/version");
            for (int asked = 0; asked <= Limits.BURST; asked++) {
                answer = limited.post("", "/session", "no JSON");
            }
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.code()).isEqualTo("too-many-requests");
        }
    }

    @Test
    void theVersionIsToldWhateverIsShownAndAsOftenAsOtherThingsOnly() throws Exception {
        try (TestingHub limited = new TestingHub(directory.resolve("limited"), new Limits(0, 1, 1, 1))) {
            assertThat(limited.get("flks_old", "/version").status()).isEqualTo(200);
            Answer answer = limited.get("", "/version");
            for (int asked = 0; asked < Limits.BURST; asked++) {
                answer = limited.get("", "/version");
            }
            assertThat(answer.code()).isEqualTo("too-many-requests");
        }
    }

    @Test
    void anOldTokenThatIsShownKeepsNobodyFromSigningIn() throws Exception {
        hub.post(boss, "/users", "{'name': 'anna', 'password': " + PASSWORD + "}");
        Answer session = hub.post("flks_old", "/session", "{'name': 'anna', 'password': " + PASSWORD + "}");
        assertThat(session.status()).isEqualTo(201);
    }

    @Test
    void onesOwnPasswordIsChangedByTellingTheOldOne() throws Exception {
        hub.post(boss, "/users", "{'name': 'anna', 'password': " + PASSWORD + "}");
        String token = signIn("anna", PASSWORD).json().get("token").asText();

        assertThat(hub.put(token, "/me/password", "{'old': 'wrong horse battery', 'new': 'another horse here'}")
                        .code())
                .isEqualTo("wrong-password");
        Answer tooShort = hub.put(token, "/me/password", "{'old': " + PASSWORD + ", 'new': 'short'}");
        assertThat(tooShort.status()).isEqualTo(400);
        assertThat(tooShort.field()).isEqualTo("new");
        assertThat(hub.put(token, "/me/password", "{'old': " + PASSWORD + ", 'new': 'another horse here'}")
                        .status())
                .isEqualTo(204);

        assertThat(hub.get(token, "/me").code()).isEqualTo("revoked-token");
        assertThat(signIn("anna", PASSWORD).status()).isEqualTo(401);
        assertThat(signIn("anna", "'another horse here'").status()).isEqualTo(201);
    }

    @Test
    void aTokenRevokesItselfBySigningOut() throws Exception {
        String token = hub.post(boss, "/tokens", "{'name': 'ci', 'volumesets': ['*/*'], 'right': 'read'}")
                .json()
                .get("secret")
                .asText();
        assertThat(hub.delete(token, "/session").status()).isEqualTo(204);
        assertThat(hub.get(token, "/me").code()).isEqualTo("revoked-token");
        assertThat(hub.get(boss, "/me").status()).isEqualTo(200);
    }

    @Test
    void theVersionIsToldToEverybody() throws Exception {
        assertThat(hub.get("", "/version").json().get("version").asText()).isEqualTo("1.2.3");
    }

    @Test
    void whoIsNotSignedInIsToldToBeforeAnythingElseIsLookedAt() throws Exception {
        Answer answer = hub.post("", "/users", "no JSON");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.code()).isEqualTo("sign-in");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"flockerhub\"");
    }
}
