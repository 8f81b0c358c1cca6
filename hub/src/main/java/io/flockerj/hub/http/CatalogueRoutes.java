package io.flockerj.hub.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.catalogue.Catalogue;
import io.flockerj.hub.catalogue.Catalogue.RefKind;
import io.flockerj.hub.catalogue.Snapshot;
import io.flockerj.hub.catalogue.SnapshotPage;
import io.flockerj.hub.catalogue.SnapshotQuery;
import io.flockerj.hub.catalogue.SnapshotRef;
import io.flockerj.hub.catalogue.Stored;
import io.flockerj.hub.catalogue.Streamed;
import io.flockerj.hub.catalogue.TreePath;
import io.flockerj.hub.catalogue.Trees;
import io.flockerj.hub.guard.ReadGate;
import io.flockerj.hub.guard.ReadGate.Admitted;
import io.flockerj.hub.guard.RefusedException;
import io.flockerj.hub.http.BodyException.Fault;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.EntryName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was pushed, as whole versions: branches, tags and snapshots of a volumeset, what a snapshot holds, and what differs between two. Each
 * answer is decided by the {@link ReadGate} and put on record before it is sent (docs/hub-api.yaml).
 */
final class CatalogueRoutes implements HttpService {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 1000;
    private static final int MOST_LABELS = 8;
    private static final int LONGEST_TEXT = 16 * 1024;

    private final Callers callers;
    private final ReadGate gate;
    private final Catalogue catalogue;
    private final Trees trees;

    CatalogueRoutes(Callers callers, ReadGate gate, Catalogue catalogue, Trees trees) {
        this.callers = callers;
        this.gate = gate;
        this.catalogue = catalogue;
        this.trees = trees;
    }

    @Override
    public void routing(HttpRules rules) {
        String volumeset = "/{owner}/{name}";
        rules.get(volumeset + "/branches", (request, response) -> refs(request, response, RefKind.BRANCHES))
                .get(volumeset + "/tags", (request, response) -> refs(request, response, RefKind.TAGS))
                .get(volumeset + "/snapshots", this::snapshots)
                .get(volumeset + "/snapshots/{ref}", this::snapshot)
                .get(volumeset + "/snapshots/{ref}/tree", this::tree)
                .get(volumeset + "/snapshots/{ref}/file", this::file)
                .head(volumeset + "/snapshots/{ref}/file", this::file)
                .get(volumeset + "/snapshots/{ref}/tar", this::tar)
                .get(volumeset + "/diff", this::difference);
    }

    /** A volumeset that the caller may read, with a catalogue that is up to date. */
    private record Asked(Admitted admitted, Stored stored, String reader) {
        Trees.Place place() {
            return new Trees.Place(admitted.remote(), stored, reader);
        }
    }

    private Asked asked(ServerRequest request) throws IOException {
        String name = request.path().pathParameters().get("name");
        if (!BackendRemote.isName(name)) {
            throw new RefusedException(
                    RefusedException.Reason.NO_SUCH_VOLUMESET, "no volumeset can be called that: look at the address");
        }
        VolumesetName volumeset = new VolumesetName(Requests.owner(request), name);
        Caller caller = callers.of(request);
        Admitted admitted = gate.admit(caller, volumeset);
        Stored stored = new Stored(volumeset.owner(), admitted.holding().volumeset());
        catalogue.freshen(admitted.remote(), stored);
        return new Asked(admitted, stored, caller.limitedAs());
    }

    private Snapshot find(Asked asked, String ref) throws IOException {
        return catalogue.find(asked.stored(), SnapshotRef.parse(ref));
    }

    private Snapshot find(Asked asked, ServerRequest request) throws IOException {
        return find(asked, request.path().pathParameters().get("ref"));
    }

    private void refs(ServerRequest request, ServerResponse response, RefKind kind) throws IOException {
        Asked asked = asked(request);
        int limit = limit(request);
        Catalogue.RefPage page =
                catalogue.refs(asked.stored(), kind, parameter(request, "after").orElse(""), limit);
        ObjectNode json = CatalogueJson.object();
        ArrayNode list = json.putArray(kind == RefKind.BRANCHES ? "branches" : "tags");
        page.refs().forEach(ref -> list.add(CatalogueJson.of(ref)));
        page.next().ifPresent(next -> json.put("next", next));
        send(asked, response, kind == RefKind.BRANCHES ? "branches" : "tags", json);
    }

