package io.flockerj.hub.people;

import static io.flockerj.hub.people.People.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.Authentication.Outcome;
import io.flockerj.hub.access.Authentication.Reason;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.hub.database.OnDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tokens, sessions and signing in. */
abstract class TokensContract {
    private static final Duration DAY = Duration.ofDays(1);

    @RegisterExtension
    final OnDatabase on;

    private People people;
    private Account anna;

    TokensContract(OnDatabase on) {
        this.on = on;
    }

    @BeforeEach
    void open() throws Exception {
        people = new People(on.database());
        people.accounts.addUser(name("boss"), "", true);
        anna = people.user("anna");
        people.passwords.set(anna.id(), Password.choose("correct horse battery"));
    }

    private static NewToken wish(String name) {
        return new NewToken(
                name,
                List.of(new VolumesetPattern("crew/*"), new VolumesetPattern("anna/db")),
                Right.PUSH,
                Optional.of(DAY));
    }

    private Outcome shown(TokenSecret secret) throws IOException {
        return people.authentication.authenticate(Optional.of(secret.reveal()), "192.0.2.7", "r1");
    }

    private static Outcome refused(Reason reason) {
        return new Outcome.Refused(reason);
    }

    @Test
    void aTokenIsItsAccountWithinItsScope() throws Exception {
        Tokens.Made made = people.tokens.make(anna.id(), wish("laptop"));
        assertThat(shown(made.secret())).isInstanceOfSatisfying(Outcome.Known.class, known -> {
            Caller caller = known.caller();
            assertThat(caller.account()).contains(new Caller.Account(anna.id(), "anna"));
            assertThat(caller.address()).isEqualTo("192.0.2.7");
            assertThat(caller.token()).hasValueSatisfying(scope -> {
                assertThat(scope.highest()).isEqualTo(Right.PUSH);
                assertThat(scope.covers(People.volumeset("crew", "x"))).isTrue();
                assertThat(scope.covers(People.volumeset("anna", "db2"))).isFalse();
            });
        });
    }

    @Test
    void aSecretIsNeitherInTheDatabaseNorInAText() throws Exception {
        Tokens.Made made = people.tokens.make(anna.id(), wish("laptop"));
        assertThat(made.toString() + made.secret()).doesNotContain(made.secret().reveal());
        String row = on.database()
                .<String, RuntimeException>read(handle ->
                        handle.select("SELECT * FROM tokens").mapToMap().one().toString());
        assertThat(row)
                .contains(made.secret().hash().hex())
                .doesNotContain(made.secret().reveal().substring(5, 30));
    }

    @Test
    void whatWasRevokedIsRefusedAtOnce() throws Exception {
        Tokens.Made made = people.tokens.make(anna.id(), wish("laptop"));
        people.tokens.revoke(anna.id(), "laptop");
        assertThat(shown(made.secret())).isEqualTo(refused(Reason.REVOKED));
        assertThatThrownBy(() -> people.tokens.revoke(anna.id(), "laptop")).isInstanceOf(UnknownException.class);
        assertThat(people.tokens.of(anna.id())).isEmpty();
        // The name is free again.
        assertThat(shown(people.tokens.make(anna.id(), wish("laptop")).secret()))
                .isInstanceOf(Outcome.Known.class);
    }

    @Test
    void aTokenExpires() throws Exception {
        Tokens.Made made = people.tokens.make(anna.id(), wish("laptop"));
        people.pass(DAY.minusMillis(1));
        assertThat(shown(made.secret())).isInstanceOf(Outcome.Known.class);
        people.pass(Duration.ofMillis(1));
        assertThat(shown(made.secret())).isEqualTo(refused(Reason.EXPIRED));
    }

    @Test
    void theTokenOfAClosedAccountIsRefused() throws Exception {
        Tokens.Made made = people.tokens.make(anna.id(), wish("laptop"));
        people.accounts.setDisabled(name("anna"), true);
        assertThat(shown(made.secret())).isEqualTo(refused(Reason.ACCOUNT_CLOSED));
        people.accounts.setDisabled(name("anna"), false);
        assertThat(shown(made.secret())).isInstanceOf(Outcome.Known.class);
        people.accounts.remove(name("anna"));
        assertThat(shown(made.secret())).isEqualTo(refused(Reason.REVOKED));
    }

