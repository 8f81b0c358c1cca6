package io.flockerj.hub.http;

import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.access.Authentication.Outcome;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.limit.Limiter;
import io.flockerj.store.id.Id;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds out who makes a request. */
public final class Callers {
    private static final String BEARER = "bearer ";

    private final Authentication authentication;
    private final Limiter limiter;
    private final Supplier<Id> ids;

    Callers(Authentication authentication, Limiter limiter, Supplier<Id> ids) {
        this.authentication = authentication;
        this.limiter = limiter;
        this.ids = ids;
    }

    /** Under what a request keeps its id. */
    private record RequestId(String text) {}

    /** The id of a request, by which logs and answers name it. */
    public String id(ServerRequest request) {
        Optional<RequestId> known = request.context().get(RequestId.class);
        if (known.isPresent()) {
            return known.get().text();
        }
        RequestId made = new RequestId(ids.get().abbreviated());
        request.context().register(made);
        return made.text();
    }

    /** Under what a request keeps where it comes from. */
    record Origin(String address) {}

    /** Where it comes from, in digits: nobody is asked for a name. */
    public static String address(ServerRequest request) {
        return request.context().get(Origin.class).map(Origin::address).orElseGet(() -> peer(request));
    }

    /** The other end of the connection. */
    static String peer(ServerRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress peer && peer.getAddress() != null
                ? peer.getAddress().getHostAddress()
                : "unknown";
    }

    /** The token that it shows, whatever that is worth; empty if it shows none, or something else. */
    public static Optional<String> bearer(ServerRequest request) {
        return Requests.header(request, HeaderNames.AUTHORIZATION)
                .filter(shown -> shown.toLowerCase(Locale.ROOT).startsWith(BEARER))
                .map(shown -> shown.substring(BEARER.length()).strip());
    }

    /**
     * Who makes it.
     *
     * @throws CredentialException if what it shows is not taken
     * @throws io.flockerj.hub.limit.LimitedException if too many are made from there, or by that account
     */
    public Caller of(ServerRequest request) throws IOException {
        Optional<Caller> known = request.context().get(Caller.class);
        if (known.isPresent()) {
            return known.get();
        }
        limiter.asks(address(request));
        Caller caller = authenticated(request);
        request.context().register(caller);
        if (caller.account().isPresent()) {
            limiter.asksAs(caller.account().get().id().hex());
        }
        return caller;
    }

    /**
     * Somebody from where a request comes, whatever it shows.
     *
     * @throws io.flockerj.hub.limit.LimitedException if too many are made from there
     */
    public Caller anonymous(ServerRequest request) throws IOException {
        limiter.asks(address(request));
        return Caller.anonymous(address(request), id(request));
    }

    private Caller authenticated(ServerRequest request) throws IOException {
        Optional<String> bearer = bearer(request);
        if (bearer.isEmpty() && request.headers().contains(HeaderNames.AUTHORIZATION)) {
            throw new CredentialException(Authentication.Reason.UNKNOWN);
        }
        return switch (authentication.authenticate(bearer, address(request), id(request))) {
            case Outcome.Known(Caller caller) -> caller;
            case Outcome.Refused(Authentication.Reason reason) -> throw new CredentialException(reason);
        };
    }

    /** What a request shows is not taken. */
    static final class CredentialException extends IOException {
        private final Authentication.Reason reason;

        CredentialException(Authentication.Reason reason) {
            super("the credentials are not taken: " + reason);
            this.reason = reason;
        }

        Authentication.Reason reason() {
            return reason;
        }
    }
}
