package io.flockerj.plugin.control;

import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Plan.Pace;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.RollbackOutcome;
import io.flockerj.plugin.volume.SnapshotOrder;
import io.flockerj.plugin.volume.SnapshotView;
import io.flockerj.plugin.volume.VolumeHistory;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.Volumes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Calls on snapshots, branches, tags and the trash. */
final class HistoryRoutes {
    private static final String BRANCHES = "/v1/volumes/{name}/branches";
    private static final String TAGS = "/v1/volumes/{name}/tags";
    private static final String SNAPSHOTS = "/v1/snapshots";
    private static final String SNAPSHOT = SNAPSHOTS + "/{id}";
    private static final String TRASH = "/v1/trash";
    private static final int LOG_LIMIT = 1000;
    private static final int MOST_LOGGED = 10_000;
    private static final Set<String> NONE = Set.of();

    private HistoryRoutes() {}

    static List<Route> all() {
        return List.of(
                Route.job(
                        "snapshot",
                        "POST",
                        SNAPSHOTS,
                        Set.of("volumes", "message", "author", "labels", "tag", "paused"),
                        HistoryRoutes::snapshot),
                Route.of(
                        "GET",
                        "/v1/snapshot",
                        Pace.BLOCKING,
                        Set.of("ref", "zone", "ownBytes"),
                        NONE,
                        HistoryRoutes::resolve),
                Route.job("annotate", "PATCH", SNAPSHOT, Set.of("message", "labels", "held"), HistoryRoutes::annotate),
                Route.job("remove", "DELETE", SNAPSHOT, NONE, HistoryRoutes::remove),
                Route.of(
                        "GET",
                        "/v1/log",
                        Pace.QUICK,
                        Set.of("ref", "zone", "all", "limit", "label", "since", "until"),
                        NONE,
                        HistoryRoutes::log),
                Route.job("rollback", "POST", "/v1/rollback", Set.of("ref", "zone", "author"), HistoryRoutes::rollback),
                Route.of("GET", BRANCHES, Pace.QUICK, NONE, NONE, HistoryRoutes::branches),
                Route.job(
                        "rename-branch", "PATCH", BRANCHES + "/{branch}", Set.of("name"), HistoryRoutes::renameBranch),
                Route.job("remove-branch", "DELETE", BRANCHES + "/{branch}", NONE, HistoryRoutes::removeBranch),
                Route.of("GET", TAGS, Pace.QUICK, NONE, NONE, HistoryRoutes::tags),
                Route.job("tag", "PUT", TAGS + "/{tag}", Set.of("ref", "zone", "move"), HistoryRoutes::tag),
                Route.job("untag", "DELETE", TAGS + "/{tag}", NONE, HistoryRoutes::untag),
                Route.of("GET", TRASH, Pace.BLOCKING, NONE, NONE, HistoryRoutes::trash),
                Route.job("empty-trash", "DELETE", TRASH, NONE, HistoryRoutes::emptyTrash),
                Route.job("destroy", "DELETE", TRASH + "/{id}", NONE, HistoryRoutes::destroy),
                Route.job("restore", "POST", TRASH + "/{id}/restore", Set.of("name"), HistoryRoutes::restore));
    }

    private static Response snapshot(Volumes volumes, Call call, Progress progress)
            throws RefusedException, IOException {
        List<VolumeName> names = new ArrayList<>();
        for (String name : call.texts("volumes")) {
            names.add(VolumeName.parse(name));
        }
        SnapshotOrder order = new SnapshotOrder(
                names,
                call.optionalText("message"),
                call.optionalText("author"),
                call.textMap("labels"),
                call.optionalText("tag"),
                call.optionalFlag("paused").orElse(false));
        return ControlAnswers.created(ControlAnswers.list(
                "snapshots", volumes.history().snapshot(order, progress), ControlAnswers::snapshot));
    }

    private static Response resolve(Volumes volumes, Call call) throws RefusedException, IOException {
        SnapshotView snapshot = volumes.history().resolve(call.query("ref"), call.zone());
        ObjectNode body = ControlAnswers.snapshot(snapshot);
        if (call.queryFlag("ownBytes")) {
            OptionalLong own = volumes.history().ownBytes(snapshot.id());
            body.set("ownBytes", own.isPresent() ? LongNode.valueOf(own.getAsLong()) : NullNode.getInstance());
        }
        return ControlAnswers.ok(body);
    }

