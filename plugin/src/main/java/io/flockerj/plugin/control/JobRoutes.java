package io.flockerj.plugin.control;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Plan.Pace;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.http.StreamedResponse;
import io.flockerj.plugin.volume.Volumes;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Calls on work that takes long. */
final class JobRoutes {
    private static final String JOBS = "/v1/jobs";
    private static final String JOB = JOBS + "/{id}";
    private static final Set<String> NONE = Set.of();
    private static final Duration EACH = Duration.ofSeconds(1);

    private final Jobs jobs;

    JobRoutes(Jobs jobs) {
        this.jobs = jobs;
    }

    List<Route> all() {
        return List.of(
                Route.of("GET", JOBS, Pace.QUICK, NONE, NONE, this::list),
                Route.of("GET", JOB, Pace.QUICK, NONE, NONE, this::show),
                Route.streaming("GET", JOB + "/progress", Pace.QUICK, NONE, NONE, this::progress),
                Route.of("DELETE", JOB, Pace.QUICK, NONE, NONE, this::cancel));
    }

    private Response list(Volumes volumes, Call call) {
        return ControlAnswers.ok(ControlAnswers.list("jobs", jobs.all(), Job::summary));
    }

    private Response show(Volumes volumes, Call call) throws RefusedException {
        return ControlAnswers.ok(require(call).json());
    }

    private Answer progress(Volumes volumes, Call call) throws RefusedException {
        Job job = require(call);
        return new Answer.Stream(
                new StreamedResponse(ControlAnswers.OK, ControlAnswers.LINES, out -> follow(job, out)));
    }

    /** A line each second, and one when the job has ended. */
    private static void follow(Job job, OutputStream out) throws IOException {
        while (true) {
            boolean ended = job.hasEnded();
            ControlAnswers.writeLine(out, job.json());
            out.flush();
            if (ended) {
                return;
            }
            job.await(EACH);
        }
    }

    private Response cancel(Volumes volumes, Call call) throws RefusedException {
        Job job = require(call);
        if (!job.abandon()) {
            throw new JobEndedException("the job " + job.id() + " has ended; see how, with: fli jobs show " + job.id());
        }
        return ControlAnswers.done();
    }

    private Job require(Call call) throws UnknownJobException {
        return jobs.find(call.part(0))
                .orElseThrow(() -> new UnknownJobException(
                        "there is no such job, or it ended more than an hour ago; see: fli jobs list"));
    }
}
