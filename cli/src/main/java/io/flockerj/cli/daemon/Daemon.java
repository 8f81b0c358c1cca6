package io.flockerj.cli.daemon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.http.Body;
import io.flockerj.cli.http.Limits;
import io.flockerj.cli.http.Request;
import io.flockerj.cli.http.Response;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.http.UnixHttp;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The control API of one daemon. Each call throws {@link RefusedException} for an error that the daemon answers with,
 * {@link io.flockerj.cli.http.UnreachableException} if there is no daemon, and {@link BadAnswerException} for an answer
 * that the API does not promise. Where the daemon answers that it goes on with something as a job, the call waits for its end.
 */
public final class Daemon {
    /** Questions are answered from memory or from one look at a disk. */
    private static final Limits QUESTION = Limits.idle(Duration.ofSeconds(60));

    /** A change may wait for its turn and for a busy disk. */
    private static final Limits CHANGE = Limits.idle(Duration.ofMinutes(15));

    /** The longest answer that is read into memory: 100,000 snapshots. */
    private static final int MAX_JSON = 256 * 1024 * 1024;

    /** The longest line of a streamed answer: a path of 4,096 bytes, escaped, and its like. */
    private static final int MAX_LINE = 64 * 1024;

    private static final JsonMapper JSON = new JsonMapper();

    private static final int ACCEPTED = 202;

    private final UnixHttp http;
    private final Watcher watcher;

    public Daemon(UnixHttp http, Watcher watcher) {
        this.http = http;
        this.watcher = watcher;
    }

    /** Who looks on while a call waits for a job. */
    @FunctionalInterface
    public interface Watcher {
        /**
         * A call begins to wait.
         *
         * @param cancellation may be asked for at any time, on any thread
         */
        Watch watch(Cancellation cancellation);
    }

    /** One call's waiting. */
    public interface Watch extends AutoCloseable {
        /** How far the job is, as the daemon tells it; about once a second, and when it has ended. */
        void show(JsonNode job) throws IOException;

        /** The waiting is over. */
        @Override
        void close();
    }

    /** Cancels a job. */
    @FunctionalInterface
    public interface Cancellation {
        void run() throws IOException;
    }

    /** An empty JSON object, to be filled and sent. */
    public static ObjectNode json() {
        return JSON.createObjectNode();
    }

    /** Asks for something. */
    public JsonNode get(Target target) throws IOException {
        return send(Request.get(target), QUESTION);
    }

    /** Changes something; {@code body} is JSON. */
    public JsonNode change(String method, Target target, Optional<ObjectNode> body) throws IOException {
        return change(method, target, body, CHANGE);
    }

    /** Changes something within a time limit. */
    public JsonNode change(String method, Target target, Optional<ObjectNode> body, Limits limits) throws IOException {
        Optional<Body> bytes =
                body.map(json -> Body.of("application/json", json.toString().getBytes(StandardCharsets.UTF_8)));
        return send(new Request(method, target, bytes), limits);
    }

    /** Sends a stream, such as an archive. */
    public JsonNode upload(Target target, Body body) throws IOException {
        return send(new Request("POST", target, Optional.of(body)), CHANGE);
    }

    /** Asks for a stream of bytes; close it. It throws an {@link java.io.EOFException} where it is cut off. */
    public Response download(Target target) throws IOException {
        return download(target, CHANGE);
    }

    private Response download(Target target, Limits limits) throws IOException {
        Response response = http.send(Request.get(target), limits);
        if (!response.isSuccess()) {
            try (response) {
                throw refusal(response);
            }
        }
        return response;
    }

    /** Takes one line of a streamed answer. */
    @FunctionalInterface
    public interface LineReader {
        void accept(JsonNode line) throws IOException;
    }

    /** Asks for a stream of JSON objects, one on each line. */
    public void lines(Target target, LineReader reader) throws IOException {
        lines(target, CHANGE, MAX_LINE, reader);
    }

    /** Follows a job, about once a second, to its end; answers with how it was then. */
    public JsonNode follow(String id, LineReader reader) throws IOException {
        return follow(id, CHANGE, reader);
    }

    private JsonNode follow(String id, Limits limits, LineReader reader) throws IOException {
        List<JsonNode> last = new ArrayList<>();
        lines(Target.of("v1", "jobs", id, "progress"), limits, MAX_JSON, line -> {
            reader.accept(line);
            last.clear();
            last.add(line);
        });
        if (last.isEmpty() || Job.of(last.getFirst()).isRunning()) {
            throw new IOException(
                    "the daemon stopped telling of the job " + id + " before its end; see: fli jobs list");
        }
        return last.getFirst();
    }

    /** What a job has come to. */
    public static JsonNode outcome(JsonNode ended) throws IOException {
        if (Job.of(ended).state().equals("done")) {
            return ended.path("result");
        }
        JsonNode error = ended.path("error");
        throw new RefusedException(
                error.path("code").asText(), error.path("message").asText());
    }

    /** Asks a job to end. */
    public JsonNode cancel(String id) throws IOException {
        return send(new Request("DELETE", Target.of("v1", "jobs", id), Optional.empty()), QUESTION);
    }

    private JsonNode awaitJob(String id, Limits limits) throws IOException {
        try (Watch watch = watcher.watch(() -> cancel(id))) {
            return outcome(follow(id, limits, watch::show));
        } catch (SocketTimeoutException e) {
            try {
                cancel(id);
            } catch (IOException notCancelled) {
                e.addSuppressed(notCancelled);
            }
            throw e;
        }
    }

    private void lines(Target target, Limits limits, int longest, LineReader reader) throws IOException {
        try (Response response = download(target, limits)) {
            InputStream body = new BufferedInputStream(response.body());
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = body.read(); next >= 0; next = body.read()) {
                if (next == '\n') {
                    reader.accept(parse(line.toByteArray()));
                    line.reset();
                } else if (line.size() == longest) {
                    throw new BadAnswerException("the daemon answered a line of more than " + longest + " bytes");
                } else {
                    line.write(next);
                }
            }
            if (line.size() > 0) {
                reader.accept(parse(line.toByteArray()));
            }
        }
    }

    private JsonNode send(Request request, Limits limits) throws IOException {
        JsonNode answer;
        try (Response response = http.send(request, limits)) {
            if (!response.isSuccess()) {
                throw refusal(response);
            }
            answer = parse(response.bytes(MAX_JSON));
            if (response.status() != ACCEPTED) {
                return answer;
            }
        }
        return awaitJob(Job.of(answer).id(), limits);
    }

    private static JsonNode parse(byte[] bytes) throws IOException {
        try {
            JsonNode json = JSON.readTree(bytes);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw new BadAnswerException("the daemon's answer is not JSON: " + e.getOriginalMessage());
        }
        throw new BadAnswerException("the daemon's answer is no JSON object");
    }

    private static IOException refusal(Response response) throws IOException {
        byte[] bytes = response.bytes(MAX_JSON);
        try {
            JsonNode error = JSON.readTree(bytes).path("error");
            if (error.path("code").isTextual() && error.path("message").isTextual()) {
                return new RefusedException(
                        error.path("code").asText(), error.path("message").asText());
            }
        } catch (JsonProcessingException e) {
            return new BadAnswerException("the daemon answered with status " + response.status() + " and no JSON");
        }
        return new BadAnswerException("the daemon answered with status " + response.status() + " and no error");
    }
}
