package io.flockerj.hub.people;

import static io.flockerj.hub.people.People.allOf;
import static io.flockerj.hub.people.People.anonymous;
import static io.flockerj.hub.people.People.at;
import static io.flockerj.hub.people.People.caller;
import static io.flockerj.hub.people.People.name;
import static io.flockerj.hub.people.People.volumeset;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.Admission.Making;
import io.flockerj.hub.access.BranchPattern;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.TokenScope;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.database.OnDatabase;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may do what. */
abstract class RightsContract {
    private static final OwnerName CREW = new OwnerName("crew");

    @RegisterExtension
    final OnDatabase on;

    private People people;
    private Account boss;
    private Account anna;
    private Account bert;
    private Account crew;
    private Id db;

    RightsContract(OnDatabase on) {
        this.on = on;
    }

    @BeforeEach
    void open() throws Exception {
        people = new People(on.database());
        boss = people.accounts.addUser(name("boss"), "", true);
        anna = people.user("anna");
        bert = people.user("bert");
        crew = people.accounts.addTeam(name("crew"), "", anna.id());
        db = people.ids.get();
        assertThat(people.admission.make(caller(anna), volumeset("crew", "db"), db))
                .isEqualTo(Making.MADE);
    }

    private Optional<Right> right(Caller caller) throws IOException {
        Optional<Holding> byName = people.admission.find(caller, volumeset("crew", "db"));
        assertThat(people.admission.find(caller, CREW, db)).isEqualTo(byName);
        return byName.orElseThrow().right(caller);
    }

    /** Each way to have a right, each right, each visibility: the same answer by every way to ask. */
    @Test
    void theHighestOfAllThatWasGivenCountsAndVisibilityAddsReading() throws Exception {
        Account band = people.accounts.addTeam(name("band"), "", anna.id());
        people.teams.put(name("band"), name("bert"), Right.READ);
        List<@Nullable Right> choices = new ArrayList<>(Arrays.asList(Right.values()));
        choices.add(null);
        for (Visibility visibility : Visibility.values()) {
            people.setVisibility(volumeset("crew", "db"), visibility);
            for (Right role : choices) {
                set(
                        role,
                        () -> people.teams.put(name("crew"), name("bert"), orRead(role)),
                        () -> people.teams.remove(name("crew"), name("bert")));
                for (Right direct : choices) {
                    give(at("crew", "db"), bert, direct);
                    for (Right viaTeam : choices) {
                        give(allOf("crew"), band, viaTeam);
                        Optional<Right> granted = max(role, direct, viaTeam);
                        Optional<Right> expected = granted.isPresent() || visibility == Visibility.PRIVATE
                                ? granted
                                : Optional.of(Right.READ);
                        assertThat(right(caller(bert)))
                                .as("%s, role %s, given %s, by a team %s", visibility, role, direct, viaTeam)
                                .isEqualTo(expected);
                    }
                }
            }
            assertThat(right(anonymous()))
                    .isEqualTo(visibility == Visibility.PUBLIC ? Optional.of(Right.READ) : Optional.empty());
            assertThat(right(caller(boss)))
                    .as("an administrator, %s", visibility)
                    .isEqualTo(visibility == Visibility.PRIVATE ? Optional.empty() : Optional.of(Right.READ));
            assertThat(right(caller(anna))).contains(Right.ADMIN);
        }
    }

    private interface Change {
        void run() throws Exception;
    }

    private static void set(@Nullable Right right, Change give, Change take) throws Exception {
        if (right != null) {
            give.run();
            return;
        }
        try {
            take.run();
        } catch (UnknownException _) {
            // It was not given.
        }
    }

    private void give(Place place, Account to, @Nullable Right right) throws Exception {
        set(
                right,
                () -> people.grants.give(place, to.name(), orRead(right), anna.id()),
                () -> people.grants.take(place, to.name()));
    }

    private static Right orRead(@Nullable Right right) {
        return right == null ? Right.READ : right;
    }

    private static Optional<Right> max(@Nullable Right... rights) {
        return Arrays.stream(rights)
                .flatMap(right -> Optional.ofNullable(right).stream())
                .max(Right::compareTo);
    }

