package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.hub.Hub;
import io.flockerj.cli.hub.Login;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fli whoami}. */
@Command(
        name = "whoami",
        description = "Asks a hub who you are there, and shows until when you are signed in.",
        footer = {"", "Example:", "  fli whoami"})
final class WhoamiCommand implements Callable<Integer> {
    private final Session session;
    private final HubAccess access;

    WhoamiCommand(Session session) {
        this.session = session;
        this.access = new HubAccess(session);
    }

    @Option(names = "--hub", paramLabel = "URL", description = "The hub. Default: the usual one.")
    void hub(String url) {
        access.choose(url);
    }

    @Override
    public Integer call() throws IOException, CommandException {
        Login login = access.login();
        JsonNode me = access.hub(login).get(Hub.target("me"));
        if (session.json()) {
            ObjectNode whole = Daemon.json().put("hub", login.hub().toString());
            login.expires().ifPresent(end -> whole.put("expires", end.toString()));
            me.properties().forEach(field -> whole.set(field.getKey(), field.getValue()));
            session.say(whole);
            return ExitCode.OK;
        }
        JsonNode account = me.path("account");
        Details details = new Details(session)
                .add("Hub", login.hub().toString())
                .add("User", new Cell(account.path("name").asText("-"), Ink.BOLD))
                .add("Name", account.path("displayName").asText(""))
                .add("Administrator", account.path("administrator").asBoolean() ? "yes" : "no")
                .add("Signed in", by(login, me));
        teams(me).forEach(team -> details.add("Team", team));
        details.say();
        return ExitCode.OK;
    }

    private String by(Login login, JsonNode me) {
        if (me.path("by").asText().equals("token")) {
            JsonNode scope = me.path("scope");
            return "by a token, for at most " + scope.path("right").asText("-") + " on "
                    + HubColumn.list(scope.path("volumesets"));
        }
        return "by password"
                + login.expires()
                        .map(end -> ", until " + session.times().full(end))
                        .orElse("");
    }

    private static List<String> teams(JsonNode me) {
        List<String> teams = new ArrayList<>();
        me.path("teams")
                .forEach(team -> teams.add(
                        team.path("team").asText() + ", " + team.path("role").asText()));
        return teams;
    }
}
