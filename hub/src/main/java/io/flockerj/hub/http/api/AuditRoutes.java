package io.flockerj.hub.http.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.AuditReader;
import io.flockerj.hub.audit.Entry;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.desk.AuditDesk;
import io.flockerj.store.BackendRemote;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The record. */
final class AuditRoutes implements HttpService {
    private static final String LINES = "application/x-ndjson";

    private final AuditDesk desk;
    private final Callers callers;

    AuditRoutes(AuditDesk desk, Callers callers) {
        this.desk = desk;
        this.callers = callers;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) throws PeopleException, IOException {
        Caller caller = Asked.signedIn(callers, request);
        Asked.requireQueries(request, "volumeset", "person", "kind", "from", "to", "after", "limit");
        AuditReader.Page page = desk.read(caller, wish(request), cursor(request), Asked.limit(request));
        Optional<String> next = page.next().map(AuditReader.Cursor::written);
        if (request.headers()
                .first(HeaderNames.ACCEPT)
                .filter(type -> type.contains(LINES))
                .isPresent()) {
            lines(request, response, page, next);
            return;
        }
        ObjectNode json = Told.list("acts", page.entries(), Entry::toJson);
        next.ifPresent(text -> json.put("next", text));
        Told.send(response, 200, json);
    }

    private static void lines(
            ServerRequest request, ServerResponse response, AuditReader.Page page, Optional<String> next) {
        StringBuilder lines = new StringBuilder();
        page.entries().forEach(entry -> lines.append(entry.toJson()).append('\n'));
        next.ifPresent(text -> response.header(HeaderNames.LINK, "<" + link(request, text) + ">; rel=\"next\""));
        response.header(HeaderNames.CONTENT_TYPE, LINES).send(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The same address and query, further on. */
    private static String link(ServerRequest request, String next) {
        StringBuilder link = new StringBuilder(request.prologue().uriPath().rawPath()).append('?');
        for (String name : request.query().names()) {
            if (!name.equals("after")) {
                String value = request.query().all(name).getFirst();
                link.append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
                        .append('&');
            }
        }
        return link.append("after=").append(next).toString();
    }

    private static AuditDesk.Wish wish(ServerRequest request) throws PeopleException {
        Optional<String> person = Asked.query(request, "person");
        return new AuditDesk.Wish(
                volumeset(request),
                person.isEmpty() ? Optional.empty() : Optional.of(Asked.accountName("person", person.get())),
                kinds(request),
                instant(request, "from"),
                instant(request, "to"));
    }

    private static Optional<VolumesetName> volumeset(ServerRequest request) throws PeopleException {
        Optional<String> text = Asked.query(request, "volumeset");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        int slash = text.get().indexOf('/');
        String owner = text.get().substring(0, Math.max(slash, 0));
        String name = text.get().substring(slash + 1);
        if (!OwnerName.isName(owner) || !BackendRemote.isName(name)) {
            throw new InvalidException("volumeset", "'volumeset' is OWNER/NAME");
        }
        return Optional.of(new VolumesetName(new OwnerName(owner), name));
    }

    private static Set<ActKind> kinds(ServerRequest request) throws PeopleException {
        Optional<String> text = Asked.query(request, "kind");
        Set<ActKind> kinds = new HashSet<>();
        if (text.isPresent()) {
            for (String each : text.get().split(",", -1)) {
                kinds.add(ActKind.parse(each)
                        .orElseThrow(() -> new InvalidException(
                                "kind",
                                Asked.oneOf("kind", Stream.of(ActKind.values()).map(ActKind::written)))));
            }
        }
        return kinds;
    }

    private static Optional<Instant> instant(ServerRequest request, String name) throws PeopleException {
        Optional<String> text = Asked.query(request, name);
        return text.isEmpty() ? Optional.empty() : Optional.of(Text.instant(name, text.get()));
    }

    private static Optional<AuditReader.Cursor> cursor(ServerRequest request) throws PeopleException {
        Optional<String> after = Asked.query(request, "after");
        Optional<AuditReader.Cursor> cursor = after.flatMap(AuditReader.Cursor::parse);
        if (after.isPresent() && cursor.isEmpty()) {
            throw new InvalidException("after", "'after' is what 'next' of the page before was");
        }
        return cursor;
    }
}