    @Test
    void anOwnerHasEveryRightAndOthersNone() throws Exception {
        people.admission.make(caller(bert), volumeset("bert", "x"), people.ids.get());
        Holding holding =
                people.admission.find(caller(bert), volumeset("bert", "x")).orElseThrow();
        assertThat(holding.granted()).contains(Right.ADMIN);
        assertThat(holding.visibility()).isEqualTo(Visibility.PRIVATE);
        assertThat(people.admission
                        .find(caller(anna), volumeset("bert", "x"))
                        .orElseThrow()
                        .granted())
                .isEmpty();
        assertThat(people.admission
                        .find(anonymous(), volumeset("bert", "x"))
                        .orElseThrow()
                        .granted())
                .isEmpty();
    }

    @Test
    void aTokenNarrowsAndNeverWidens() throws Exception {
        for (Right given : Right.values()) {
            people.grants.give(at("crew", "db"), name("bert"), given, anna.id());
            for (Right highest : Right.values()) {
                assertThat(right(withToken("crew/d*", highest))).contains(given.atMost(highest));
                assertThat(right(withToken("crew/x*", highest))).isEmpty();
            }
        }
        people.setVisibility(volumeset("crew", "db"), Visibility.INTERNAL);
        assertThat(right(withToken("other/*", Right.ADMIN))).isEmpty();
    }

    private Caller withToken(String pattern, Right highest) {
        TokenScope scope = new TokenScope(people.ids.get(), List.of(new VolumesetPattern(pattern)), highest);
        return new Caller(caller(bert).account(), Optional.of(scope), "::1", "r");
    }

    @Test
    void whatWasTakenIsGoneAtTheNextCall() throws Exception {
        people.grants.give(at("crew", "db"), name("bert"), Right.PUBLISH, anna.id());
        assertThat(right(caller(bert))).contains(Right.PUBLISH);
        people.grants.take(at("crew", "db"), name("bert"));
        assertThat(right(caller(bert))).isEmpty();
        assertThatThrownBy(() -> people.grants.take(at("crew", "db"), name("bert")))
                .isInstanceOf(UnknownException.class);

        people.grants.give(allOf("crew"), name("bert"), Right.PUSH, anna.id());
        people.accounts.setDisabled(name("bert"), true);
        assertThat(right(caller(bert))).isEmpty();
    }

    @Test
    void nobodyHasARightThroughADisabledTeam() throws Exception {
        people.accounts.addTeam(name("band"), "", bert.id());
        people.grants.give(at("crew", "db"), name("band"), Right.PUSH, anna.id());
        assertThat(right(caller(bert))).contains(Right.PUSH);
        people.accounts.setDisabled(name("band"), true);
        assertThat(right(caller(bert))).isEmpty();
    }

    @Test
    void whoLeavesATeamLosesWhatItMade() throws Exception {
        people.teams.put(name("crew"), name("bert"), Right.PUSH);
        people.admission.make(caller(bert), volumeset("crew", "new"), people.ids.get());
        assertThat(people.admission
                        .find(caller(bert), volumeset("crew", "new"))
                        .orElseThrow()
                        .granted())
                .contains(Right.ADMIN);
        people.teams.remove(name("crew"), name("bert"));
        assertThat(people.admission
                        .find(caller(bert), volumeset("crew", "new"))
                        .orElseThrow()
                        .granted())
                .isEmpty();
    }

    @Test
    void whoHasLeftATeamMeanwhileMakesNothingThere() throws Exception {
        people.teams.put(name("crew"), name("bert"), Right.PUSH);
        assertThat(people.admission.mayMake(caller(bert), CREW)).isTrue();
        people.teams.remove(name("crew"), name("bert"));

        assertThat(people.admission.make(caller(bert), volumeset("crew", "new"), people.ids.get()))
                .isEqualTo(Making.MAY_NOT);
        assertThat(people.admission.find(caller(anna), volumeset("crew", "new")))
                .isEmpty();
    }

