package io.flockerj.hub.http.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.guard.Deletion;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.http.Storehouses;
import io.flockerj.hub.people.DeniedException;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.UnknownException;
import io.flockerj.hub.people.VolumesetSearch;
import io.flockerj.hub.people.VolumesetSearch.Seen;
import io.flockerj.hub.people.desk.VolumesetsDesk;
import io.flockerj.store.id.Id;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Volumesets, as people see them. */
final class VolumesetRoutes implements HttpService {
    private static final Logger LOG = LoggerFactory.getLogger(VolumesetRoutes.class);

    private final VolumesetsDesk desk;
    private final Deletion deletion;
    private final Storehouses storehouses;
    private final Callers callers;

    VolumesetRoutes(VolumesetsDesk desk, Deletion deletion, Storehouses storehouses, Callers callers) {
        this.desk = desk;
        this.deletion = deletion;
        this.storehouses = storehouses;
        this.callers = callers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list)
                .get("/{owner}/{name}", this::get)
                .patch("/{owner}/{name}", this::change)
                .delete("/{owner}/{name}", this::delete)
                .post("/{owner}/{name}/restore", this::restore);
    }

    private void list(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = callers.of(request);
        Asked.requireQueries(request, "owner", "q", "deleted", "after", "limit");
        VolumesetSearch.Page page = desk.list(caller, wish(request), cursor(request), Asked.limit(request));
        ObjectNode json = Told.list("volumesets", page.volumesets(), Told::volumeset);
        page.next().ifPresent(next -> json.put("next", next.written()));
        Told.send(response, 200, json);
    }

    private static VolumesetSearch.Wish wish(ServerRequest request) throws InvalidException {
        Optional<String> owner = Asked.query(request, "owner");
        if (owner.filter(text -> !OwnerName.isName(text)).isPresent()) {
            throw new InvalidException("owner", "'owner' is the name of a user or a team");
        }
        return new VolumesetSearch.Wish(
                owner.map(OwnerName::new), Asked.query(request, "q"), Asked.flag(request, "deleted"));
    }

    private static Optional<VolumesetSearch.Cursor> cursor(ServerRequest request) throws InvalidException {
        Optional<String> after = Asked.query(request, "after");
        Optional<VolumesetSearch.Cursor> cursor = after.flatMap(VolumesetSearch.Cursor::parse);
        if (after.isPresent() && cursor.isEmpty()) {
            throw new InvalidException("after", "'after' is what 'next' of the page before was");
        }
        return cursor;
    }

    private void get(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = callers.of(request);
        Told.send(response, 200, Told.volumeset(desk.find(caller, volumeset(caller, request))));
    }

    /** Who is not signed in is not told which names there can be either. */
    private static VolumesetName volumeset(Caller caller, ServerRequest request) throws PeopleException {
        try {
            return Asked.volumeset(request);
        } catch (UnknownException e) {
            throw caller.isSignedIn() ? e : DeniedException.signIn();
        }
    }

    private void change(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Body body = Body.read(request, "visibility");
        Visibility visibility = Asked.visibility("visibility", body.text("visibility"));
        Seen seen = desk.setVisibility(caller, Asked.volumeset(request), visibility);
        Told.send(response, 200, Told.volumeset(seen));
    }

    private void delete(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        VolumesetName name = Asked.volumeset(request);
        Optional<Id> deleted = deletion.run(storehouses.of(caller, name.owner()), name);
        Id id = deleted.orElseThrow(() -> new UnknownException("volumeset", name.toString()));
        Told.send(response, 200, Told.volumeset(desk.deleted(caller, name, id)));
    }

    private void restore(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        VolumesetName name = Asked.volumeset(request);
        Body body = Body.read(request, "id", "name");
        Optional<String> id = body.optionalText("id");
        if (id.filter(text -> !Id.isValid(text)).isPresent()) {
            throw new InvalidException("id", "'id' has 32 hexadecimal digits");
        }
        Seen seen = desk.restore(caller, name, id.map(Id::parse), body.optionalText("name"));
        follow(caller, seen.name());
        Told.send(response, 200, Told.volumeset(seen));
    }

    /** Whoever looks at the name next would do the same. */
    private void follow(Caller caller, VolumesetName name) {
        try {
            Deletion.follow(storehouses.of(caller, name.owner()), name);
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("volumeset", name)
                    .log("The storage could not be told of a name that was restored");
        }
    }
}