    @Test
    void whatIsNoTokenIsUnknownAndNothingShownIsAnonymous() throws Exception {
        Tokens.Made made = people.tokens.make(anna.id(), wish("laptop"));
        String secret = made.secret().reveal();
        String other = TokenSecret.make(false, new Random(1)).reveal();
        for (String wrong :
                List.of("", "x", secret + "0", secret.substring(1), secret.replace("flkt", "flks"), other)) {
            assertThat(people.authentication.authenticate(Optional.of(wrong), "::1", "r"))
                    .as(wrong)
                    .isEqualTo(refused(Reason.UNKNOWN));
        }
        assertThat(people.authentication.authenticate(Optional.empty(), "::1", "r"))
                .isEqualTo(new Outcome.Known(Caller.anonymous("::1", "r")));
    }

    @Test
    void theLastUseIsSeenToTheMinute() throws Exception {
        Tokens.Made made = people.tokens.make(anna.id(), wish("laptop"));
        assertThat(people.tokens.of(anna.id()).getFirst().lastUsed()).isEmpty();
        shown(made.secret());
        var first = people.instant();
        people.pass(Duration.ofSeconds(59));
        shown(made.secret());
        people.authentication.authenticate(Optional.of(made.secret().reveal()), "::2", "r");
        assertThat(people.tokens.of(anna.id()).getFirst().lastUsed()).contains(first);
        people.pass(Duration.ofSeconds(1));
        shown(made.secret());
        Token token = people.tokens.of(anna.id()).getFirst();
        assertThat(token.lastUsed()).contains(people.instant());
        assertThat(token.lastAddress()).contains("192.0.2.7");
    }

    @Test
    void badWishesAreRefusedByTheirField() throws Exception {
        List<VolumesetPattern> all = List.of(new VolumesetPattern("*/*"));
        assertThatThrownBy(() -> people.tokens.make(anna.id(), new NewToken("a b", all, Right.READ, Optional.empty())))
                .isInstanceOfSatisfying(
                        InvalidException.class, e -> assertThat(e.field()).isEqualTo("name"));
        assertThatThrownBy(
                        () -> people.tokens.make(anna.id(), new NewToken("a", List.of(), Right.READ, Optional.empty())))
                .isInstanceOfSatisfying(
                        InvalidException.class, e -> assertThat(e.field()).isEqualTo("volumesets"));
        for (Duration bad : List.of(Duration.ZERO, DAY.negated(), Duration.ofDays(4000))) {
            assertThatThrownBy(
                            () -> people.tokens.make(anna.id(), new NewToken("a", all, Right.READ, Optional.of(bad))))
                    .isInstanceOfSatisfying(
                            InvalidException.class, e -> assertThat(e.field()).isEqualTo("expires"));
        }
        people.tokens.make(anna.id(), wish("laptop"));
        assertThatThrownBy(() -> people.tokens.make(anna.id(), wish("laptop"))).isInstanceOf(ConflictException.class);
        Account crew = people.accounts.addTeam(name("crew"), "", anna.id());
        assertThatThrownBy(() -> people.tokens.make(crew.id(), wish("team"))).isInstanceOf(InvalidException.class);
    }

    private SignIn.Session signIn(String name, String password) throws Exception {
        return people.signIn.signIn(name, Password.claim(password), "192.0.2.7");
    }

    private static void assertRefused(ThrowingCallable call, SignInException.Reason reason) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SignInException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void whoSignsInHasASessionWithoutScopeThatEnds() throws Exception {
        SignIn.Session session = signIn("anna", "correct horse battery");
        assertThat(shown(session.secret())).isInstanceOfSatisfying(Outcome.Known.class, known -> {
            assertThat(known.caller().account().orElseThrow().name()).isEqualTo("anna");
            assertThat(known.caller().token()).isEmpty();
        });
        people.pass(Tokens.SESSION);
        assertThat(shown(session.secret())).isEqualTo(refused(Reason.EXPIRED));
        SignIn.Session other = signIn("anna", "correct horse battery");
        people.tokens.revoke(other.secret());
        assertThat(shown(other.secret())).isEqualTo(refused(Reason.REVOKED));
    }

    @Test
    void wrongNamesAndPasswordsAndClosedAccountsAreToldAlike() throws Exception {
        people.user("bert"); // has no password
        people.accounts.addService(name("bot"), "", anna.id());
        String message = "the name or the password is wrong";
        for (String name : List.of("anna", "bert", "bot", "nobodys", "../etc", "")) {
            assertThatThrownBy(() -> signIn(name, "wrong"))
                    .isInstanceOf(SignInException.class)
                    .hasMessage(message);
        }
        people.accounts.setDisabled(name("anna"), true);
        assertThatThrownBy(() -> signIn("anna", "correct horse battery"))
                .isInstanceOf(SignInException.class)
                .hasMessage(message);
    }

