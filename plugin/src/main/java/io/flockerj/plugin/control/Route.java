package io.flockerj.plugin.control;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Plan;
import io.flockerj.plugin.http.Request;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.volume.Volumes;
import java.io.IOException;
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
        String method,
        String template,
        Pattern pattern,
        Plan.Pace pace,
        Set<String> queryFields,
        Set<String> bodyFields,
        Streaming answering) {
    /** What a call does. */
    interface Answering {
        Response answer(Volumes volumes, Call call) throws RefusedException, IOException;
    }

    /** What a call does whose answer may be too long for memory. */
    interface Streaming {
        Answer answer(Volumes volumes, Call call) throws RefusedException, IOException;
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
        Pattern pattern = Pattern.compile(template.replaceAll("\\{[a-z]+}", "([^/]+)"));
        return new Route(method, template, pattern, pace, queryFields, bodyFields, answering);
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

    /** Carries out a request that matches. */
    Answer answer(Volumes volumes, Request request) throws RefusedException, IOException {
        List<String> parts = match(request.path()).orElseThrow();
        return answering.answer(volumes, Call.of(request, parts, queryFields, bodyFields));
    }
}
