package io.flockerj.plugin.control;

import com.google.common.collect.ImmutableList;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Handler;
import io.flockerj.plugin.http.Plan;
import io.flockerj.plugin.http.Request;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.http.Upload;
import io.flockerj.plugin.volume.VolumesGate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The control API, as {@code docs/control-api.yaml} describes it. */
public final class ControlApi implements Handler {
    private static final Duration AT_GATE = Duration.ofSeconds(10);
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;

    private final VolumesGate gate;
    private final FileRoutes files;
    private final List<Route> routes;

    /**
     * The API of one daemon.
     *
     * @param settings as {@code /v1/info} shows them
     * @param ids 32 hexadecimal digits, none ever twice
     */
    public ControlApi(
            VolumesGate gate, String version, Map<String, String> settings, Clock clock, Supplier<String> ids) {
        Jobs jobs = new Jobs(clock, ids);
        this.gate = gate;
        this.files = new FileRoutes(gate, jobs);
        this.routes = ImmutableList.<Route>builder()
                .addAll(new VolumeRoutes(version, settings).all())
                .addAll(HistoryRoutes.all())
                .addAll(files.all())
                .addAll(jobs.routes())
                .build();
    }

    @Override
    public Plan plan(Request request) {
        List<Route> there = routes.stream()
                .filter(route -> route.match(request.path()).isPresent())
                .toList();
        if (there.isEmpty()) {
            return now(NOT_FOUND, "no-such-path", "there is no such path; see docs/control-api.yaml");
        }
        Optional<Route> route = there.stream()
                .filter(one -> one.method().equals(request.method()))
                .findFirst();
        if (route.isEmpty()) {
            String methods = there.stream().map(Route::method).collect(Collectors.joining(" and "));
            return now(METHOD_NOT_ALLOWED, "bad-method", there.getFirst().template() + " takes " + methods);
        }
        return new Plan.Later(
                route.get().pace(), WITHIN, new ControlWork(() -> route.get().answer(gate.await(AT_GATE), request)));
    }

    @Override
    public Optional<Upload> upload(Request head) {
        return files.upload(head);
    }

    @Override
    public Response refuse(int status, String message) {
        return ControlAnswers.error(status, "bad-request", message);
    }

    /** Each method on a path of the API, as {@code GET /v1/volumes/{name}}. */
    List<String> operations() {
        return routes.stream()
                .map(route -> route.method() + " " + route.template())
                .toList();
    }

    private static Plan now(int status, String code, String message) {
        return new Plan.Now(new Answer.Reply(ControlAnswers.error(status, code, message)));
    }
}
