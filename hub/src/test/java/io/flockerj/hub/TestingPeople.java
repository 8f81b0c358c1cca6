package io.flockerj.hub;

import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.NewToken;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Teams;
import io.flockerj.hub.people.Tokens;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** People of a real database: {@code alice}, the only one in {@code crew}; and {@code bob}. */
public final class TestingPeople {
    private final Path directory;
    private final Accounts accounts;
    private final Tokens tokens;
    private final Account alice;
    private final Account bob;

    /** @param directory for files with tokens */
    public TestingPeople(Path directory, Database database) throws IOException, PeopleException {
        SecureRandom random = new SecureRandom();
        InstantSource clock = InstantSource.system();
        this.directory = directory;
        this.accounts = new Accounts(database, clock, Id.source(random));
        this.tokens = new Tokens(database, clock, Id.source(random), random);
        this.alice = accounts.addUser(new AccountName("alice"), "", false);
        this.bob = accounts.addUser(new AccountName("bob"), "", false);
        Account team = accounts.addTeam(new AccountName("crew"), "", alice.id());
        new Teams(database, clock).put(team.name(), alice.name(), Right.ADMIN);
    }

    /** A file with a new token of alice's, or of bob's. */
    public Path token(String account) throws IOException, PeopleException {
        Id id = account.equals("alice") ? alice.id() : bob.id();
        Path file = Files.createTempFile(
                directory,
                "token",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        NewToken wish = new NewToken(
                String.valueOf(file.getFileName()),
                List.of(new VolumesetPattern("*/*")),
                Right.ADMIN,
                Optional.empty());
        return Files.writeString(file, tokens.make(id, wish).secret().reveal());
    }
}
