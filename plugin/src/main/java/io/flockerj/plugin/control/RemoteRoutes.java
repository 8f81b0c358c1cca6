package io.flockerj.plugin.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Plan.Pace;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.Volumes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Calls on remotes, and what goes there and comes from there. */
final class RemoteRoutes {
    private static final String REMOTES = "/v1/remotes";
    private static final String REMOTE = REMOTES + "/{remote}";
    private static final Set<String> NONE = Set.of();
    private static final int PERCENT = 100;

    private RemoteRoutes() {}

    static List<Route> all() {
        return List.of(
                Route.of("GET", REMOTES, Pace.QUICK, NONE, NONE, RemoteRoutes::list),
                Route.job(
                        "add-remote",
                        "POST",
                        REMOTES,
                        Set.of("name", "url", "options", "token", "tokenName"),
                        RemoteRoutes::add),
                Route.of("GET", REMOTE, Pace.QUICK, NONE, NONE, RemoteRoutes::show),
                Route.job("remove-remote", "DELETE", REMOTE, NONE, RemoteRoutes::remove),
                Route.job("list-remote", "POST", REMOTE + "/list", NONE, RemoteRoutes::volumesets),
                Route.resumed(
                        "push",
                        "POST",
                        "/v1/push",
                        Set.of("ref", "zone", "remote", "name", "branch", "all", "tags", "force", "author"),
                        RemoteRoutes::push),
                Route.job("fetch", "POST", "/v1/fetch", Set.of("place"), RemoteRoutes::fetch),
                Route.resumed("pull", "POST", "/v1/pull", Set.of("ref", "zone", "remote"), RemoteRoutes::pull),
                Route.transfer("check", "POST", "/v1/check", Set.of("place", "percent"), RemoteRoutes::check),
                Route.resumed(
                        "clone",
                        "POST",
                        "/v1/clone",
                        Set.of("place", "zone", "volume", "options", "branch"),
                        RemoteRoutes::clone));
    }

    private static Response list(Volumes volumes, Call call) {
        return ControlAnswers.ok(
                ControlAnswers.list("remotes", volumes.remotes().list(), RemoteRoutes::json));
    }

    private static Response add(Volumes volumes, Call call) throws RefusedException, IOException {
        return ControlAnswers.created(
                json(volumes.remotes().add(call.text("name"), call.text("url"), call.textMap("options"), token(call))));
    }

    private static Optional<Remotes.NewToken> token(Call call) throws BadRequestException {
        Optional<String> secret = call.optionalText("token");
        return secret.isPresent()
                ? Optional.of(new Remotes.NewToken(call.text("tokenName"), secret.get()))
                : Optional.empty();
    }

    private static Response show(Volumes volumes, Call call) throws RefusedException {
        return ControlAnswers.ok(json(volumes.remotes().show(call.part(0))));
    }

    private static Response remove(Volumes volumes, Call call) throws RefusedException, IOException {
        Optional<String> remark = volumes.remotes().remove(call.part(0));
        ObjectNode json = ControlAnswers.object();
        remark.ifPresent(json.putArray("remarks")::add);
        return ControlAnswers.ok(json);
    }

    private static Response volumesets(Volumes volumes, Call call) throws RefusedException, IOException {
        return ControlAnswers.ok(
                ControlAnswers.list("volumesets", volumes.remotes().volumesets(call.part(0)), RemoteRoutes::json));
    }

