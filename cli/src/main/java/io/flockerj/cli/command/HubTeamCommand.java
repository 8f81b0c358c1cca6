package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.hub.Hub;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli hub team}. */
@Command(
        name = "team",
        description = "Lists, shows, adds, changes and removes the teams of a hub; alone it lists.",
        footer = {"", "Example:", "  fli hub team add backend --admin ada"})
final class HubTeamCommand extends HubNoun implements Callable<Integer> {
    private static final String TEAMS = "teams";

    HubTeamCommand(Session session, HubAccess access) {
        super(session, access);
    }

    @Override
    public Integer call() throws IOException, CommandException {
        return list();
    }

    @Command(
            name = "list",
            description = "Lists the teams that you are in; all of them for administrators.",
            footer = {"", "Example:", "  fli hub team list"})
    int list() throws IOException, CommandException {
        return list(
                Hub.target(TEAMS),
                TEAMS,
                ALL,
                HubColumn.name("TEAM", "name"),
                HubColumn.text("NAME", "displayName"),
                HubColumn.time("ADDED", "created"),
                HubColumn.time("DISABLED", "disabled").perhaps());
    }

    @Command(
            name = "show",
            description = "Shows a team; its members are listed by fli hub member list.",
            footer = {"", "Example:", "  fli hub team show backend"})
    int show(@Parameters(paramLabel = "TEAM", description = "The team's name.") String name)
            throws IOException, CommandException {
        return show(
                get(Hub.target(TEAMS, name)),
                HubColumn.name("Team", "name"),
                HubColumn.text("Name", "displayName"),
                HubColumn.text("Id", "id"),
                HubColumn.text("New volumesets", "usualVisibility").perhaps(),
                HubColumn.time("Added", "created"),
                HubColumn.time("Disabled", "disabled").perhaps());
    }

    @Command(
            name = "add",
            description = "Adds a team; for administrators. A name is never given away again.",
            footer = {"", "Example:", "  fli hub team add backend --admin ada"})
    int add(
            @Parameters(paramLabel = "TEAM", description = "Lower-case letters, digits and '-'.") String name,
            @Option(names = "--display-name", paramLabel = "TEXT", description = "What people call the team.")
                    Optional<String> displayName,
            @Option(names = "--admin", paramLabel = "USER", description = "Its first admin. Default: you.")
                    Optional<String> admin)
            throws IOException, CommandException {
        ObjectNode body = body().put("name", name);
        displayName.ifPresent(text -> body.put("displayName", text));
        admin.ifPresent(user -> body.put("admin", user));
        return done(change("POST", Hub.target(TEAMS), body), "Added the team " + name);
    }

    @Command(
            name = "set",
            description = "Changes a team; for its admins.",
            footer = {"", "Example:", "  fli hub team set backend --visibility internal"})
    int set(
            @Parameters(paramLabel = "TEAM", description = "The team's name.") String name,
            @Option(names = "--display-name", paramLabel = "TEXT", description = "What people call the team.")
                    Optional<String> displayName,
            @Option(
                            names = "--visibility",
                            paramLabel = "V",
                            description =
                                    "private, internal or public: what volumesets are that are made under its name.")
                    Optional<String> visibility,
            @Option(
                            names = "--disabled",
                            arity = "1",
                            paramLabel = "true|false",
                            description = "Whether it is shut out; for administrators.")
                    Optional<Boolean> disabled)
            throws IOException, CommandException {
        ObjectNode body = body();
        displayName.ifPresent(text -> body.put("displayName", text));
        visibility.ifPresent(text -> body.put("usualVisibility", text));
        disabled.ifPresent(wanted -> body.put("disabled", wanted));
        changes(body, "--display-name, --visibility, --disabled");
        return done(change("PATCH", Hub.target(TEAMS, name), body), "Changed the team " + name);
    }

    @Command(
            name = "remove",
            aliases = "rm",
            description = "Removes a team that owns no volumesets, for good, with all rights given to it.",
            footer = {"", "Example:", "  fli hub team remove backend"})
    int remove(
            @Parameters(paramLabel = "TEAM", description = "The team's name.") String name,
            @Option(
                            names = {"-f", "--force"},
                            description = "Do not ask.")
                    boolean force)
            throws IOException, CommandException {
        if (!mayDestroy(force, "Remove the team " + name + " for good? The name is never given away again.")) {
            return ExitCode.FAILED;
        }
        return done(change("DELETE", Hub.target(TEAMS, name)), "Removed the team " + name);
    }
}
