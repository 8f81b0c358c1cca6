package io.flockerj.hub.http.api;

import io.flockerj.hub.access.BranchPattern;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Place;
import io.flockerj.hub.people.UnknownException;
import io.flockerj.hub.people.desk.ProtectionsDesk;
import io.flockerj.hub.people.desk.ProtectionsDesk.Kind;
import io.flockerj.hub.people.desk.ProtectionsDesk.Protection;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;

/** Branches that are protected, and tags that are immutable. */
final class ProtectionRoutes implements HttpService {
    private final ProtectionsDesk desk;
    private final Callers callers;
    private final String path;
    private final Where where;

    /** Reads of which place somebody asks. */
    @FunctionalInterface
    interface Where {
        Place of(ServerRequest request) throws PeopleException;
    }

    private ProtectionRoutes(ProtectionsDesk desk, Callers callers, String path, Where where) {
        this.desk = desk;
        this.callers = callers;
        this.path = path;
        this.where = where;
    }

    /** Of one volumeset. */
    static ProtectionRoutes ofVolumesets(ProtectionsDesk desk, Callers callers) {
        return new ProtectionRoutes(desk, callers, "/{owner}/{name}", Asked::volumesetPlace);
    }

    /** Of all of an owner. */
    static ProtectionRoutes ofOwners(ProtectionsDesk desk, Callers callers) {
        return new ProtectionRoutes(desk, callers, "/{owner}", Asked::ownerPlace);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get(path + "/protections", this::list)
                .put(path + "/protections/{kind}/{pattern}", this::add)
                .delete(path + "/protections/{kind}/{pattern}", this::remove);
    }

    private void list(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(response, 200, Told.list("protections", desk.list(caller, where.of(request)), Told::protection));
    }

    private void add(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Told.send(response, 200, Told.protection(desk.add(caller, wish(request))));
    }

    private void remove(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        desk.remove(caller, wish(request));
        Told.done(response);
    }

    private Protection wish(ServerRequest request) throws PeopleException {
        String kind = request.path().pathParameters().get("kind");
        String pattern = request.path().pathParameters().get("pattern");
        if (!BranchPattern.isPattern(pattern)) {
            throw new InvalidException("pattern", "a pattern of names is " + BranchPattern.RULE);
        }
        return new Protection(kind(kind), new BranchPattern(pattern), where.of(request));
    }

    private static Kind kind(String text) throws UnknownException {
        return switch (text) {
            case "branches" -> Kind.BRANCHES;
            case "tags" -> Kind.TAGS;
            default -> throw new UnknownException("kind of protection", Text.shown(text));
        };
    }
}