    private static Response push(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException {
        Remotes.Pushed pushed = volumes.remotes()
                .push(
                        new Remotes.PushOrder(
                                call.text("ref"),
                                call.zone(),
                                call.askedAt(),
                                call.optionalText("remote"),
                                call.optionalText("name"),
                                call.optionalText("branch"),
                                call.optionalFlag("all").orElse(false),
                                call.optionalFlag("tags").orElse(false),
                                // Begun again, nothing is replaced: somebody may have gone on from it meanwhile.
                                call.optionalFlag("force").orElse(false) && !call.isBegunAgain(),
                                call.optionalText("author")),
                        progress);
        return ControlAnswers.ok(json(pushed));
    }

    private static Response fetch(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException {
        return ControlAnswers.ok(ControlAnswers.list(
                "fetched", volumes.remotes().fetch(call.text("place"), progress), RemoteRoutes::json));
    }

    private static Response pull(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException {
        Remotes.PullOrder order =
                new Remotes.PullOrder(call.text("ref"), call.zone(), call.askedAt(), call.optionalText("remote"));
        return ControlAnswers.ok(json(volumes.remotes().pull(order, progress)));
    }

    private static Response clone(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException {
        Remotes.CloneOrder order = new Remotes.CloneOrder(
                call.text("place"),
                call.zone(),
                call.askedAt(),
                VolumeName.parse(call.text("volume")),
                call.textMap("options"),
                call.optionalText("branch"),
                call.isBegunAgain());
        return ControlAnswers.created(json(volumes.remotes().clone(order, progress)));
    }

    private static Response check(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException {
        int percent = call.optionalNumber("percent", 0, PERCENT).orElse(0);
        Remotes.Checked checked = volumes.remotes().check(call.text("place"), percent, progress);
        ObjectNode json = ControlAnswers.object()
                .put("remote", checked.remote())
                .put("name", checked.name())
                .put("snapshots", checked.snapshots())
                .put("bytesRead", checked.bytesRead());
        hurt(json, "hurt", checked.hurt());
        hurt(json, "brokenPacks", checked.brokenPacks());
        return ControlAnswers.ok(json);
    }

    private static void hurt(ObjectNode json, String field, List<Remotes.Hurt> found) {
        ArrayNode list = json.putArray(field);
        found.forEach(each -> list.addObject().put("what", each.what()).put("why", each.why()));
    }

    private static ObjectNode json(Remotes.RemoteView remote) {
        ObjectNode json = ControlAnswers.object()
                .put("name", remote.name())
                .put("url", remote.url())
                .put("id", remote.id())
                .put("addedAt", remote.addedAt().toString())
                .put("token", remote.token().orElse(null));
        remote.options().forEach(json.putObject("options")::put);
        return json;
    }

    private static ObjectNode json(Remotes.VolumesetView volumeset) {
        ObjectNode json = ControlAnswers.object().put("name", volumeset.name()).put("id", volumeset.id());
        refs(json, "branches", volumeset.branches());
        refs(json, "tags", volumeset.tags());
        return json;
    }

    private static ObjectNode json(Remotes.Fetched fetched) {
        ObjectNode json = place(fetched.remote(), fetched.name(), fetched.volumeset());
        refs(json, "branches", fetched.branches());
        return json.put("newSnapshots", fetched.newSnapshots());
    }

    static ObjectNode json(Remotes.Pushed pushed) {
        ObjectNode json = place(pushed.remote(), pushed.name(), pushed.volumeset());
        ArrayNode branches = json.putArray("branches");
        for (Remotes.MovedBranch branch : pushed.branches()) {
            branches.addObject()
                    .put("name", branch.name())
                    .put("snapshot", branch.snapshot())
                    .put("before", branch.before().orElse(null));
        }
        pushed.tags().forEach(json.putArray("tags")::add);
        pushed.snapshots().forEach(json.putArray("snapshots")::add);
        json.put("bytesSent", pushed.bytesSent());
        pushed.remarks().forEach(json.putArray("remarks")::add);
        return json;
    }

    static ObjectNode json(Remotes.Pulled pulled) {
        ObjectNode json =
                place(pulled.remote(), pulled.name(), pulled.volumeset()).put("snapshot", pulled.snapshot());
        pulled.snapshots().forEach(json.putArray("snapshots")::add);
        json.put("bytesWritten", pulled.bytesWritten())
                .put("bytesReceived", pulled.bytesReceived())
                .put("volume", pulled.volume().orElse(null));
        pulled.remarks().forEach(json.putArray("remarks")::add);
        return json;
    }

    private static ObjectNode place(String remote, String name, String volumeset) {
        return ControlAnswers.object().put("remote", remote).put("name", name).put("volumeset", volumeset);
    }

    private static void refs(ObjectNode json, String field, List<Remotes.RemoteRefView> refs) {
        ArrayNode list = json.putArray(field);
        refs.forEach(ref -> list.addObject().put("name", ref.name()).put("snapshot", ref.snapshot()));
    }
}
