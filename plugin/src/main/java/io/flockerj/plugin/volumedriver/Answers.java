package io.flockerj.plugin.volumedriver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Answers of the protocol. A success is 200 with a JSON object, never empty. An error is never 200, because Podman takes that
 * for success whatever the body says, and has its message in {@code Err}.
 */
final class Answers {
    static final Answer DROP = new Answer.Drop();

    private static final String CONTENT_TYPE = "application/vnd.docker.plugins.v1.2+json";
    private static final int OK = 200;
    private static final int ERROR = 500;
    private static final ObjectWriter JSON = JsonMapper.builder().build().writer();

    private Answers() {}

    static Answer success(Map<String, ?> object) {
        return new Answer.Reply(response(OK, object));
    }

    static Answer error(String message) {
        return new Answer.Reply(error(ERROR, message));
    }

    static Response error(int status, String message) {
        // Halves of surrogate pairs, which JSON can carry and UTF-8 cannot, become question marks.
        String encodable = new String(message.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return response(status, Map.of("Err", encodable));
    }

    private static Response response(int status, Map<String, ?> object) {
        try {
            return new Response(status, CONTENT_TYPE, JSON.writeValueAsBytes(object));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written as JSON", e);
        }
    }
}