    @Test
    void theDoorClosesForANameThatIsGuessedAtWhetherItExistsOrNot() throws Exception {
        for (String name : List.of("anna", "nobodys")) {
            for (int n = 0; n < SignIn.FREE_OF_A_NAME; n++) {
                assertRefused(() -> signIn(name, "wrong"), SignInException.Reason.REFUSED);
            }
            assertRefused(() -> signIn(name, "correct horse battery"), SignInException.Reason.THROTTLED);
        }
        people.pass(Attempts.FIRST);
        assertThat(signIn("anna", "correct horse battery").account()).isEqualTo(anna);
        assertRefused(() -> signIn("anna", "wrong"), SignInException.Reason.REFUSED);
    }

    @Test
    void whoFindsTheDoorClosedCostsTheDatabaseNothing() throws Exception {
        for (int n = 0; n < SignIn.FREE_OF_A_NAME; n++) {
            assertRefused(() -> signIn("anna", "wrong"), SignInException.Reason.REFUSED);
        }
        on.tamper("ALTER TABLE accounts RENAME TO elsewhere");
        assertRefused(() -> signIn("anna", "wrong"), SignInException.Reason.THROTTLED);
    }

    @Test
    void whatTheDatabaseFailsAtIsNoFailedAttempt() throws Exception {
        on.tamper("ALTER TABLE accounts RENAME TO elsewhere");
        for (int n = 0; n <= SignIn.FREE_OF_A_NAME; n++) {
            assertThatThrownBy(() -> signIn("anna", "wrong")).isInstanceOf(DatabaseException.class);
        }
        on.tamper("ALTER TABLE elsewhere RENAME TO accounts");
        assertThat(signIn("anna", "correct horse battery").account()).isEqualTo(anna);
    }

    @Test
    void theDoorClosesForAnAddressThatTriesManyNamesAndAnAccountOfItsOwnDoesNotOpenIt() throws Exception {
        int refused = 0;
        boolean isClosed = false;
        while (refused < 40 && !isClosed) {
            try {
                signIn("anna", "correct horse battery");
                signIn("name" + refused, "wrong");
            } catch (SignInException e) {
                isClosed = e.reason() == SignInException.Reason.THROTTLED;
                refused++;
            }
        }
        assertThat(isClosed).isTrue();
        // Another network is not concerned.
        people.signIn.signIn("anna", Password.claim("correct horse battery"), "2001:db8::1");
    }

    @Test
    void oneNetworkOfIpv6CountsAsOneAddress() {
        int refused = 0;
        for (int n = 0; n < 30; n++) {
            String address = "2001:db8:0:1::" + Integer.toHexString(n + 1);
            String name = "name" + n;
            try {
                people.signIn.signIn(name, Password.claim("wrong"), address);
            } catch (SignInException e) {
                refused += e.reason() == SignInException.Reason.THROTTLED ? 1 : 0;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void nobodyIsLetInByAPasswordThatWasChangedWhileItWasLookedAt() throws Exception {
        String verified = people.passwords
                .verify(Optional.of(anna.id()), Password.claim("correct horse battery"))
                .orElseThrow();
        people.tokens.makeSession(anna.id(), "::1", verified);
        SignIn.Session session = signIn("anna", "correct horse battery");

        people.passwords.set(anna.id(), Password.choose("another horse battery"));

        assertThat(shown(session.secret())).isEqualTo(refused(Reason.REVOKED));
        assertRefused(() -> people.tokens.makeSession(anna.id(), "::1", verified), SignInException.Reason.REFUSED);
        assertRefused(
                () -> people.passwords.change(anna.id(), verified, Password.choose("a third horse battery")),
                SignInException.Reason.REFUSED);
    }

    @Test
    void aChangedPasswordEndsSessions() throws Exception {
        SignIn.Session session = signIn("anna", "correct horse battery");
        Password chosen = Password.choose("another horse battery");
        assertRefused(
                () -> people.signIn.changePassword(anna.id(), Password.claim("wrong"), chosen, "::1"),
                SignInException.Reason.REFUSED);
        people.signIn.changePassword(anna.id(), Password.claim("correct horse battery"), chosen, "::1");
        assertThat(shown(session.secret())).isEqualTo(refused(Reason.REVOKED));
        assertRefused(() -> signIn("anna", "correct horse battery"), SignInException.Reason.REFUSED);
        signIn("anna", "another horse battery");
    }
}
