package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.hub.KnownHubs;
import io.flockerj.cli.hub.Login;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code fli hub}, and what is below it. */
@Command(
        name = "hub",
        description = "Manages people, rights, tokens and volumesets at a hub; alone it lists your hubs.",
        footer = {"", "Example:", "  fli hub volumeset list --owner team"})
final class HubCommand implements Callable<Integer> {
    private final Session session;
    private final HubAccess access;

    private HubCommand(Session session, HubAccess access) {
        this.session = session;
        this.access = access;
    }

    private static Map<String, BiFunction<Session, HubAccess, Object>> nouns() {
        Map<String, BiFunction<Session, HubAccess, Object>> all = new LinkedHashMap<>();
        all.put("user", HubUserCommand::new);
        all.put("team", HubTeamCommand::new);
        all.put("member", HubMemberCommand::new);
        all.put("service", HubServiceCommand::new);
        all.put("access", HubAccessCommand::new);
        all.put("protect", HubProtectCommand::new);
        all.put("token", HubTokenCommand::new);
        all.put("volumeset", HubVolumesetCommand::new);
        all.put("audit", HubAuditCommand::new);
        return all;
    }

    /** With all that is below it. */
    static CommandLine whole(Session session) {
        return of(session, nouns());
    }

    /** With as much of what is below it as these arguments need. */
    static CommandLine forArguments(Session session, List<String> arguments) {
        Map<String, BiFunction<Session, HubAccess, Object>> needed = nouns();
        needed.keySet().retainAll(arguments);
        return needed.isEmpty() ? whole(session) : of(session, needed);
    }

    private static CommandLine of(Session session, Map<String, BiFunction<Session, HubAccess, Object>> nouns) {
        HubAccess access = new HubAccess(session);
        CommandLine hub = new CommandLine(new HubCommand(session, access));
        nouns.forEach((name, noun) -> hub.addSubcommand(name, noun.apply(session, access)));
        return hub;
    }

    @Option(
            names = "--hub",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "The hub, https://HOST[:PORT]. Default: the usual one.")
    void hub(String url) {
        access.choose(url);
    }

    @Override
    public Integer call() throws IOException, CommandException {
        return list();
    }

    @Command(
            name = "list",
            description = "Lists the hubs that you are signed in to; none of them is asked.",
            footer = {"", "Example:", "  fli hub list"})
    int list() throws IOException, CommandException {
        KnownHubs known = access.known();
        if (session.json()) {
            session.say(json(known));
            return ExitCode.OK;
        }
        Table table = Table.of("HUB", "USER", "ENDS", "TOKEN", "DEFAULT");
        for (Login login : known.logins()) {
            table.row(
                    new Cell(login.hub().toString(), Ink.GREEN),
                    Cell.of(login.user()),
                    Cell.of(login.expires().map(session.times()::age).orElse("-")),
                    Cell.of(login.helper()
                            .map(name -> "docker-credential-" + name)
                            .orElse("in a file")),
                    Cell.of(isUsual(known, login) ? "yes" : "no"));
        }
        session.say(table);
        return ExitCode.OK;
    }

    private static boolean isUsual(KnownHubs known, Login login) {
        return known.usual().filter(login.hub()::equals).isPresent();
    }

    private static ObjectNode json(KnownHubs known) {
        ObjectNode whole = Daemon.json();
        ArrayNode hubs = whole.putArray("hubs");
        for (Login login : known.logins()) {
            ObjectNode hub = hubs.addObject()
                    .put("hub", login.hub().toString())
                    .put("user", login.user())
                    .put("default", isUsual(known, login));
            login.expires().ifPresent(end -> hub.put("expires", end.toString()));
            login.helper().ifPresent(name -> hub.put("credentialHelper", name));
        }
        return whole;
    }
}