    @Test
    void aServiceAccountDoesNotAdministrateWhatItMakes() throws Exception {
        Account bot = people.accounts.addService(name("bot"), "", crew.id());
        people.teams.put(name("crew"), name("bot"), Right.PUSH);

        assertThat(people.admission.make(caller(bot), volumeset("crew", "new"), people.ids.get()))
                .isEqualTo(Making.MADE);
        assertThat(people.admission
                        .find(caller(bot), volumeset("crew", "new"))
                        .orElseThrow()
                        .granted())
                .contains(Right.PUBLISH);
    }

    @Test
    void anOwnerIsSeenByEverybodyThatHasSomethingPublic() throws Exception {
        assertThat(people.admission.hasPublic(CREW)).isFalse();
        people.setVisibility(volumeset("crew", "db"), Visibility.INTERNAL);
        assertThat(people.admission.hasPublic(CREW)).isFalse();
        people.setVisibility(volumeset("crew", "db"), Visibility.PUBLIC);
        assertThat(people.admission.hasPublic(CREW)).isTrue();
        assertThat(people.admission.hasPublic(new OwnerName("anna"))).isFalse();
        people.admission.delete(caller(anna), volumeset("crew", "db"), db);
        assertThat(people.admission.hasPublic(CREW)).isFalse();
    }

    @Test
    void whoMayPushToAllOfAnOwnerMakesVolumesetsThere() throws Exception {
        assertThat(people.admission.mayMake(caller(bert), CREW)).isFalse();
        assertThat(people.admission.mayMake(anonymous(), CREW)).isFalse();
        assertThat(people.admission.mayMake(caller(boss), CREW)).isFalse();
        assertThat(people.admission.mayMake(caller(anna), CREW)).isTrue();
        assertThat(people.admission.mayMake(caller(bert), new OwnerName("bert")))
                .isTrue();
        assertThat(people.admission.mayMake(caller(bert), new OwnerName("nobodys")))
                .isFalse();
        people.grants.give(at("crew", "db"), name("bert"), Right.ADMIN, anna.id());
        assertThat(people.admission.mayMake(caller(bert), CREW))
                .as("a right to one volumeset")
                .isFalse();
        people.teams.put(name("crew"), name("bert"), Right.READ);
        assertThat(people.admission.mayMake(caller(bert), CREW)).isFalse();
        people.teams.put(name("crew"), name("bert"), Right.PUSH);
        assertThat(people.admission.mayMake(caller(bert), CREW)).isTrue();
    }

    @Test
    void ownersAreUsersAndTeamsThatWereNotRemoved() throws Exception {
        people.accounts.addService(name("bot"), "", anna.id());
        assertThat(people.admission.isOwner(CREW)).isTrue();
        assertThat(people.admission.isOwner(new OwnerName("anna"))).isTrue();
        assertThat(people.admission.isOwner(new OwnerName("bot"))).isFalse();
        assertThat(people.admission.isOwner(new OwnerName("nobodys"))).isFalse();
        people.accounts.remove(name("bert"));
        assertThat(people.admission.isOwner(new OwnerName("bert"))).isFalse();
    }

    @Test
    void aNameAndAVolumesetAreAnOwnersOnce() throws Exception {
        Id other = people.ids.get();
        assertThat(people.admission.make(caller(anna), volumeset("crew", "db"), db))
                .isEqualTo(Making.MADE);
        assertThat(people.admission.make(caller(anna), volumeset("crew", "db"), other))
                .isEqualTo(Making.NAME_TAKEN);
        assertThat(people.admission.make(caller(anna), volumeset("crew", "db2"), db))
                .isEqualTo(Making.VOLUMESET_TAKEN);
        // Another owner has the same volumeset, with rights of its own.
        assertThat(people.admission.make(caller(bert), volumeset("bert", "copy"), db))
                .isEqualTo(Making.MADE);
        assertThat(right(caller(bert))).isEmpty();
    }

    @Test
    void aListHoldsWhatWasGivenAndWhatIsNotPrivate() throws Exception {
        people.admission.make(caller(anna), volumeset("crew", "open"), people.ids.get());
        people.setVisibility(volumeset("crew", "open"), Visibility.INTERNAL);
        people.admission.make(caller(anna), volumeset("crew", "hidden"), people.ids.get());
        people.grants.give(at("crew", "db"), name("bert"), Right.READ, anna.id());
        assertThat(people.admission.all(caller(bert), CREW))
                .extracting(holding -> holding.name().name())
                .containsExactlyInAnyOrder("db", "open");
        assertThat(people.admission.all(caller(anna), CREW)).hasSize(3);
        assertThat(people.admission.all(caller(bert), new OwnerName("nobodys"))).isEmpty();
    }

