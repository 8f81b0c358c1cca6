package io.flockerj.plugin.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Plan.Pace;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.Rebuilt;
import io.flockerj.plugin.volume.UnknownVolumeException;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.VolumeView;
import io.flockerj.plugin.volume.Volumes;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Calls on volumes. */
final class VolumeRoutes {
    private static final String VOLUMES = "/v1/volumes";
    private static final String VOLUME = VOLUMES + "/{name}";

    private final String version;
    private final Map<String, String> settings;

    /**
     * Routes that tell of this daemon.
     *
     * @param settings as {@code /v1/info} shows them
     */
    VolumeRoutes(String version, Map<String, String> settings) {
        this.version = version;
        this.settings = settings;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", "/v1/info", Pace.BLOCKING, Set.of(), Set.of(), this::info),
                Route.of("GET", "/v1/doctor", Pace.BLOCKING, Set.of(), Set.of(), VolumeRoutes::examine),
                Route.job("rebuild", "POST", "/v1/doctor/rebuild", Set.of(), VolumeRoutes::rebuild),
                Route.of("GET", VOLUMES, Pace.QUICK, Set.of(), Set.of(), VolumeRoutes::list),
                Route.job("create", "POST", VOLUMES, Set.of("name", "options", "zone"), VolumeRoutes::create),
                Route.of("GET", VOLUME, Pace.QUICK, Set.of(), Set.of(), VolumeRoutes::show),
                Route.job("resize", "PATCH", VOLUME, Set.of("size"), VolumeRoutes::resize),
                Route.job("remove", "DELETE", VOLUME, Set.of(), VolumeRoutes::remove));
    }

    private Response info(Volumes volumes, Call call) throws IOException {
        return ControlAnswers.ok(ControlAnswers.info(volumes.pool(), version, settings));
    }

    private static Response examine(Volumes volumes, Call call) throws IOException {
        return ControlAnswers.ok(ControlAnswers.list("findings", volumes.examine(), ControlAnswers::finding));
    }

    private static Response rebuild(Volumes volumes, Call call, Progress progress) throws IOException {
        Rebuilt rebuilt = volumes.rebuild(progress);
        ObjectNode body = ControlAnswers.list("findings", rebuilt.left(), ControlAnswers::finding);
        ArrayNode done = body.putArray("rebuilt");
        rebuilt.rebuilt().forEach(finding -> done.add(ControlAnswers.finding(finding)));
        return ControlAnswers.ok(body);
    }

    private static Response list(Volumes volumes, Call call) {
        return ControlAnswers.ok(ControlAnswers.list("volumes", volumes.list(), ControlAnswers::volume));
    }

    private static Response create(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException {
        VolumeName name = VolumeName.parse(call.text("name"));
        volumes.create(name, call.textMap("options"), call.zone(), progress);
        return ControlAnswers.created(ControlAnswers.volume(require(volumes, name)));
    }

    private static Response show(Volumes volumes, Call call) throws RefusedException {
        return ControlAnswers.ok(ControlAnswers.volume(require(volumes, VolumeName.parse(call.part(0)))));
    }

    private static Response resize(Volumes volumes, Call call) throws RefusedException, IOException {
        VolumeName name = VolumeName.parse(call.part(0));
        volumes.resize(name, call.text("size"));
        return ControlAnswers.ok(ControlAnswers.volume(require(volumes, name)));
    }

    /** Docker's Remove succeeds where there is nothing; a person is told. */
    private static Response remove(Volumes volumes, Call call) throws RefusedException, IOException {
        VolumeName name = VolumeName.parse(call.part(0));
        require(volumes, name);
        volumes.remove(name);
        return ControlAnswers.done();
    }

    private static VolumeView require(Volumes volumes, VolumeName name) throws UnknownVolumeException {
        return volumes.get(name).orElseThrow(() -> volumes.unknown(name));
    }
}
