package io.flockerj.hub.http.api;

import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Place;
import io.flockerj.hub.people.desk.RightsDesk;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;

/** Rights that are given. */
final class AccessRoutes implements HttpService {
    private final RightsDesk desk;
    private final Callers callers;
    private final String path;
    private final Where where;

    /** Reads of which place somebody asks. */
    @FunctionalInterface
    interface Where {
        Place of(ServerRequest request) throws PeopleException;
    }

    private AccessRoutes(RightsDesk desk, Callers callers, String path, Where where) {
        this.desk = desk;
        this.callers = callers;
        this.path = path;
        this.where = where;
    }

    /** Of one volumeset. */
    static AccessRoutes ofVolumesets(RightsDesk desk, Callers callers) {
        return new AccessRoutes(desk, callers, "/{owner}/{name}", Asked::volumesetPlace);
    }

    /** Of all of an owner. */
    static AccessRoutes ofOwners(RightsDesk desk, Callers callers) {
        return new AccessRoutes(desk, callers, "/{owner}", Asked::ownerPlace);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(path + "/access", this::list)
                .put(path + "/access/{account}", this::give)
                .delete(path + "/access/{account}", this::take);
    }

    private void list(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(
                response,
                200,
                Told.page("access", desk.list(caller, where.of(request), Asked.paging(request)), Told::grant));
    }

    private void give(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Place place = where.of(request);
        Body body = Body.read(request, "right");
        Right right = Asked.right("right", body.text("right"));
        Told.send(response, 200, Told.grant(desk.give(caller, place, account(request), right)));
    }

    private void take(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        desk.take(caller, where.of(request), account(request));
        Told.done(response);
    }

    private static AccountName account(ServerRequest request) throws PeopleException {
        return Asked.account(request, "account", "account");
    }
}
