package io.flockerj.plugin.control;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Plan;
import io.flockerj.plugin.http.Request;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.Volumes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One method on one path.
 *
 * @param template the path as the API's description has it, such as {@code /v1/volumes/{name}}
 * @param queryFields the names that a query may have
 * @param bodyFields the names that a body may have
 */
record Route(
        String method, String template, Pattern pattern, Set<String> queryFields, Set<String> bodyFields, Doing doing) {
    /** How a call is carried out. */
    sealed interface Doing {
        /** While the client waits for the answer, or takes it. */
        record Asking(Plan.Pace pace, Streaming answering) implements Doing {}

        /**
         * As a job, which goes on if it takes more than a moment.
         *
         * @param kind of the job
         * @param isResumed whether it is begun again if the daemon ends in its midst
         * @param isTransfer whether it waits for others of its sort, with which nobody else is to wait
         */
        record Working(String kind, Changing changing, boolean isResumed, boolean isTransfer) implements Doing {}
    }

    /** What a call does. */
    interface Answering {
        Response answer(Volumes volumes, Call call) throws RefusedException, IOException;
    }

    /** What a call does whose answer may be too long for memory. */
    interface Streaming {
        Answer answer(Volumes volumes, Call call) throws RefusedException, IOException;
    }

    /** What a call does that changes something. */
    interface Changing {
        Response answer(Volumes volumes, Call call, Progress progress) throws RefusedException, IOException;
    }

    static Route of(
            String method,
            String template,
            Plan.Pace pace,
            Set<String> queryFields,
            Set<String> bodyFields,
            Answering answering) {
        return streaming(
                method,
                template,
                pace,
                queryFields,
                bodyFields,
                (volumes, call) -> new Answer.Reply(answering.answer(volumes, call)));
    }

    static Route streaming(
            String method,
            String template,
            Plan.Pace pace,
            Set<String> queryFields,
            Set<String> bodyFields,
            Streaming answering) {
        return new Route(
                method, template, pattern(template), queryFields, bodyFields, new Doing.Asking(pace, answering));
    }

    static Route job(String kind, String method, String template, Set<String> bodyFields, Changing changing) {
        return new Route(
                method,
                template,
                pattern(template),
                Set.of(),
                bodyFields,
                new Doing.Working(kind, changing, false, false));
    }

    /** A job that waits for others which take as much memory. */
    static Route transfer(String kind, String method, String template, Set<String> bodyFields, Changing changing) {
        return new Route(
                method,
                template,
                pattern(template),
                Set.of(),
                bodyFields,
                new Doing.Working(kind, changing, false, true));
    }

    /** As {@link #transfer}, and it is begun again, from its beginning, if the daemon ends in its midst; the kind is no other's, the path stands for nothing. */
    static Route resumed(String kind, String method, String template, Set<String> bodyFields, Changing changing) {
        return new Route(
                method,
                template,
                pattern(template),
                Set.of(),
                bodyFields,
                new Doing.Working(kind, changing, true, true));
    }

    /** For work that is over soon, or that cannot tell how far it is. */
    static Route job(String kind, String method, String template, Set<String> bodyFields, Answering answering) {
        return job(kind, method, template, bodyFields, (volumes, call, progress) -> answering.answer(volumes, call));
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(template.replaceAll("\\{[a-z]+}", "([^/]+)"));
    }

    /** The parts of a path that stand for something; empty if it is not this route's. */
    Optional<List<String>> match(String path) {
        Matcher matcher = pattern.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>();
        for (int group = 1; group <= matcher.groupCount(); group++) {
            parts.add(matcher.group(group));
        }
        return Optional.of(parts);
    }

    /**
     * A request that matches, decoded.
     *
     * @param askedAt when it came
     */
    Call decode(Request request, Instant askedAt) throws BadRequestException, IOException {
        return Call.of(request, askedAt, match(request.path()).orElseThrow(), queryFields, bodyFields);
    }
}