    private void snapshots(ServerRequest request, ServerResponse response) throws IOException {
        Asked asked = asked(request);
        SnapshotPage page = catalogue.snapshots(
                asked.stored(),
                new SnapshotQuery(
                        time(request, "from"),
                        time(request, "to"),
                        parameter(request, "author"),
                        labels(request),
                        parameter(request, "branch"),
                        after(request),
                        limit(request)));
        ObjectNode json = CatalogueJson.object();
        ArrayNode list = json.putArray("snapshots");
        page.snapshots().forEach(snapshot -> list.add(CatalogueJson.of(snapshot)));
        page.next().ifPresent(next -> json.put("next", next.hex()));
        send(asked, response, "snapshots", json);
    }

    private void snapshot(ServerRequest request, ServerResponse response) throws IOException {
        Asked asked = asked(request);
        Snapshot snapshot = find(asked, request);
        send(asked, response, "snapshot " + snapshot.id().hex(), CatalogueJson.of(snapshot));
    }

    private void tree(ServerRequest request, ServerResponse response) throws IOException {
        Asked asked = asked(request);
        Snapshot snapshot = find(asked, request);
        TreePath path = path(request, "path");
        Optional<EntryName> after = Optional.empty();
        if (parameter(request, "after").isPresent()) {
            List<EntryName> names = path(request, "after").names();
            if (names.size() != 1) {
                throw bad("after: give the name that was 'next'");
            }
            after = Optional.of(names.getFirst());
        }
        Trees.TreePage page = trees.entries(asked.place(), snapshot, path, after, limit(request));
        ObjectNode json = CatalogueJson.object();
        json.put("snapshot", snapshot.id().hex());
        json.put("path", path.toString());
        json.set("entry", CatalogueJson.of(page.entry()));
        ArrayNode list = json.putArray("entries");
        page.entries().forEach(entry -> list.add(CatalogueJson.of(entry)));
        page.next().ifPresent(next -> json.put("next", new TreePath(List.of(next)).toString()));
        send(asked, response, "tree " + snapshot.id().hex(), json);
    }

    private void difference(ServerRequest request, ServerResponse response) throws IOException {
        Asked asked = asked(request);
        Snapshot from = find(asked, required(request, "from"));
        Snapshot to = find(asked, required(request, "to"));
        Optional<TreePath> after =
                parameter(request, "after").isPresent() ? Optional.of(path(request, "after")) : Optional.empty();
        Trees.DifferencePage page =
                trees.differences(asked.place(), from, to, path(request, "path"), after, limit(request));
        ObjectNode json = CatalogueJson.object();
        json.put("from", from.id().hex());
        json.put("to", to.id().hex());
        ArrayNode list = json.putArray("changes");
        page.changes().forEach(change -> list.add(CatalogueJson.of(change)));
        page.next().ifPresent(next -> json.put("next", next.toString()));
        send(asked, response, "diff " + from.id().hex() + " " + to.id().hex(), json);
    }

    private void send(Asked asked, ServerResponse response, String what, ObjectNode json) throws IOException {
        byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
        gate.record(asked.admitted(), what, body.length);
        response.header(HeaderNames.CONTENT_TYPE, "application/json").send(body);
    }

