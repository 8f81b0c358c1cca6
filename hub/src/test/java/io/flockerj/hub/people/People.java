package io.flockerj.hub.people;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Id;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** All parts of the package over one database, with a clock that is set by hand. */
final class People implements InstantSource {
    static final Duration RESTORABLE = Duration.ofDays(7);

    private Instant now = Instant.parse("2026-11-03T23:32:00Z");
    private final Random random = new Random(7);
    final Supplier<Id> ids = Id.source(random);
    final Accounts accounts;
    final Teams teams;
    final Passwords passwords;
    final Tokens tokens;
    final TokenAuthentication authentication;
    final SignIn signIn;
    final Grants grants;
    final Protections protections;
    final Volumesets volumesets;
    final VolumesetSearch search;
    final Removals removals;
    final HubAdmission admission;
    final FirstAdministrator first;

    People(Database database) {
        accounts = new Accounts(database, this, ids);
        teams = new Teams(database, this);
        // Cheap ones: what the real ones cost is tested by itself.
        passwords = new Passwords(database, this, random, new Argon2(64, 1, 1));
        tokens = new Tokens(database, this, ids, random);
        authentication = new TokenAuthentication(tokens, this);
        signIn = new SignIn(accounts, passwords, tokens, this);
        grants = new Grants(database, this);
        protections = new Protections(database, this);
        volumesets = new Volumesets(database, this);
        search = new VolumesetSearch(database, this);
        removals = new Removals(database, this);
        admission = new HubAdmission(database, this, RESTORABLE);
        first = new FirstAdministrator(database, passwords, this, ids, random);
    }

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    static AccountName name(String text) {
        return new AccountName(text);
    }

    static VolumesetName volumeset(String owner, String name) {
        return new VolumesetName(new OwnerName(owner), name);
    }

    static Place at(String owner, String name) {
        return new Place.Volumeset(volumeset(owner, name));
    }

    static Place allOf(String owner) {
        return new Place.Owner(new OwnerName(owner));
    }

    Account user(String name) throws PeopleException, DatabaseException {
        return accounts.addUser(name(name), "", false);
    }

    void setVisibility(VolumesetName name, Visibility visibility) throws PeopleException, DatabaseException {
        Volumesets.Known known = volumesets.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
        volumesets.setVisibility(name, known.id(), visibility);
    }

    static Caller caller(Account account) {
        return new Caller(
                Optional.of(new Caller.Account(account.id(), account.name().value())), Optional.empty(), "::1", "r");
    }

    static Caller anonymous() {
        return Caller.anonymous("::1", "r");
    }
}
