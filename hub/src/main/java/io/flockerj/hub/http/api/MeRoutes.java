package io.flockerj.hub.http.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.TokenScope;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.Password;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.desk.Desk;
import io.flockerj.hub.people.desk.SignInDesk;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;

/** Who asks. */
final class MeRoutes implements HttpService {
    private final Desk desk;
    private final Callers callers;

    MeRoutes(Desk desk, Callers callers) {
        this.desk = desk;
        this.callers = callers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::get).put("/password", this::password);
    }

    private void get(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        SignInDesk.Me me = desk.signIn().me(caller);
        ObjectNode json = Told.object();
        json.set("account", account(me.account()));
        json.put("by", caller.token().isPresent() ? "token" : "session");
        caller.token().ifPresent(scope -> json.set("scope", scope(scope)));
        ArrayNode teams = json.putArray("teams");
        me.teams()
                .forEach(team -> teams.addObject()
                        .put("team", team.team().value())
                        .put("role", team.role().written()));
        Told.send(response, 200, json);
    }

    private ObjectNode account(Account account) throws IOException {
        return account.kind() == Account.Kind.SERVICE
                ? Told.service(desk.services().told(account))
                : Told.account(account);
    }

    private static ObjectNode scope(TokenScope scope) {
        ObjectNode json = Told.object()
                .put("token", scope.token().hex())
                .put("right", scope.highest().written());
        Told.patterns(json, scope.volumesets());
        return json;
    }

    private void password(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Body body = Body.read(request, "old", "new");
        Password present = Password.claim(body.password("old"));
        desk.signIn().changePassword(caller, present, chosen("new", body.password("new")));
        Told.done(response);
    }

    /** A password that somebody is to have. */
    static Password chosen(String field, String text) throws InvalidException {
        try {
            return Password.choose(text);
        } catch (InvalidException e) {
            throw new InvalidException(field, String.valueOf(e.getMessage()));
        }
    }
}
