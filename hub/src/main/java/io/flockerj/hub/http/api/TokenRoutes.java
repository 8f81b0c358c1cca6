package io.flockerj.hub.http.api;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.NewToken;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Tokens;
import io.flockerj.hub.people.desk.Desk;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** One's own tokens. */
final class TokenRoutes implements HttpService {
    private final Desk desk;
    private final Callers callers;

    TokenRoutes(Desk desk, Callers callers) {
        this.desk = desk;
        this.callers = callers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list).post("/", this::make).delete("/{token}", this::revoke);
    }

    private void list(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(response, 200, Told.page("tokens", desk.tokens().own(caller, Asked.paging(request)), Told::token));
    }

    private void make(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        send(response, desk.tokens().make(caller, wish(request, desk.clock())));
    }

    private void revoke(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        desk.tokens().revoke(caller, Asked.token(request));
        Told.done(response);
    }

    static NewToken wish(ServerRequest request, InstantSource clock) throws PeopleException, IOException {
        Body body = Body.read(request, "name", "volumesets", "right", "expires");
        List<VolumesetPattern> volumesets = new ArrayList<>();
        for (String text : body.texts("volumesets")) {
            if (!VolumesetPattern.isPattern(text)) {
                throw new InvalidException("volumesets", "a pattern of volumesets is " + VolumesetPattern.RULE);
            }
            volumesets.add(new VolumesetPattern(text));
        }
        return new NewToken(
                body.text("name"),
                volumesets,
                Asked.right("right", body.text("right")),
                body.instant("expires").map(end -> Duration.between(clock.instant(), end)));
    }

    static void send(ServerResponse response, Tokens.Made made) {
        Told.send(
                response,
                201,
                Told.object().put("secret", made.secret().reveal()).set("token", Told.token(made.token())));
    }
}
