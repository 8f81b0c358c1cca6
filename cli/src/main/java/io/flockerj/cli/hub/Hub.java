package io.flockerj.cli.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.http.Body;
import io.flockerj.cli.http.Limits;
import io.flockerj.cli.http.NetworkHttp;
import io.flockerj.cli.http.Origin;
import io.flockerj.cli.http.Request;
import io.flockerj.cli.http.Response;
import io.flockerj.cli.http.Target;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The API of one hub, for people and administration. Each call throws {@link HubRefusedException} for an error that the hub answers
 * with, {@link io.flockerj.cli.http.NoAnswerException} if it does not answer, and {@link BadHubAnswerException} for an answer that the
 * API does not promise. Nothing is sent twice.
 */
public final class Hub {
    private static final Limits PATIENCE = new Limits(Duration.ofSeconds(60), Duration.ofMinutes(5));

    /** No page is longer: 1000 acts, each with 16 details of 512 characters. */
    private static final int MAX_JSON = 64 * 1024 * 1024;

    /** As many as the API gives. */
    private static final int LONGEST_PAGE = 1000;

    /** A list is not put together of more pages. */
    private static final int MOST_PAGES = 1000;

    private static final String API = "api";
    private static final String VERSION = "v1";
    private static final int UNAUTHORIZED = 401;
    private static final int NO_CONTENT = 204;

    private static final JsonMapper JSON = new JsonMapper();

    private final NetworkHttp http;
    private final Optional<String> token;

    /** @param token by which the hub knows who asks */
    public Hub(NetworkHttp http, Optional<String> token) {
        this.http = http;
        this.token = token;
    }

    public Origin origin() {
        return http.origin();
    }

    /** What the API has at this path. */
    public static Target target(String... segments) {
        String[] all = new String[segments.length + 2];
        all[0] = API;
        all[1] = VERSION;
        System.arraycopy(segments, 0, all, 2, segments.length);
        return Target.of(all);
    }

    /** Asks for something. */
    public JsonNode get(Target target) throws IOException {
        return send(Request.get(target));
    }

    /** Asks for a list, all of it or the first {@code most}, in as many pages as it takes; without a {@code next}, if that is the end. */
    public ObjectNode list(Target target, String field, int most) throws IOException {
        ObjectNode whole = JSON.createObjectNode();
        ArrayNode all = whole.putArray(field);
        Optional<String> after = Optional.empty();
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            int limit = Math.min(LONGEST_PAGE, most - all.size());
            JsonNode page = get(target.with("limit", Integer.toString(limit)).with("after", after));
            if (!page.path(field).isArray()) {
                throw new BadHubAnswerException("the hub's answer has no proper \"" + field + "\"");
            }
            page.path(field).forEach(all::add);
            after = Optional.ofNullable(page.path("next").textValue());
            if (after.isEmpty() || all.size() >= most) {
                after.ifPresent(next -> whole.put("next", next));
                return whole;
            }
        }
        throw new BadHubAnswerException("the hub's list of " + field + " does not end within " + MOST_PAGES + " pages");
    }

    /** Changes something; an empty object where the hub has nothing to say but that it is done. */
    public JsonNode change(String method, Target target, Optional<ObjectNode> body) throws IOException {
        Optional<Body> bytes =
                body.map(json -> Body.of("application/json", json.toString().getBytes(StandardCharsets.UTF_8)));
        return send(new Request(method, target, bytes));
    }

    private JsonNode send(Request request) throws IOException {
        try (Response response = http.send(request, token, PATIENCE)) {
            if (!response.isSuccess()) {
                throw refusal(response);
            }
            return response.status() == NO_CONTENT ? JSON.createObjectNode() : parse(response.bytes(MAX_JSON));
        } catch (SocketTimeoutException e) {
            throw http.late(e);
        }
    }

    private JsonNode parse(byte[] bytes) throws IOException {
        try {
            JsonNode json = JSON.readTree(bytes);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw new BadHubAnswerException("the answer of " + origin() + " is not JSON: " + e.getOriginalMessage());
        }
        throw new BadHubAnswerException("the answer of " + origin() + " is no JSON object");
    }

    private IOException refusal(Response response) throws IOException {
        String type = response.header("content-type").orElse("");
        if (!type.startsWith("application/problem+json")) {
            return new BadHubAnswerException("what answers at " + origin() + " with the status " + response.status()
                    + " does not seem to be a hub");
        }
        JsonNode problem = parse(response.bytes(MAX_JSON));
        int status = response.status();
        String code = problem.path("code").asText("failed");
        String detail = problem.path("detail").asText("the hub refused it, with the status " + status);
        return new HubRefusedException(
                status, code, told(status, code, detail, problem.path("remedy").asText("")));
    }

    private String told(int status, String code, String detail, String remedy) {
        if (status == UNAUTHORIZED && !code.equals("wrong-password")) {
            return detail + "\nSign in with: fli login " + origin();
        }
        return remedy.isEmpty() ? detail : detail + "\n" + remedy;
    }
}
