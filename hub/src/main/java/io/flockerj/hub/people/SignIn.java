package io.flockerj.hub.people;

import io.flockerj.hub.database.DatabaseException;
import io.flockerj.hub.limit.Network;
import io.flockerj.store.id.Id;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Lets users in by their passwords. Who fails is slowed down, by the name that was tried and by the address it was tried from; each hub
 * counts by itself. Whether there is such a name is told neither by the answer nor by its time, nor by when the door closes. While it is
 * closed for a name, a right password is refused too: else the delay would be none for who guesses. So a stranger can keep somebody from
 * signing in, for {@link #LONGEST_OF_A_NAME} at a time; tokens and sessions go on.
 */
public final class SignIn {
    static final Duration LONGEST_OF_A_NAME = Duration.ofMinutes(1);
    static final int FREE_OF_A_NAME = 5;

    private static final Duration LONGEST_OF_AN_ADDRESS = Duration.ofMinutes(5);
    /** Many people share an address, so more failures cost nothing there. */
    private static final int FREE_OF_AN_ADDRESS = 20;

    private final Accounts accounts;
    private final Passwords passwords;
    private final Tokens tokens;
    private final InstantSource clock;
    private final Attempts byName = new Attempts(FREE_OF_A_NAME, LONGEST_OF_A_NAME);
    private final Attempts byAddress = new Attempts(FREE_OF_AN_ADDRESS, LONGEST_OF_AN_ADDRESS);

    public SignIn(Accounts accounts, Passwords passwords, Tokens tokens, InstantSource clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** Somebody who was let in. */
    public record Session(Account account, Token token, TokenSecret secret) {}

    /**
     * Lets somebody in.
     *
     * @param name as it was typed
     * @throws SignInException if not
     */
    public Session signIn(String name, Password password, String address) throws PeopleException, DatabaseException {
        Optional<AccountName> valid = AccountName.isName(name) ? Optional.of(new AccountName(name)) : Optional.empty();
        // Whatever cannot be a name is counted together.
        Verified user = verified(
                valid.map(AccountName::value).orElse(""),
                () -> valid.isPresent() ? accounts.find(valid.get()) : Optional.empty(),
                password,
                address);
        Tokens.Made session = tokens.makeSession(user.account().id(), address, user.hash());
        return new Session(user.account(), session.token(), session.secret());
    }

    /** Changes the password of somebody who knows the present one, and ends all sessions. */
    public void changePassword(Id account, Password present, Password chosen, String address)
            throws PeopleException, DatabaseException {
        Account user = accounts.find(account).orElseThrow(SignInException::refused);
        Verified verified = verified(user.name().value(), () -> Optional.of(user), present, address);
        passwords.change(account, verified.hash(), chosen);
    }

    /**
     * Somebody whose password was right.
     *
     * @param hash of that password: by the time that something comes of it, the account may have another
     */
    private record Verified(Account account, String hash) {}

    /** Finds whose password it is; asked only while the door is open. */
    @FunctionalInterface
    private interface Search {
        Optional<Account> find() throws DatabaseException;
    }

    private Verified verified(String name, Search search, Password password, String address)
            throws SignInException, DatabaseException {
        String network = Network.ofCaller(address);
        enter(name, network, clock.instant());
        Optional<Account> account;
        Optional<String> hash;
        try {
            account = search.find();
            hash = passwords.verify(account.map(Account::id), password);
        } catch (SignInException | DatabaseException e) {
            byName.takeBack(name);
            byAddress.takeBack(network);
            throw e;
        }
        Account user =
                account.filter(found -> hash.isPresent() && mayEnter(found)).orElseThrow(SignInException::refused);
        byName.forget(name);
        byAddress.takeBack(network); // no more than that: who guesses may have an account of his own
        return new Verified(user, hash.orElseThrow());
    }

    private static boolean mayEnter(Account account) {
        return account.kind() == Account.Kind.USER && account.disabled().isEmpty();
    }

    /** An attempt counts as failed before it is looked at: else as many as are looked at together would be free. */
    private synchronized void enter(String name, String network, Instant now) throws SignInException {
        Duration left = byName.closedFor(name, now);
        Duration leftOfAddress = byAddress.closedFor(network, now);
        Duration longer = left.compareTo(leftOfAddress) > 0 ? left : leftOfAddress;
        if (longer.isPositive()) {
            throw SignInException.throttled(longer);
        }
        byName.failed(name, now);
        byAddress.failed(network, now);
    }
}
