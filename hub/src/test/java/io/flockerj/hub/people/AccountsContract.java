package io.flockerj.hub.people;

import static io.flockerj.hub.people.People.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.database.OnDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Accounts and teams. */
abstract class AccountsContract {
    @RegisterExtension
    final OnDatabase on;

    private People people;

    AccountsContract(OnDatabase on) {
        this.on = on;
    }

    @BeforeEach
    void open() {
        people = new People(on.database());
    }

    @Test
    void anAccountIsFoundAsItWasMade() throws Exception {
        Account anna = people.accounts.addUser(name("anna"), "Anna Å. 🦆", true);
        Account bot = people.accounts.addService(name("bot"), "", anna.id());
        assertThat(people.accounts.find(name("anna"))).contains(anna);
        assertThat(people.accounts.find(bot.id())).contains(bot);
        assertThat(people.accounts.find(name("nobodys"))).isEmpty();
    }

    @Test
    void aNameIsNeverGivenToASecondAccount() throws Exception {
        people.accounts.addUser(name("boss"), "", true);
        people.user("anna");
        assertThatThrownBy(() -> people.user("anna")).isInstanceOf(ConflictException.class);
        people.accounts.remove(name("anna"));
        assertThat(people.accounts.find(name("anna"))).isEmpty();
        assertThatThrownBy(() -> people.user("anna"))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("is taken, or was");
    }

    @Test
    void accountsComePageByPageInTheOrderOfTheirNames() throws Exception {
        for (String each : List.of("d", "b", "a", "c")) {
            people.user(each);
        }
        assertThat(people.accounts.behind(Optional.empty(), 2))
                .extracting(account -> account.name().value())
                .containsExactly("a", "b");
        assertThat(people.accounts.behind(Optional.of(name("b")), 9))
                .extracting(account -> account.name().value())
                .containsExactly("c", "d");
    }

