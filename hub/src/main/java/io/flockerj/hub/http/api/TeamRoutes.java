package io.flockerj.hub.http.api;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.AccountChange;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.desk.TeamsDesk;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Optional;

/** Teams. */
final class TeamRoutes implements HttpService {
    private final TeamsDesk desk;
    private final Callers callers;

    TeamRoutes(TeamsDesk desk, Callers callers) {
        this.desk = desk;
        this.callers = callers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list)
                .post("/", this::add)
                .get("/{team}", this::get)
                .patch("/{team}", this::change)
                .delete("/{team}", this::remove)
                .get("/{team}/members", this::members)
                .put("/{team}/members/{account}", this::putMember)
                .delete("/{team}/members/{account}", this::removeMember);
    }

    private static AccountName team(ServerRequest request) throws PeopleException {
        return Asked.account(request, "team", "team");
    }

    private static AccountName member(ServerRequest request) throws PeopleException {
        return Asked.account(request, "account", "account");
    }

    private void list(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(response, 200, Told.page("teams", desk.list(caller, Asked.paging(request)), Told::account));
    }

    private void add(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Body body = Body.read(request, "name", "displayName", "admin");
        AccountName name = Asked.accountName("name", body.text("name"));
        Optional<String> text = body.optionalText("admin");
        Optional<AccountName> admin =
                text.isEmpty() ? Optional.empty() : Optional.of(Asked.accountName("admin", text.get()));
        Told.send(
                response,
                201,
                Told.account(
                        desk.add(caller, name, body.optionalText("displayName").orElse(""), admin)));
    }

    private void get(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(response, 200, Told.account(desk.find(caller, team(request))));
    }

    private void change(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        AccountChange wish = Changes.read(request, "displayName", "usualVisibility", "disabled");
        Told.send(response, 200, Told.account(desk.change(caller, team(request), wish)));
    }

    private void remove(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        desk.remove(caller, team(request));
        Told.done(response);
    }

    private void members(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(
                response,
                200,
                Told.page("members", desk.members(caller, team(request), Asked.paging(request)), Told::member));
    }

    private void putMember(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Body body = Body.read(request, "role");
        Right role = Asked.right("role", body.text("role"));
        Told.send(response, 200, Told.member(desk.put(caller, team(request), member(request), role)));
    }

    private void removeMember(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        desk.remove(caller, team(request), member(request));
        Told.done(response);
    }
}
