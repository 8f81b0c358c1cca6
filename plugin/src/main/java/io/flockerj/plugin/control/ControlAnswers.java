package io.flockerj.plugin.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.volume.VolumeView;
import java.util.Map;

/** The control API's answers: JSON objects, errors as {@code {"error": {"code", "message"}}}. */
final class ControlAnswers {
    private static final String MEDIA_TYPE = "application/json";
    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ControlAnswers() {}

    static Response ok(Map<String, ?> body) {
        return new Response(OK, MEDIA_TYPE, bytes(body));
    }

    static Response error(int status, String code, String message) {
        return new Response(
                status, MEDIA_TYPE, bytes(Map.of("error", ImmutableMap.of("code", code, "message", message))));
    }

    /** A volume, with whatever its status tells. */
    static Map<String, Object> view(VolumeView volume) {
        ImmutableMap.Builder<String, Object> json = ImmutableMap.builder();
        json.put("name", volume.name().value());
        json.put("createdAt", volume.createdAt().toString());
        volume.mountPoint().ifPresent(point -> json.put("mountPoint", point.toString()));
        return json.putAll(volume.status()).build();
    }

    private static byte[] bytes(Map<String, ?> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of strings and numbers can always be written", e);
        }
    }
}
