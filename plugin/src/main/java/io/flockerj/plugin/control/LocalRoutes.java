package io.flockerj.plugin.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableSet;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.LocalVolumes;
import io.flockerj.plugin.volume.Volumes;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Calls on volumes of other drivers. Who calls has asked the engine where they lie. */
final class LocalRoutes {
    private static final int LONGEST_NAME = 200;

    /** Of all calls: which volume is meant, and what else. */
    private static final Set<String> KEYS =
            Set.of("name", "driver", "mountPoint", "options", "mounted", "remote", "volumeset", "force");

    private LocalRoutes() {}

    static List<Route> all() {
        return List.of(
                Route.resumed("push-local", "POST", "/v1/local/push", keys("branch", "author"), LocalRoutes::push),
                Route.resumed("pull-local", "POST", "/v1/local/pull", keys("ref", "zone"), LocalRoutes::pull));
    }

    private static Set<String> keys(String... further) {
        return ImmutableSet.<String>builder().addAll(KEYS).add(further).build();
    }

    private static Response push(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException {
        LocalVolumes.PushOrder order = new LocalVolumes.PushOrder(
                place(call),
                call.optionalText("remote"),
                call.optionalText("volumeset"),
                call.optionalText("branch"),
                isForced(call),
                call.optionalText("author"));
        return ControlAnswers.ok(RemoteRoutes.json(volumes.remotes().local().push(order, progress)));
    }

    private static Response pull(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException {
        LocalVolumes.PullOrder order = new LocalVolumes.PullOrder(
                place(call),
                call.optionalText("remote"),
                call.optionalText("volumeset"),
                call.optionalText("ref"),
                call.zone(),
                call.askedAt(),
                isForced(call));
        LocalVolumes.PulledBack pulled = volumes.remotes().local().pull(order, progress);
        ObjectNode json = RemoteRoutes.json(pulled.pulled());
        json.put("kept", pulled.kept().map(Path::toString).orElse(null));
        return ControlAnswers.ok(json);
    }

    /** What was forced once is not forced again after a restart: what is in the way may be another by then. */
    private static boolean isForced(Call call) throws BadRequestException {
        return call.optionalFlag("force").orElse(false) && !call.isBegunAgain();
    }

    /** Whether it is more than a directory is asked for: nobody is to replace such a volume because it was not said. */
    private static LocalVolumes.Place place(Call call) throws BadRequestException {
        String name = call.text("name");
        if (name.isEmpty()
                || name.length() > LONGEST_NAME
                || name.indexOf('/') >= 0
                || name.chars().anyMatch(Character::isISOControl)) {
            throw new BadRequestException("'name' in the body cannot be the name of a volume");
        }
        return new LocalVolumes.Place(
                name,
                call.text("driver"),
                mountPoint(call.text("mountPoint")),
                call.flag("options"),
                call.flag("mounted"));
    }

    private static Path mountPoint(String text) throws BadRequestException {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute() && path.getNameCount() > 0 && path.equals(path.normalize())) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw noPath();
        }
        throw noPath();
    }

    private static BadRequestException noPath() {
        return new BadRequestException("'mountPoint' in the body is no absolute path without . and ..");
    }
}
