package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.hub.BadHubAnswerException;
import io.flockerj.cli.hub.Hub;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli hub token}. */
@Command(
        name = "token",
        description = "Lists, makes and revokes tokens, by which hosts and programs use a hub; alone it lists yours.",
        footer = {"", "Example:", "  fli hub token add ci --volumeset 'team/*' --right push --expires '90 days'"})
final class HubTokenCommand extends HubNoun implements Callable<Integer> {
    private static final String TOKENS = "tokens";
    private static final String SERVICE = "Of this service account, instead of yours.";
    private static final String USER = "Of this user, instead of yours; for administrators.";
    private static final int LEAST_DIGITS = 4;

    HubTokenCommand(Session session, HubAccess access) {
        super(session, access);
    }

    @Override
    public Integer call() throws IOException, CommandException {
        return list(Optional.empty(), Optional.empty());
    }

    private static Target of(Optional<String> service, Optional<String> user) throws CommandException {
        if (service.isPresent() && user.isPresent()) {
            throw CommandException.usage("say --service or --user, not both");
        }
        if (service.isPresent()) {
            return Hub.target("services", service.get(), TOKENS);
        }
        return user.isPresent() ? Hub.target("users", user.get(), TOKENS) : Hub.target(TOKENS);
    }

    @Command(
            name = "list",
            description = "Lists the tokens that are not revoked, without their secrets, and without sessions.",
            footer = {"", "Example:", "  fli hub token list"})
    int list(
            @Option(names = "--service", paramLabel = "NAME", description = SERVICE) Optional<String> service,
            @Option(names = "--user", paramLabel = "NAME", description = USER) Optional<String> user)
            throws IOException, CommandException {
        return list(
                of(service, user),
                TOKENS,
                ALL,
                HubColumn.name("TOKEN", "name"),
                HubColumn.text("RIGHT", "right"),
                HubColumn.list("VOLUMESETS", "volumesets"),
                HubColumn.time("MADE", "created"),
                HubColumn.time("EXPIRES", "expires").perhaps(),
                HubColumn.time("LAST USED", "lastUsed").perhaps(),
                HubColumn.text("FROM", "lastAddress").perhaps());
    }

    @Command(
            name = "show",
            description = "Shows a token, without its secret.",
            footer = {"", "Example:", "  fli hub token show ci"})
    int show(
            @Parameters(paramLabel = "NAME|ID", description = "As fli hub token list shows it.") String wanted,
            @Option(names = "--service", paramLabel = "NAME", description = SERVICE) Optional<String> service,
            @Option(names = "--user", paramLabel = "NAME", description = USER) Optional<String> user)
            throws IOException, CommandException {
        return show(
                find(wanted, of(service, user)),
                HubColumn.name("Token", "name"),
                HubColumn.text("Id", "id"),
                HubColumn.text("Right", "right"),
                HubColumn.list("Volumesets", "volumesets"),
                HubColumn.time("Made", "created"),
                HubColumn.time("Expires", "expires").perhaps(),
                HubColumn.time("Last used", "lastUsed").perhaps(),
                HubColumn.text("From", "lastAddress").perhaps());
    }

    @Command(
            name = "add",
            description = {
                "Makes a token, and prints its secret, which is shown this once.",
                "It lets do no more than its right, with the volumesets of its patterns, and no more than its account may."
            },
            footer = {"", "Example:", "  fli hub token add ci --volumeset 'team/*' --right push"})
    int add(
            @Parameters(paramLabel = "NAME", description = "What it is to be called.") String name,
            @Option(
                            names = "--volumeset",
                            required = true,
                            paramLabel = "PATTERN",
                            description = "OWNER/NAME, with * for any characters, such as 'team/*'; may be repeated.")
                    List<String> volumesets,
            @Option(
                            names = "--right",
                            required = true,
                            paramLabel = "RIGHT",
                            description = "No right above it: read, push, publish or admin.")
                    String right,
            @Option(
                            names = "--expires",
                            paramLabel = "WHEN",
                            description = "Such as '90 days' or 2027-01-31. Default: never.")
                    Optional<String> expires,
            @Option(names = "--service", paramLabel = "NAME", description = SERVICE) Optional<String> service)
            throws IOException, CommandException {
        ObjectNode body = body().put("name", name).put("right", right);
        volumesets.forEach(body.putArray("volumesets")::add);
        if (expires.isPresent()) {
            body.put("expires", TypedTime.ahead(session(), expires.get()).toString());
        }
        JsonNode answer = change("POST", of(service, Optional.empty()), body);
        if (session().json()) {
            session().say(answer);
        } else {
            session().say(secret(answer));
            session().remark("made the token " + name + "; this is its secret, which is not shown again");
        }
        return ExitCode.OK;
    }

    private static String secret(JsonNode answer) throws BadHubAnswerException {
        if (!answer.path("secret").isTextual()) {
            throw new BadHubAnswerException("the hub's answer has no proper \"secret\"");
        }
        return answer.path("secret").asText();
    }

    @Command(
            name = "remove",
            aliases = "rm",
            description = "Revokes tokens, for ever; they are refused from the next request on.",
            footer = {"", "Example:", "  fli hub token remove ci"})
    int remove(
            @Parameters(arity = "1..*", paramLabel = "NAME|ID", description = "As fli hub token list shows them.")
                    List<String> wanted,
            @Option(names = "--service", paramLabel = "NAME", description = SERVICE) Optional<String> service,
            @Option(names = "--user", paramLabel = "NAME", description = USER) Optional<String> user)
            throws IOException, CommandException {
        for (String each : wanted) {
            JsonNode token = find(each, of(service, user));
            JsonNode answer = change("DELETE", below(token.path("id").asText(), service, user));
            done(answer, "Revoked the token " + token.path("name").asText());
        }
        return ExitCode.OK;
    }

    private static Target below(String id, Optional<String> service, Optional<String> user) {
        if (service.isPresent()) {
            return Hub.target("services", service.get(), TOKENS, id);
        }
        return user.isPresent() ? Hub.target("users", user.get(), TOKENS, id) : Hub.target(TOKENS, id);
    }

    private JsonNode find(String wanted, Target tokens) throws IOException, CommandException {
        JsonNode found = body();
        for (JsonNode token : first(tokens, TOKENS, ALL).path(TOKENS)) {
            boolean isMeant = token.path("name").asText().equals(wanted);
            if (isMeant) {
                return token;
            }
            if (wanted.length() >= LEAST_DIGITS && token.path("id").asText().startsWith(wanted)) {
                if (!found.isEmpty()) {
                    throw CommandException.notFound(
                            "several tokens have an id that begins with " + wanted + "; name one: fli hub token list");
                }
                found = token;
            }
        }
        if (found.isEmpty()) {
            throw CommandException.notFound("there is no token " + wanted + "; see: fli hub token list");
        }
        return found;
    }
}
