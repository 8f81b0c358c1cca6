package io.flockerj.hub.http.api;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.AccountChange;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.NewToken;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.desk.Desk;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;

/** Service accounts. */
final class ServiceRoutes implements HttpService {
    private final Desk desk;
    private final Callers callers;

    ServiceRoutes(Desk desk, Callers callers) {
        this.desk = desk;
        this.callers = callers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list)
                .post("/", this::add)
                .get("/{service}", this::get)
                .patch("/{service}", this::change)
                .delete("/{service}", this::remove)
                .get("/{service}/tokens", this::tokens)
                .post("/{service}/tokens", this::makeToken)
                .delete("/{service}/tokens/{token}", this::revoke);
    }

    private static AccountName service(ServerRequest request) throws PeopleException {
        return Asked.account(request, "service", "service");
    }

    private void list(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(
                response,
                200,
                Told.page("services", desk.services().list(caller, Asked.paging(request)), Told::service));
    }

    private void add(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Body body = Body.read(request, "name", "displayName", "owner");
        AccountName name = Asked.accountName("name", body.text("name"));
        AccountName owner = Asked.accountName("owner", body.text("owner"));
        String displayName = body.optionalText("displayName").orElse("");
        Told.send(response, 201, Told.service(desk.services().add(caller, name, displayName, owner)));
    }

    private void get(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(response, 200, Told.service(desk.services().find(caller, service(request))));
    }

    private void change(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        AccountChange wish = Changes.read(request, "displayName", "disabled");
        Told.send(response, 200, Told.service(desk.services().change(caller, service(request), wish)));
    }

    private void remove(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        desk.services().remove(caller, service(request));
        Told.done(response);
    }

    private void tokens(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(
                response,
                200,
                Told.page(
                        "tokens",
                        desk.tokens().ofService(caller, service(request), Asked.paging(request)),
                        Told::token));
    }

    private void makeToken(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        NewToken wish = TokenRoutes.wish(request, desk.clock());
        TokenRoutes.send(response, desk.tokens().makeForService(caller, service(request), wish));
    }

    private void revoke(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        desk.tokens().revokeOfService(caller, service(request), Asked.token(request));
        Told.done(response);
    }
}