    @Test
    void aDeletedVolumesetIsGoneAndCanBeRestoredForAStatedTime() throws Exception {
        people.grants.give(at("crew", "db"), name("bert"), Right.PUSH, anna.id());
        people.admission.delete(caller(anna), volumeset("crew", "db"), db);
        assertThat(people.admission.find(caller(anna), volumeset("crew", "db"))).isEmpty();
        assertThat(people.admission.find(caller(anna), CREW, db)).isEmpty();
        assertThat(people.admission.all(caller(anna), CREW)).isEmpty();
        // Its name is free at once, its id is not.
        assertThat(people.admission.make(caller(anna), volumeset("crew", "x"), db))
                .isEqualTo(Making.VOLUMESET_TAKEN);
        Id other = people.ids.get();
        people.admission.make(caller(anna), volumeset("crew", "db"), other);
        assertThatThrownBy(() -> people.volumesets.restore(CREW, db, Optional.empty()))
                .isInstanceOf(ConflictException.class);
        assertThat(people.search
                        .deleted(caller(anna), volumeset("crew", "db"), Optional.of(db))
                        .orElseThrow()
                        .restorableUntil())
                .contains(people.instant().plus(People.RESTORABLE));
        assertThat(people.volumesets.restore(CREW, db, Optional.of("old"))).isEqualTo(volumeset("crew", "old"));
        assertThat(people.admission.find(caller(bert), CREW, db).orElseThrow().granted())
                .contains(Right.PUSH);
    }

    @Test
    void whatIsOverdueIsForgottenAndNothingElse() throws Exception {
        people.grants.give(at("crew", "db"), name("bert"), Right.PUSH, anna.id());
        people.protections.protectBranches(at("crew", "db"), new BranchPattern("main"));
        assertThat(people.removals.begin(CREW, db)).isFalse();
        people.admission.delete(caller(anna), volumeset("crew", "db"), db);
        people.pass(People.RESTORABLE.minusMillis(1));
        assertThat(people.removals.begin(CREW, db)).isFalse();
        assertThat(people.removals.due()).isEmpty();
        assertThat(people.search.deleted(caller(anna), volumeset("crew", "db"), Optional.of(db)))
                .isPresent();
        people.pass(Duration.ofMillis(1));
        assertThatThrownBy(() -> people.volumesets.restore(CREW, db, Optional.empty()))
                .isInstanceOf(UnknownException.class);
        assertThat(people.removals.due()).containsExactly(new Removals.Due(volumeset("crew", "db"), db, false, false));
        assertThat(people.removals.begin(CREW, db)).isTrue();
        people.removals.emptied(CREW, db);
        people.pass(Removals.SETTLING.minusMillis(1));
        assertThat(people.removals.forget(CREW, db)).isFalse();
        people.pass(Duration.ofMillis(1));
        assertThat(people.removals.forget(CREW, db)).isTrue();
        assertThat(people.admission.make(caller(anna), volumeset("crew", "db"), db))
                .isEqualTo(Making.MADE);
        assertThat(right(caller(bert))).isEmpty();
        assertThat(people.protections.of(at("crew", "db")).protectedBranches()).isEmpty();
    }

    @Test
    void whoseClockIsSlowDoesNotRestoreWhatIsBeingRemoved() throws Exception {
        people.admission.delete(caller(anna), volumeset("crew", "db"), db);
        people.pass(People.RESTORABLE);
        assertThat(people.removals.begin(CREW, db)).isTrue();
        people.pass(Duration.ofMinutes(-10));

        assertThatThrownBy(() -> people.volumesets.restore(CREW, db, Optional.empty()))
                .isInstanceOf(UnknownException.class);
    }

