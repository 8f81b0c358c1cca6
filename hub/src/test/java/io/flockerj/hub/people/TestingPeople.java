package io.flockerj.hub.people;

import io.flockerj.hub.database.Database;
import io.flockerj.store.id.Id;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What other packages' tests need of people and cannot get in time otherwise. */
public final class TestingPeople {
    private TestingPeople() {}

    /** Cheap ones: what the real ones cost is tested by itself. */
    public static Passwords passwords(Database database, InstantSource clock, RandomGenerator random) {
        return new Passwords(database, clock, random, new Argon2(64, 1, 1));
    }

    /** The secret of a session, as if somebody had signed in. */
    public static String session(Database database, Tokens tokens, Id account) throws Exception {
        Optional<String> kept = database.read(handle -> Passwords.kept(handle, account.hex()));
        String hash = kept.orElseGet(
                () -> new Argon2(64, 1, 1).write("open sesame".getBytes(StandardCharsets.UTF_8), new byte[16]));
        if (kept.isEmpty()) {
            database.change(handle -> Passwords.put(handle, account, hash, 0));
        }
        return tokens.makeSession(account, "127.0.0.1", hash).secret().reveal();
    }
}
