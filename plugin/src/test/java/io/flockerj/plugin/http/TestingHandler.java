package io.flockerj.plugin.http;

import io.flockerj.plugin.http.Plan.Pace;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Answers each path as it was told. A refusal has the message as its body. */
final class TestingHandler implements Handler {
    private final Map<String, Function<Request, Plan>> paths = new ConcurrentHashMap<>();
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

    TestingHandler() {
        on(
                "/echo",
                request -> new Plan.Later(
                        Pace.QUICK,
                        Duration.ofSeconds(20),
                        new TestingWork(() ->
                                reply(request.method() + " " + request.query().orElse("") + " "
                                        + new String(request.body(), StandardCharsets.UTF_8)))));
        on("/now", request -> new Plan.Now(reply("now")));
        on("/drop", request -> new Plan.Now(new Answer.Drop()));
    }

    static Answer reply(String body) {
        return new Answer.Reply(response(200, body));
    }

    static String echo(String body) {
        return "POST /echo HTTP/1.1\r\nHost: \r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: \r\n\r\n";
    }

    TestingHandler on(String path, Function<Request, Plan> plan) {
        paths.put(path, plan);
        return this;
    }

    /** A call of that path is done by blocking work. */
    TestingHandler on(String path, Duration within, Work work) {
        return on(path, request -> new Plan.Later(Pace.BLOCKING, within, work));
    }

    /** The body of a POST to that path is read while it comes. */
    TestingHandler onUpload(String path, long bodyBytes, Upload.Receiver receiver) {
        uploads.put(path, new Upload(bodyBytes, receiver));
        return this;
    }

    @Override
    public Optional<Upload> upload(Request head) {
        return head.method().equals("POST") ? Optional.ofNullable(uploads.get(head.path())) : Optional.empty();
    }

    @Override
    public Plan plan(Request request) {
        Function<Request, Plan> plan = paths.get(request.path());
        return plan == null ? new Plan.Now(new Answer.Reply(response(404, "no such path"))) : plan.apply(request);
    }

    @Override
    public Response refuse(int status, String message) {
        return response(status, message);
    }

    private static Response response(int status, String body) {
        return new Response(status, "text/plain", body.getBytes(StandardCharsets.UTF_8));
    }
}