    @Test
    void theLastAdministratorStays() throws Exception {
        people.accounts.addUser(name("anna"), "", true);
        assertThatThrownBy(() -> people.accounts.setAdministrator(name("anna"), false))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> people.accounts.setDisabled(name("anna"), true))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> people.accounts.remove(name("anna"))).isInstanceOf(ConflictException.class);
        assertThat(people.accounts.find(name("anna")).orElseThrow().isAdministrator())
                .isTrue();

        people.accounts.addUser(name("bert"), "", true);
        people.accounts.setAdministrator(name("anna"), false);
        assertThat(people.accounts.find(name("anna")).orElseThrow().isAdministrator())
                .isFalse();
    }

    @Test
    void ofTwoAdministratorsWhoResignAtOnceOneStays() throws Exception {
        for (int round = 0; round < 10; round++) {
            AccountName one = name("one" + round);
            AccountName two = name("two" + round);
            people.accounts.addUser(one, "", true);
            people.accounts.addUser(two, "", true);
            if (round > 0) {
                for (Account before : people.accounts.behind(Optional.empty(), 100)) {
                    if (before.isAdministrator()
                            && !before.name().equals(one)
                            && !before.name().equals(two)) {
                        people.accounts.setAdministrator(before.name(), false);
                    }
                }
            }
            assertThat(resign(List.of(one, two))).as("round %s", round).isOne();
        }
    }

    private long resign(List<AccountName> names) throws Exception {
        List<Future<Boolean>> all = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (AccountName each : names) {
                all.add(executor.submit(() -> {
                    try {
                        people.accounts.setAdministrator(each, false);
                        return true;
                    } catch (ConflictException _) {
                        return false;
                    }
                }));
            }
        }
        long resigned = 0;
        for (Future<Boolean> one : all) {
            resigned += one.get() ? 1 : 0;
        }
        return resigned;
    }

    @Test
    void onlyUsersAdministrateAndNobodyAnswersForAServiceButUsersAndTeams() throws Exception {
        Account anna = people.user("anna");
        Account bot = people.accounts.addService(name("bot"), "", anna.id());
        assertThatThrownBy(() -> people.accounts.setAdministrator(name("bot"), true))
                .isInstanceOf(UnknownException.class);
        assertThatThrownBy(() -> people.accounts.addService(name("bot2"), "", bot.id()))
                .isInstanceOf(InvalidException.class);
        assertThatThrownBy(() -> people.accounts.remove(name("anna")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("service accounts");
    }

    @Test
    void aDisplayNameHidesNothing() {
        assertThatThrownBy(() -> people.accounts.addUser(name("anna"), "an\u202ena", false))
                .isInstanceOf(InvalidException.class);
        assertThatThrownBy(() -> people.accounts.addUser(name("anna"), "a".repeat(101), false))
                .isInstanceOf(InvalidException.class);
    }

    @Test
    void membersComeAndGoAndAnAdminStays() throws Exception {
        Account anna = people.user("anna");
        people.user("bert");
        Account crew = people.accounts.addTeam(name("crew"), "", anna.id());
        people.teams.put(name("crew"), name("bert"), Right.PUSH);
        assertThat(people.teams.members(name("crew")))
                .extracting(member -> member.name() + " " + member.role().written())
                .containsExactly("anna admin", "bert push");
        assertThat(people.teams.role(crew.id(), anna.id())).contains(Right.ADMIN);

        assertThatThrownBy(() -> people.teams.remove(name("crew"), name("anna")))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> people.teams.put(name("crew"), name("anna"), Right.READ))
                .isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> people.accounts.remove(name("anna")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("crew");

        people.teams.put(name("crew"), name("bert"), Right.ADMIN);
        people.teams.remove(name("crew"), name("anna"));
        assertThat(people.teams.members(name("crew"))).hasSize(1);
        assertThatThrownBy(() -> people.teams.remove(name("crew"), name("anna")))
                .isInstanceOf(UnknownException.class);
    }

    @Test
    void aTeamIsNoMemberAndAServiceNoAdmin() throws Exception {
        Account anna = people.user("anna");
        people.accounts.addTeam(name("crew"), "", anna.id());
        people.accounts.addTeam(name("band"), "", anna.id());
        people.accounts.addService(name("bot"), "", anna.id());
        assertThatThrownBy(() -> people.teams.put(name("crew"), name("band"), Right.READ))
                .isInstanceOf(InvalidException.class);
        assertThatThrownBy(() -> people.teams.put(name("crew"), name("bot"), Right.ADMIN))
                .isInstanceOf(InvalidException.class);
        people.teams.put(name("crew"), name("bot"), Right.PUBLISH);
        assertThatThrownBy(() -> people.teams.members(name("anna"))).isInstanceOf(UnknownException.class);
    }

    @Test
    void theFirstAdministratorIsSetOnceByTheLastCode() throws Exception {
        String old = people.first.code().orElseThrow();
        String code = people.first.code().orElseThrow();
        Password password = Password.choose("correct horse battery");
        assertThatThrownBy(() -> people.first.set(old, name("anna"), password)).isInstanceOf(SignInException.class);
        assertThat(on.database()
                        .<String, RuntimeException>read(handle -> handle.select("SELECT hash FROM setup_code")
                                .mapTo(String.class)
                                .one()))
                .doesNotContain(code);

        Account anna = people.first.set(code, name("anna"), password);
        assertThat(anna.isAdministrator()).isTrue();
        assertThat(people.signIn.signIn("anna", password, "::1").account()).isEqualTo(anna);
        assertThatThrownBy(() -> people.first.set(code, name("bert"), password)).isInstanceOf(SignInException.class);
        assertThat(people.first.code()).isEmpty();
    }

    @Test
    void anAccountIsChangedInAllThatIsWishedOrInNothing() throws Exception {
        people.accounts.addUser(name("anna"), "Anna", true);
        AccountChange resign = new AccountChange(
                Optional.of("A"), Optional.of(Visibility.PUBLIC), Optional.of(false), Optional.of(true));
        assertThatThrownBy(() -> people.accounts.change(name("anna"), Account.Kind.USER, resign))
                .isInstanceOf(ConflictException.class);
        assertThat(people.accounts.find(name("anna")).orElseThrow().displayName())
                .isEqualTo("Anna");

        people.accounts.addUser(name("bert"), "", true);
        Account changed = people.accounts.change(name("anna"), Account.Kind.USER, resign);
        assertThat(people.accounts.find(name("anna"))).contains(changed);
        assertThat(changed.disabled()).contains(people.instant());
        people.pass(Duration.ofDays(1));
        assertThat(people.accounts.change(name("anna"), Account.Kind.USER, resign))
                .isEqualTo(changed);
        assertThatThrownBy(() -> people.accounts.change(name("anna"), Account.Kind.TEAM, resign))
                .isInstanceOf(InvalidException.class);
    }

    @Test
    void accountsOfAKindComePageByPage() throws Exception {
        Account anna = people.user("anna");
        Account bert = people.user("bert");
        Account crew = people.accounts.addTeam(name("crew"), "", anna.id());
        Account bot = people.accounts.addService(name("bot"), "", crew.id());
        people.teams.put(name("crew"), name("bert"), Right.PUSH);
        assertThat(people.accounts.behind(Account.Kind.USER, "", 1)).containsExactly(anna);
        assertThat(people.accounts.behind(Account.Kind.USER, "anna", 9)).containsExactly(bert);
        assertThat(people.accounts.behind(Account.Kind.SERVICE, "", 9)).containsExactly(bot);
        assertThat(people.accounts.teamsOf(bert.id(), "", 9)).containsExactly(crew);
        assertThat(people.accounts.teamsOf(bert.id(), "crew", 9)).isEmpty();
        assertThat(people.accounts.answeredBy(anna.id(), "", 9)).containsExactly(bot);
        assertThat(people.accounts.answeredBy(bert.id(), "", 9)).isEmpty();
        assertThat(people.teams.of(bert.id())).containsExactly(new Membership(name("crew"), Right.PUSH));
    }

    @Test
    void whoseANameWasIsKnownAfterTheyLeft() throws Exception {
        people.accounts.addUser(name("boss"), "", true);
        Account anna = people.user("anna");
        people.accounts.remove(name("anna"));
        assertThat(people.accounts.idEver(name("anna"))).contains(anna.id());
        assertThat(people.accounts.idEver(name("bert"))).isEmpty();
    }
}