    private static Response annotate(Volumes volumes, Call call) throws RefusedException, IOException {
        VolumeHistory.Annotation annotation = new VolumeHistory.Annotation(
                call.optionalText("message"), call.nullableTextMap("labels"), call.optionalFlag("held"));
        return ControlAnswers.ok(ControlAnswers.snapshot(volumes.history().annotate(call.part(0), annotation)));
    }

    private static Response remove(Volumes volumes, Call call) throws RefusedException, IOException {
        volumes.history().removeSnapshot(call.part(0));
        return ControlAnswers.done();
    }

    private static Response log(Volumes volumes, Call call) throws RefusedException {
        Map<String, Optional<String>> labels = new LinkedHashMap<>();
        for (String label : call.queries("label")) {
            int equals = label.indexOf('=');
            labels.put(
                    equals < 0 ? label : label.substring(0, equals),
                    equals < 0 ? Optional.empty() : Optional.of(label.substring(equals + 1)));
        }
        VolumeHistory.LogPage page = volumes.history()
                .log(new VolumeHistory.LogQuery(
                        call.query("ref"),
                        call.zone(),
                        call.queryFlag("all"),
                        call.queryNumber("limit", LOG_LIMIT, MOST_LOGGED),
                        labels,
                        call.optionalQuery("since"),
                        call.optionalQuery("until")));
        ObjectNode body = ControlAnswers.list("snapshots", page.snapshots(), ControlAnswers::snapshot);
        return ControlAnswers.ok(body.put("more", page.more()));
    }

    private static Response rollback(Volumes volumes, Call call, Progress progress)
            throws RefusedException, IOException {
        RollbackOutcome outcome =
                volumes.history().rollback(call.text("ref"), call.zone(), call.optionalText("author"), progress);
        ObjectNode body = ControlAnswers.object();
        body.set("volume", ControlAnswers.volume(outcome.volume()));
        body.set("safety", ControlAnswers.snapshot(outcome.safety()));
        body.set("snapshot", ControlAnswers.snapshot(outcome.snapshot()));
        return ControlAnswers.ok(body);
    }

    private static Response branches(Volumes volumes, Call call) throws RefusedException {
        return ControlAnswers.ok(
                ControlAnswers.list("branches", volumes.history().branches(volumeIn(call)), ControlAnswers::branch));
    }

    private static Response renameBranch(Volumes volumes, Call call) throws RefusedException, IOException {
        volumes.history().renameBranch(volumeIn(call), call.part(1), call.text("name"));
        return ControlAnswers.done();
    }

    private static Response removeBranch(Volumes volumes, Call call) throws RefusedException, IOException {
        int removed = volumes.history().removeBranch(volumeIn(call), call.part(1));
        return ControlAnswers.ok(ControlAnswers.object().put("snapshotsRemoved", removed));
    }

    private static Response tags(Volumes volumes, Call call) throws RefusedException {
        return ControlAnswers.ok(
                ControlAnswers.list("tags", volumes.history().tags(volumeIn(call)), ControlAnswers::tag));
    }

    private static Response tag(Volumes volumes, Call call) throws RefusedException, IOException {
        return ControlAnswers.ok(ControlAnswers.snapshot(volumes.history()
                .tag(
                        volumeIn(call),
                        call.part(1),
                        call.text("ref"),
                        call.zone(),
                        call.optionalFlag("move").orElse(false))));
    }

    private static Response untag(Volumes volumes, Call call) throws RefusedException, IOException {
        volumes.history().untag(volumeIn(call), call.part(1));
        return ControlAnswers.done();
    }

    private static Response trash(Volumes volumes, Call call) throws IOException {
        return ControlAnswers.ok(
                ControlAnswers.list("entries", volumes.history().trash(), ControlAnswers::trash));
    }

    private static Response emptyTrash(Volumes volumes, Call call, Progress progress) throws IOException {
        VolumeHistory.Emptied emptied = volumes.history().emptyTrash(progress);
        return ControlAnswers.ok(
                ControlAnswers.object().put("destroyed", emptied.destroyed()).put("left", emptied.left()));
    }

    private static Response destroy(Volumes volumes, Call call) throws RefusedException, IOException {
        volumes.history().destroy(call.part(0));
        return ControlAnswers.done();
    }

    private static Response restore(Volumes volumes, Call call) throws RefusedException, IOException {
        VolumeHistory.TrashView restored = volumes.history().restore(call.part(0), call.optionalText("name"));
        return ControlAnswers.ok(ControlAnswers.object()
                .put("kind", ControlAnswers.kind(restored))
                .put("name", restored.name()));
    }

    private static VolumeName volumeIn(Call call) throws RefusedException {
        return VolumeName.parse(call.part(0));
    }
}
