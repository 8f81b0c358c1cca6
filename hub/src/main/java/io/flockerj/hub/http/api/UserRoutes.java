package io.flockerj.hub.http.api;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.AccountChange;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Password;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.desk.Desk;
import io.flockerj.hub.people.desk.UsersDesk;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Optional;

/** Users. */
final class UserRoutes implements HttpService {
    private final Desk desk;
    private final Callers callers;

    UserRoutes(Desk desk, Callers callers) {
        this.desk = desk;
        this.callers = callers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list)
                .post("/", this::add)
                .get("/{user}", this::get)
                .patch("/{user}", this::change)
                .delete("/{user}", this::remove)
                .put("/{user}/password", this::password)
                .get("/{user}/tokens", this::tokens)
                .delete("/{user}/tokens/{token}", this::revoke);
    }

    private static AccountName user(ServerRequest request) throws PeopleException {
        return Asked.account(request, "user", "user");
    }

    private void list(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(response, 200, Told.page("users", desk.users().list(caller, Asked.paging(request)), Told::account));
    }

    private void add(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Body body = Body.read(request, "name", "displayName", "administrator", "password");
        Optional<String> text = body.optionalPassword("password");
        Optional<Password> password =
                text.isEmpty() ? Optional.empty() : Optional.of(MeRoutes.chosen("password", text.get()));
        UsersDesk.NewUser wish = new UsersDesk.NewUser(
                Asked.accountName("name", body.text("name")),
                body.optionalText("displayName").orElse(""),
                body.flag("administrator").orElse(false),
                password);
        Told.send(response, 201, Told.account(desk.users().add(caller, wish)));
    }

    private void get(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(response, 200, Told.account(desk.users().find(caller, user(request))));
    }

    private void change(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        AccountChange wish = Changes.read(request, "displayName", "usualVisibility", "administrator", "disabled");
        Told.send(response, 200, Told.account(desk.users().change(caller, user(request), wish)));
    }

    private void remove(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        desk.users().remove(caller, user(request));
        Told.done(response);
    }

    private void password(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Body body = Body.read(request, "new");
        desk.users().resetPassword(caller, user(request), MeRoutes.chosen("new", body.password("new")));
        Told.done(response);
    }

    private void tokens(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(
                response,
                200,
                Told.page("tokens", desk.tokens().ofUser(caller, user(request), Asked.paging(request)), Told::token));
    }

    private void revoke(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        desk.tokens().revokeOfUser(caller, user(request), Asked.token(request));
        Told.done(response);
    }
}
