package io.flockerj.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.http.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Who the person is at a hub.
 *
 * @param isSession whether it came of a password; else it is a token that was made before, and perhaps used elsewhere too
 * @param expires when it ends by itself
 * @param caFile certificates that the hub's is checked against, in place of the usual ones
 * @param helper which of Docker's credential helpers keeps the token
 * @param token itself, if no helper keeps it
 */
public record Login(
        Origin hub,
        String user,
        boolean isSession,
        Optional<Instant> expires,
        Optional<Path> caFile,
        Optional<String> helper,
        Optional<String> token) {

    ObjectNode write(ObjectNode json) {
        json.put("user", user).put("session", isSession);
        expires.ifPresent(time -> json.put("expires", time.toString()));
        caFile.ifPresent(file -> json.put("caFile", file.toString()));
        helper.ifPresent(name -> json.put("credentialHelper", name));
        token.ifPresent(secret -> json.put("token", secret));
        return json;
    }

    static Login read(String hub, JsonNode json) throws IOException {
        Optional<String> user = text(json, "user");
        if (user.isEmpty()) {
            throw new IOException("it does not say who signed in to " + hub);
        }
        try {
            return new Login(
                    Origin.of(hub),
                    user.get(),
                    json.path("session").asBoolean(),
                    text(json, "expires").map(Instant::parse),
                    text(json, "caFile").map(Path::of),
                    text(json, "credentialHelper"),
                    text(json, "token"));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.ofNullable(json.path(field).textValue());
    }

    /** Whether it has ended by itself. */
    public boolean isOver(Instant now) {
        return expires.filter(end -> !now.isBefore(end)).isPresent();
    }

    @Override
    public String toString() {
        return user + " at " + hub;
    }
}
