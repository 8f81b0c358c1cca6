package io.flockerj.hub.http.api;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.Password;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.SignIn;
import io.flockerj.hub.people.TokenSecret;
import io.flockerj.hub.people.desk.SignInDesk;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;

/** Signing in and out. */
final class SessionRoutes implements HttpService {
    private final SignInDesk desk;
    private final Callers callers;

    SessionRoutes(SignInDesk desk, Callers callers) {
        this.desk = desk;
        this.callers = callers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::in).delete("/", this::out);
    }

    private void in(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        // Whatever token is shown with it does not matter: an old one must keep nobody out.
        Caller caller = callers.anonymous(request);
        Body body = Body.read(request, "name", "password");
        SignIn.Session session = desk.in(caller, body.text("name"), Password.claim(body.password("password")));
        Told.send(
                response,
                201,
                Told.object()
                        .put("token", session.secret().reveal())
                        .put("expires", session.token().expires().orElseThrow().toString())
                        .set("user", Told.account(session.account())));
    }

    private void out(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        TokenSecret shown = Callers.bearer(request)
                .flatMap(TokenSecret::parse)
                .orElseThrow(() -> new IllegalStateException("a caller is known by a token"));
        desk.out(caller, shown);
        Told.done(response);
    }
}
