package io.flockerj.plugin.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Handler;
import io.flockerj.plugin.http.Plan;
import io.flockerj.plugin.http.Request;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.volume.InvalidOptionException;
import io.flockerj.plugin.volume.UnknownVolumeException;
import io.flockerj.plugin.volume.VolumeException;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.VolumesGate;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /v1/volumes}: all volumes; {@code /v1/volumes/NAME}: one, whose size limit {@code PATCH} changes. See
 * {@code docs/control-api.yaml}.
 */
public final class ControlApi implements Handler {
    private static final String VOLUMES = "/v1/volumes";
    private static final Pattern VOLUME = Pattern.compile(VOLUMES + "/([^/]+)");
    private static final Duration AT_GATE = Duration.ofSeconds(10);
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final VolumesGate gate;

    public ControlApi(VolumesGate gate) {
        this.gate = gate;
    }

    @Override
    public Plan plan(Request request) {
        Matcher volume = VOLUME.matcher(request.path());
        if (request.path().equals(VOLUMES)) {
            return switch (request.method()) {
                case "GET" -> later(Plan.Pace.QUICK, this::list);
                default -> now(METHOD_NOT_ALLOWED, "bad-method", VOLUMES + " takes GET");
            };
        }
        if (volume.matches()) {
            return switch (request.method()) {
                case "GET" -> later(Plan.Pace.QUICK, () -> show(VolumeName.parse(volume.group(1))));
                case "PATCH" ->
                    later(Plan.Pace.BLOCKING, () -> change(VolumeName.parse(volume.group(1)), request.body()));
                default -> now(METHOD_NOT_ALLOWED, "bad-method", VOLUMES + "/NAME takes GET and PATCH");
            };
        }
        return now(NOT_FOUND, "no-such-path", "there is " + VOLUMES + " and " + VOLUMES + "/NAME");
    }

    @Override
    public Response refuse(int status, String message) {
        return ControlAnswers.error(status, "bad-request", message);
    }

    private Response list() throws VolumeException {
        return ControlAnswers.ok(Map.of(
                "volumes",
                gate.await(AT_GATE).list().stream().map(ControlAnswers::view).toList()));
    }

    private Response show(VolumeName name) throws VolumeException {
        return ControlAnswers.ok(ControlAnswers.view(gate.await(AT_GATE)
                .get(name)
                .orElseThrow(() -> new UnknownVolumeException("there is no volume " + name))));
    }

    private Response change(VolumeName name, byte[] body) throws VolumeException, IOException {
        gate.await(AT_GATE).resize(name, sizeIn(body));
        return show(name);
    }

    private static String sizeIn(byte[] body) throws InvalidOptionException, IOException {
        try {
            JsonNode json = JSON.readTree(body);
            JsonNode size = json.path("size");
            if (json.isObject() && json.size() == 1 && size.isTextual()) {
                return size.asText();
            }
        } catch (JsonProcessingException e) {
            throw new InvalidOptionException("the body is no JSON (" + e.getOriginalMessage() + ")");
        }
        throw new InvalidOptionException(
                "the body has to be {\"size\": \"10G\"}, or {\"size\": \"none\"} for no limit");
    }

    private static Plan now(int status, String code, String message) {
        return new Plan.Now(new Answer.Reply(ControlAnswers.error(status, code, message)));
    }

    private static Plan later(Plan.Pace pace, ControlWork.Action action) {
        return new Plan.Later(pace, WITHIN, new ControlWork(action));
    }
}
