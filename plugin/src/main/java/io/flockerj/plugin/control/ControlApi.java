package io.flockerj.plugin.control;

import com.google.common.collect.ImmutableList;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Handler;
import io.flockerj.plugin.http.Plan;
import io.flockerj.plugin.http.Request;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.http.Upload;
import io.flockerj.plugin.volume.Errands;
import io.flockerj.plugin.volume.UnfinishedWork;
import io.flockerj.plugin.volume.Volumes;
import io.flockerj.plugin.volume.VolumesGate;
import io.flockerj.plugin.volume.VolumesUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control API, as {@code docs/control-api.yaml} describes it. */
public final class ControlApi implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(ControlApi.class);
    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    private static final Duration AT_GATE = Duration.ofSeconds(10);

    /** Longer work is a job that the caller is told of. */
    private static final Duration PROMPT = Duration.ofSeconds(1);

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;

    private final VolumesGate gate;
    private final InstantSource clock;
    private final Jobs jobs;
    private final FileRoutes files;
    private final List<Route> routes;

    /**
     * The API of one daemon.
     *
     * @param settings as {@code /v1/info} shows them
     * @param ids 32 hexadecimal digits, none ever twice
     * @param jobThreads for work that may block for long; throws {@link java.util.concurrent.RejectedExecutionException} when it is
     *     full
     * @param transferThreads likewise, for pushes, pulls and the like, which wait for each other
     */
    public ControlApi(
            VolumesGate gate,
            String version,
            Map<String, String> settings,
            Clock clock,
            Supplier<String> ids,
            Executor jobThreads,
            Executor transferThreads) {
        this(gate, version, settings, clock, new Jobs(clock, ids, jobThreads, transferThreads, PROMPT));
    }

    ControlApi(VolumesGate gate, String version, Map<String, String> settings, InstantSource clock, Jobs jobs) {
        this.jobs = jobs;
        this.gate = gate;
        this.clock = clock;
        this.files = new FileRoutes(gate, clock, jobs);
        this.routes = ImmutableList.<Route>builder()
                .addAll(new VolumeRoutes(version, settings).all())
                .addAll(HistoryRoutes.all())
                .addAll(RemoteRoutes.all())
                .addAll(LocalRoutes.all())
                .addAll(files.all())
                .addAll(new JobRoutes(jobs).all())
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
        return plan(route.get(), request);
    }

    private Plan plan(Route route, Request request) {
        Instant askedAt = clock.instant();
        return switch (route.doing()) {
            case Route.Doing.Asking asking ->
                later(asking.pace(), volumes -> asking.answering().answer(volumes, route.decode(request, askedAt)));
            // It only waits a moment for the job.
            case Route.Doing.Working working ->
                later(Plan.Pace.QUICK, volumes -> {
                    Call call = route.decode(request, askedAt);
                    Job.Action action = progress -> working.changing().answer(volumes, call, progress);
                    return new Answer.Reply(
                            working.isResumed()
                                    ? jobs.answerResumed(
                                            working.kind(),
                                            call,
                                            new JobOrders(volumes.unfinishedWork()),
                                            new String(request.body(), StandardCharsets.UTF_8),
                                            action)
                                    : jobs.answer(working.kind(), call.subject(), working.isTransfer(), action));
                });
        };
    }

    /** What a call does once the volumes are there. */
    private interface Step {
        Answer run(Volumes volumes) throws RefusedException, IOException;
    }

    private Plan later(Plan.Pace pace, Step step) {
        return new Plan.Later(pace, WITHIN, new ControlWork(() -> step.run(gate.await(AT_GATE))));
    }

    /** Work that is shown as a job, for those who cannot wait for it. */
    public Errands errands() {
        return jobs;
    }

    /** Waits until the volumes are there, and begins again what the last daemon did not end. */
    public void resumeJobs() {
        try {
            Volumes volumes = gate.await(FOR_EVER);
            for (UnfinishedWork.Order order : volumes.unfinishedWork().all()) {
                resume(volumes, order);
            }
        } catch (VolumesUnavailableException e) {
            LOG.atDebug().setCause(e).log("No jobs are resumed, for the daemon is stopping");
        }
    }

    private void resume(Volumes volumes, UnfinishedWork.Order order) {
        jobs.resume(order, new JobOrders(volumes.unfinishedWork()), progress -> {
            for (Route route : routes) {
                if (route.doing() instanceof Route.Doing.Working working
                        && working.isResumed()
                        && working.kind().equals(order.kind())) {
                    byte[] body = order.text().getBytes(StandardCharsets.UTF_8);
                    Request request = new Request(route.method(), route.template(), Optional.empty(), body);
                    Call call = route.decode(request, order.askedAt()).begunAgain();
                    return working.changing().answer(volumes, call, progress);
                }
            }
            throw new BadRequestException("there are no jobs of the kind '" + order.kind() + "'");
        });
    }

    /** Asks all jobs to end; what they have begun is undone, which can take a while. */
    public void cancelJobs() {
        jobs.cancelAll();
    }

    /** Waits until all jobs have ended; false if that took too long. */
    public boolean awaitJobs(Duration atMost) {
        return jobs.awaitEnd(atMost);
    }

    @Override
    public Optional<Upload> upload(Request head) {
        return files.upload(head);
    }

    @Override
    public Response refuse(int status, String message) {
        return ControlAnswers.error(status, status == UNAVAILABLE ? "busy" : "bad-request", message);
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
