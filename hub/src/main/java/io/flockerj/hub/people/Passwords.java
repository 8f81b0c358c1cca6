package io.flockerj.hub.people;

import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseException;
import io.flockerj.store.id.Id;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;

/**
 * The passwords of users, as hashes of Argon2id. Whether there is a password costs the same time as whether it is right. No more than
 * {@link #AT_ONCE} are looked at together, for each takes 19 MiB; who does not get a turn within {@link #PATIENCE} is told to come again.
 */
public final class Passwords {
    /** So many are hashed together. */
    public static final int AT_ONCE = 4;

    /** How long anybody waits for a turn. */
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Database database;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Argon2 parameters;
    private final String nobodys;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /** @param random one that nobody can guess */
    public Passwords(Database database, InstantSource clock, RandomGenerator random) {
        this(database, clock, random, Argon2.OWASP);
    }

    Passwords(Database database, InstantSource clock, RandomGenerator random, Argon2 parameters) {
        this.database = database;
        this.clock = clock;
        this.random = random;
        this.parameters = parameters;
        this.nobodys = parameters.write(salt(), salt());
    }

    private byte[] salt() {
        byte[] salt = new byte[Argon2.SALT_LENGTH];
        random.nextBytes(salt);
        return salt;
    }

    /** Gives an account a password in place of the one it has, and ends all sessions. */
    public void set(Id account, Password password) throws DatabaseException, SignInException {
        String hash = hash(password);
        database.change(handle -> replace(handle, account, hash));
    }

    /**
     * As {@link #set}, if the account still has the password that was looked at.
     *
     * @param verified what {@link #verify} has returned
     */
    void change(Id account, String verified, Password password) throws DatabaseException, SignInException {
        String hash = hash(password);
        database.change(handle -> {
            requireStill(handle, account, verified);
            return replace(handle, account, hash);
        });
    }

    private int replace(Handle handle, Id account, String hash) {
        put(handle, account, hash, clock.millis());
        return Tokens.endSessions(handle, account, clock.millis());
    }

    /** Errs if the account has another password now, or none. */
    static void requireStill(Handle handle, Id account, String verified) throws SignInException {
        if (!kept(handle, account.hex()).equals(Optional.of(verified))) {
            throw SignInException.refused();
        }
    }

    /** A hash that is not yet anybody's. */
    public static final class Hashed {
        private final String text;

        private Hashed(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        @Override
        public String toString() {
            return "Hashed";
        }
    }

    /** Hashes a password for an account that is yet to be made: so it is made with it, or not at all. */
    public Hashed prepare(Password password) throws SignInException {
        return new Hashed(hash(password));
    }

    String hash(Password password) throws SignInException {
        return hashed(() -> parameters.write(password.bytes(), salt()));
    }

    static int put(Handle handle, Id account, String hash, long now) {
        return handle.createUpdate("""
            INSERT INTO passwords (account_id, hash, changed) VALUES (:account, :hash, :now)
            ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, changed = excluded.changed\
            """)
                .bind("account", account.hex())
                .bind("hash", hash)
                .bind("now", now)
                .execute();
    }

    /** Whether {@link #verify} finds a password right. */
    public boolean isRight(Optional<Id> account, Password password) throws DatabaseException, SignInException {
        return verify(account, password).isPresent();
    }

    /**
     * Looks whether a password is right.
     *
     * @param account empty if there is none of the name that was given, which takes as long
     * @return the hash of the one that it is; empty if it is wrong
     */
    Optional<String> verify(Optional<Id> account, Password password) throws DatabaseException, SignInException {
        Optional<String> hash =
                database.read(handle -> kept(handle, account.map(Id::hex).orElse("")));
        boolean same = hashed(() -> Argon2.matches(hash.orElse(nobodys), password.bytes()));
        return hash.filter(_ -> same);
    }

    static Optional<String> kept(Handle handle, String account) {
        return handle.createQuery("SELECT hash FROM passwords WHERE account_id = :account")
                .bind("account", account)
                .mapTo(String.class)
                .findOne();
    }

    private <T> T hashed(Supplier<T> hashing) throws SignInException {
        try {
            if (!turns.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw SignInException.busy();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw SignInException.busy();
        }
        try {
            return hashing.get();
        } finally {
            turns.release();
        }
    }
}