    @Test
    void anOwnerOfVolumesetsIsNotRemoved() {
        assertThatThrownBy(() -> people.accounts.remove(name("crew")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("owns volumesets");
    }

    @Test
    void branchesAndTagsAreProtectedInOneVolumesetOrInAll() throws Exception {
        people.protections.protectBranches(at("crew", "db"), new BranchPattern("main"));
        people.protections.protectBranches(at("crew", "db"), new BranchPattern("main"));
        people.protections.keepTags(allOf("crew"), new BranchPattern("v*"));
        people.admission.make(caller(anna), volumeset("crew", "other"), people.ids.get());
        var rules = people.admission.find(caller(anna), CREW, db).orElseThrow().rules();
        assertThat(rules.isProtected("main")).isTrue();
        assertThat(rules.isProtected("mains")).isFalse();
        assertThat(rules.isImmutable("v1.0")).isTrue();
        var others = people.admission
                .find(caller(anna), volumeset("crew", "other"))
                .orElseThrow()
                .rules();
        assertThat(others.isProtected("main")).isFalse();
        assertThat(others.isImmutable("v1.0")).isTrue();
        assertThat(people.protections.of(at("crew", "db")).immutableTags()).isEmpty();

        people.protections.releaseTags(allOf("crew"), new BranchPattern("v*"));
        people.protections.unprotectBranches(at("crew", "db"), new BranchPattern("main"));
        assertThat(people.admission
                        .find(caller(anna), CREW, db)
                        .orElseThrow()
                        .rules()
                        .isProtected("main"))
                .isFalse();
        assertThatThrownBy(() -> people.protections.unprotectBranches(at("crew", "db"), new BranchPattern("main")))
                .isInstanceOf(UnknownException.class);
    }

    @Test
    void grantsAreListedWithWhoGaveThem() throws Exception {
        people.grants.give(allOf("crew"), name("bert"), Right.PUSH, anna.id());
        people.grants.give(allOf("crew"), name("bert"), Right.PUBLISH, boss.id());
        assertThat(people.grants.of(allOf("crew")))
                .containsExactly(new Grants.Grant(
                        name("bert"), Account.Kind.USER, Right.PUBLISH, name("boss"), people.instant()));
        assertThatThrownBy(() -> people.grants.give(allOf("crew"), name("crew"), Right.READ, anna.id()))
                .isInstanceOf(InvalidException.class);
        assertThatThrownBy(() -> people.grants.give(at("crew", "gone"), name("bert"), Right.READ, anna.id()))
                .isInstanceOf(UnknownException.class);
        people.accounts.addService(name("bot"), "", crew.id());
        assertThatThrownBy(() -> people.grants.give(allOf("crew"), name("bot"), Right.ADMIN, anna.id()))
                .isInstanceOf(InvalidException.class);
    }

    private List<String> seen(Caller caller, Optional<OwnerName> owner, Optional<String> text) throws IOException {
        VolumesetSearch.Wish wish = new VolumesetSearch.Wish(owner, text, false);
        return people.search.page(caller, wish, Optional.empty(), 100).volumesets().stream()
                .map(each -> each.name() + " " + each.right().written())
                .toList();
    }

    private List<String> seen(Caller caller) throws IOException {
        return seen(caller, Optional.empty(), Optional.empty());
    }

    @Test
    void eachFindsOfAllOwnersWhatTheyMayRead() throws Exception {
        people.admission.make(caller(bert), volumeset("bert", "Some_db"), people.ids.get());
        assertThat(seen(caller(anna))).containsExactly("crew/db admin");
        assertThat(seen(caller(bert))).containsExactly("bert/Some_db admin");
        assertThat(seen(caller(boss))).isEmpty();
        assertThat(seen(anonymous())).isEmpty();

        people.grants.give(at("crew", "db"), name("bert"), Right.PUSH, anna.id());
        people.setVisibility(volumeset("bert", "Some_db"), Visibility.INTERNAL);
        assertThat(seen(caller(bert))).containsExactly("bert/Some_db admin", "crew/db push");
        assertThat(seen(caller(anna))).containsExactly("bert/Some_db read", "crew/db admin");
        assertThat(seen(anonymous())).isEmpty();
        people.setVisibility(volumeset("bert", "Some_db"), Visibility.PUBLIC);
        assertThat(seen(anonymous())).containsExactly("bert/Some_db read");

        assertThat(seen(caller(bert), Optional.empty(), Optional.of("E_D"))).containsExactly("bert/Some_db admin");
        assertThat(seen(caller(bert), Optional.empty(), Optional.of("%"))).isEmpty();
        assertThat(seen(caller(bert), Optional.of(CREW), Optional.empty())).containsExactly("crew/db push");
        people.accounts.setDisabled(name("bert"), true);
        assertThat(seen(caller(bert))).containsExactly("bert/Some_db read");
    }

    @Test
    void whatIsFoundComesPageByPage() throws Exception {
        for (String each : List.of("b", "C", "a", "A")) {
            people.admission.make(caller(anna), volumeset("anna", each), people.ids.get());
        }
        List<String> names = new ArrayList<>();
        Optional<VolumesetSearch.Cursor> behind = Optional.empty();
        int pages = 0;
        do {
            VolumesetSearch.Wish wish = new VolumesetSearch.Wish(Optional.empty(), Optional.empty(), false);
            VolumesetSearch.Page page = people.search.page(caller(anna), wish, behind, 2);
            page.volumesets().forEach(each -> names.add(each.name().toString()));
            behind = page.next()
                    .map(next -> VolumesetSearch.Cursor.parse(next.written()).orElseThrow());
            pages++;
        } while (behind.isPresent());
        assertThat(names).containsExactlyInAnyOrder("anna/a", "anna/A", "anna/b", "anna/C", "crew/db");
        assertThat(pages).isEqualTo(3);
    }

    @Test
    void whatWasDeletedIsFoundByWhoMayRestoreIt() throws Exception {
        people.grants.give(at("crew", "db"), name("bert"), Right.PUBLISH, anna.id());
        people.admission.delete(caller(anna), volumeset("crew", "db"), db);
        assertThat(people.search.deleted(caller(anna), volumeset("crew", "db"), Optional.empty()))
                .isPresent();
        assertThat(people.search.deleted(caller(bert), volumeset("crew", "db"), Optional.of(db)))
                .isEmpty();
        assertThat(people.search.deleted(caller(boss), volumeset("crew", "db"), Optional.empty()))
                .isEmpty();
        assertThat(seen(caller(anna))).isEmpty();
        VolumesetSearch.Wish wish = new VolumesetSearch.Wish(Optional.empty(), Optional.empty(), true);
        assertThat(people.search.page(caller(anna), wish, Optional.empty(), 10).volumesets())
                .hasSize(1);
        assertThat(people.search.page(caller(bert), wish, Optional.empty(), 10).volumesets())
                .isEmpty();
        people.pass(People.RESTORABLE);
        assertThat(people.search.deleted(caller(anna), volumeset("crew", "db"), Optional.empty()))
                .isEmpty();
        assertThat(people.search.page(caller(anna), wish, Optional.empty(), 10).volumesets())
                .isEmpty();
    }

    @Test
    void aRightToAllOfAnOwnerIsNoMoreThanTheTokenSays() throws Exception {
        assertThat(people.admission.toAll(caller(anna), CREW)).contains(Right.ADMIN);
        assertThat(people.admission.toAll(caller(boss), CREW)).isEmpty();
        people.grants.give(at("crew", "db"), name("bert"), Right.ADMIN, anna.id());
        assertThat(people.admission.toAll(caller(bert), CREW)).isEmpty();
        people.grants.give(allOf("crew"), name("bert"), Right.PUBLISH, anna.id());
        assertThat(people.admission.toAll(caller(bert), CREW)).contains(Right.PUBLISH);
        for (String narrow : List.of("crew/db", "crew/d*", "other/*", "crew-*/*")) {
            assertThat(people.admission.toAll(with(narrow), CREW)).as(narrow).isEmpty();
        }
        assertThat(people.admission.toAll(with("cr*/*"), CREW)).contains(Right.PUSH);
    }

    private Caller with(String pattern) {
        TokenScope scope = new TokenScope(people.ids.get(), List.of(new VolumesetPattern(pattern)), Right.PUSH);
        Caller caller = caller(anna);
        return new Caller(caller.account(), Optional.of(scope), caller.address(), caller.request());
    }
}