    private void file(ServerRequest request, ServerResponse response) throws IOException {
        Asked asked = asked(request);
        Snapshot snapshot = find(asked, request);
        boolean isHead = request.prologue().method().text().equals("HEAD");
        try (Streamed file = trees.stream(asked.place(), snapshot, path(request, "path"))) {
            long size = file.size();
            String tag = CatalogueJson.entityTag(file.entry());
            Optional<Requests.Range> range = isHead ? Optional.empty() : range(request, tag);
            long from = range.map(Requests.Range::from).orElse(0L);
            boolean isBehind = range.isPresent() && from >= size;
            long length =
                    isBehind ? 0 : Math.min(range.map(Requests.Range::length).orElse(Long.MAX_VALUE), size - from);
            // How long it is and what it holds is told by its headers too.
            gate.record(asked.admitted(), "file " + snapshot.id().hex(), isHead ? 0 : length);
            if (isBehind) {
                response.status(416).header(HeaderNames.CONTENT_RANGE, "bytes */" + size);
                response.send();
                return;
            }
            Runnable headers = () -> {
                if (range.isPresent()) {
                    response.status(206)
                            .header(
                                    HeaderNames.CONTENT_RANGE,
                                    "bytes " + from + "-" + (from + length - 1) + "/" + size);
                }
                response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream")
                        .header(HeaderNames.CONTENT_DISPOSITION, "attachment")
                        .header(HeaderNames.ACCEPT_RANGES, "bytes")
                        .header(HeaderNames.ETAG, tag)
                        .contentLength(length);
            };
            if (isHead) {
                headers.run();
                response.send();
                return;
            }
            Download.send(response, headers, out -> file.writeFile(from, length, out));
        }
    }

    /** A part is sent only of what the part before was of. */
    private static Optional<Requests.Range> range(ServerRequest request, String tag) {
        boolean isSame = Requests.header(request, HeaderNames.IF_RANGE)
                .filter(wanted -> !wanted.equals(tag))
                .isEmpty();
        return isSame ? Requests.range(request) : Optional.empty();
    }

    private void tar(ServerRequest request, ServerResponse response) throws IOException {
        Asked asked = asked(request);
        Snapshot snapshot = find(asked, request);
        try (Streamed tree = trees.stream(asked.place(), snapshot, path(request, "path"))) {
            gate.record(asked.admitted(), "tar " + snapshot.id().hex(), tree.totalBytes());
            Runnable headers = () -> response.header(HeaderNames.CONTENT_TYPE, "application/x-tar")
                    .header(HeaderNames.CONTENT_DISPOSITION, "attachment");
            Download.send(response, headers, tree::writeTar);
        }
    }

    private static Optional<String> parameter(ServerRequest request, String name) throws BodyException {
        Optional<String> value = request.query().first(name).asOptional();
        if (value.filter(text -> text.length() > LONGEST_TEXT).isPresent()) {
            throw bad(name + ": it is too long");
        }
        return value;
    }

    private static String required(ServerRequest request, String name) throws BodyException {
        return parameter(request, name).orElseThrow(() -> bad(name + ": give the name of a snapshot"));
    }

    private static TreePath path(ServerRequest request, String name) throws IOException {
        return TreePath.parse(parameter(request, name).orElse(""));
    }

    private static int limit(ServerRequest request) throws BodyException {
        String text = parameter(request, "limit").orElse(String.valueOf(USUAL_LIMIT));
        int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST) {
            throw bad("limit: give a number from 1 to " + MOST);
        }
        return limit;
    }

    private static Optional<Instant> time(ServerRequest request, String name) throws BodyException {
        Optional<String> text = parameter(request, name);
        try {
            return text.map(Instant::parse);
        } catch (DateTimeException _) {
            throw bad(name + ": give a time such as 2026-11-03T23:32:00Z");
        }
    }

    private static Optional<Id> after(ServerRequest request) throws BodyException {
        Optional<String> text = parameter(request, "after");
        if (text.filter(id -> !Id.isValid(id)).isPresent()) {
            throw bad("after: give the id that was 'next'");
        }
        return text.map(Id::parse);
    }

    private static List<SnapshotQuery.Label> labels(ServerRequest request) throws BodyException {
        List<String> given = request.query().contains("label") ? request.query().all("label") : List.of();
        if (given.size() > MOST_LABELS) {
            throw bad("label: give " + MOST_LABELS + " at most");
        }
        List<SnapshotQuery.Label> labels = new ArrayList<>();
        for (String text : given) {
            int equals = text.indexOf('=');
            if (text.isEmpty() || equals == 0) {
                throw bad("label: give KEY or KEY=VALUE");
            }
            labels.add(
                    equals < 0
                            ? new SnapshotQuery.Label(text, Optional.empty())
                            : new SnapshotQuery.Label(
                                    text.substring(0, equals), Optional.of(text.substring(equals + 1))));
        }
        return labels;
    }

    private static BodyException bad(String why) {
        return new BodyException(Fault.BAD_REQUEST, why);
    }
}
