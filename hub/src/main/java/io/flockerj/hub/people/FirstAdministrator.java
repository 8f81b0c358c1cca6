package io.flockerj.hub.people;

import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;

/**
 * Sets the first administrator of a hub that has no account yet: whoever knows the code that the hub has printed, once. Of the code the
 * hash is kept; a new one takes the place of the one before, and using it ends it.
 */
public final class FirstAdministrator {
    private static final int CODE_LENGTH = 16;

    private final Database database;
    private final Passwords passwords;
    private final InstantSource clock;
    private final Supplier<Id> ids;
    private final RandomGenerator random;

    /** @param random one that nobody can guess */
    public FirstAdministrator(
            Database database, Passwords passwords, InstantSource clock, Supplier<Id> ids, RandomGenerator random) {
        this.database = database;
        this.passwords = passwords;
        this.clock = clock;
        this.ids = ids;
        this.random = random;
    }

    /** Makes a code, if there is no account yet. */
    public Optional<String> code() throws DatabaseException {
        byte[] bits = new byte[CODE_LENGTH];
        random.nextBytes(bits);
        String code = HexFormat.of().formatHex(bits);
        return database.change(handle -> {
            if (!isOpen(handle)) {
                return Optional.empty();
            }
            handle.execute("DELETE FROM setup_code");
            handle.execute(
                    "INSERT INTO setup_code (one, hash, created) VALUES (1, ?, ?)",
                    hash(code).hex(),
                    clock.millis());
            return Optional.of(code);
        });
    }

    /** Whether the first administrator is yet to be set. */
    public boolean isOpen() throws DatabaseException {
        return database.read(FirstAdministrator::isOpen);
    }

    private static boolean isOpen(Handle handle) {
        return AccountRows.behind(handle, "", 1).isEmpty();
    }

    /** Sets the first administrator. */
    public Account set(String code, AccountName name, Password password) throws PeopleException, DatabaseException {
        Account user = new Account(
                ids.get(),
                name,
                Account.Kind.USER,
                "",
                true,
                Optional.empty(),
                Visibility.PRIVATE,
                clock.instant(),
                Optional.empty());
        String hash = passwords.hash(password);
        return database.change(handle -> {
            if (!isOpen(handle) || !isCode(handle, code)) {
                throw SignInException.refused();
            }
            AccountRows.add(handle, user);
            Passwords.put(handle, user.id(), hash, clock.millis());
            handle.execute("DELETE FROM setup_code");
            return user;
        });
    }

    private static boolean isCode(Handle handle, String code) {
        Optional<String> hash =
                handle.select("SELECT hash FROM setup_code").mapTo(String.class).findOne();
        return hash.isPresent()
                && MessageDigest.isEqual(
                        Hash.parse(hash.get()).bytes(), hash(code).bytes());
    }

    private static Hash hash(String code) {
        return Sha256.of(code.strip().getBytes(StandardCharsets.UTF_8));
    }
}
