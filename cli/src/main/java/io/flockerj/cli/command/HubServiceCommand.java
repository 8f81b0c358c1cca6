package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.hub.Hub;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli hub service}. */
@Command(
        name = "service",
        description =
                "Service accounts, which sign in by tokens only, for machines such as those of CI; alone it lists.",
        footer = {"", "Example:", "  fli hub service add ci --owner backend"})
final class HubServiceCommand extends HubNoun implements Callable<Integer> {
    private static final String SERVICES = "services";

    HubServiceCommand(Session session, HubAccess access) {
        super(session, access);
    }

    @Override
    public Integer call() throws IOException, CommandException {
        return list();
    }

    @Command(
            name = "list",
            description = "Lists the service accounts for which you answer; all of them for administrators.",
            footer = {"", "Example:", "  fli hub service list"})
    int list() throws IOException, CommandException {
        return list(
                Hub.target(SERVICES),
                SERVICES,
                ALL,
                HubColumn.name("SERVICE", "name"),
                HubColumn.text("NAME", "displayName"),
                HubColumn.text("OWNER", "owner").perhaps(),
                HubColumn.time("ADDED", "created"),
                HubColumn.time("DISABLED", "disabled").perhaps());
    }

    @Command(
            name = "show",
            description = "Shows a service account.",
            footer = {"", "Example:", "  fli hub service show ci"})
    int show(@Parameters(paramLabel = "SERVICE", description = "Its name.") String name)
            throws IOException, CommandException {
        return show(
                get(Hub.target(SERVICES, name)),
                HubColumn.name("Service", "name"),
                HubColumn.text("Name", "displayName"),
                HubColumn.text("Id", "id"),
                HubColumn.text("Owner", "owner").perhaps(),
                HubColumn.time("Added", "created"),
                HubColumn.time("Disabled", "disabled").perhaps());
    }

    @Command(
            name = "add",
            description = "Adds a service account; for administrators. A name is never given away again.",
            footer = {"", "Example:", "  fli hub service add ci --owner backend"})
    int add(
            @Parameters(paramLabel = "SERVICE", description = "Lower-case letters, digits and '-'.") String name,
            @Option(
                            names = "--owner",
                            required = true,
                            paramLabel = "OWNER",
                            description = "Who answers for it: a user, or a team by its admins.")
                    String owner,
            @Option(names = "--display-name", paramLabel = "TEXT", description = "What people call it.")
                    Optional<String> displayName)
            throws IOException, CommandException {
        ObjectNode body = body().put("name", name).put("owner", owner);
        displayName.ifPresent(text -> body.put("displayName", text));
        return done(
                change("POST", Hub.target(SERVICES), body),
                "Added the service account " + name + "; make a token of it with: fli hub token add NAME --service "
                        + name);
    }

    @Command(
            name = "set",
            description = "Changes a service account.",
            footer = {"", "Example:", "  fli hub service set ci --disabled true"})
    int set(
            @Parameters(paramLabel = "SERVICE", description = "Its name.") String name,
            @Option(names = "--display-name", paramLabel = "TEXT", description = "What people call it.")
                    Optional<String> displayName,
            @Option(
                            names = "--disabled",
                            arity = "1",
                            paramLabel = "true|false",
                            description = "Whether it is shut out, with all tokens.")
                    Optional<Boolean> disabled)
            throws IOException, CommandException {
        ObjectNode body = body();
        displayName.ifPresent(text -> body.put("displayName", text));
        disabled.ifPresent(wanted -> body.put("disabled", wanted));
        changes(body, "--display-name, --disabled");
        return done(change("PATCH", Hub.target(SERVICES, name), body), "Changed the service account " + name);
    }

    @Command(
            name = "remove",
            aliases = "rm",
            description = "Removes a service account, for good, with all its tokens and rights.",
            footer = {"", "Example:", "  fli hub service remove ci"})
    int remove(
            @Parameters(paramLabel = "SERVICE", description = "Its name.") String name,
            @Option(
                            names = {"-f", "--force"},
                            description = "Do not ask.")
                    boolean force)
            throws IOException, CommandException {
        if (!mayDestroy(
                force, "Remove the service account " + name + " for good? The name is never given away again.")) {
            return ExitCode.FAILED;
        }
        return done(change("DELETE", Hub.target(SERVICES, name)), "Removed the service account " + name);
    }
}
