package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.hub.Hub;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli hub user}. */
@Command(
        name = "user",
        description = "Lists, shows, adds, changes and removes the users of a hub; alone it lists.",
        footer = {"", "Example:", "  fli hub user add ada"})
final class HubUserCommand extends HubNoun implements Callable<Integer> {
    private static final String USERS = "users";
    private static final HubColumn[] ALL_OF_ONE = {
        HubColumn.name("User", "name"),
        HubColumn.text("Name", "displayName"),
        HubColumn.text("Id", "id"),
        HubColumn.flag("Administrator", "administrator"),
        HubColumn.text("New volumesets", "usualVisibility").perhaps(),
        HubColumn.time("Added", "created"),
        HubColumn.time("Disabled", "disabled").perhaps()
    };

    HubUserCommand(Session session, HubAccess access) {
        super(session, access);
    }

    @Override
    public Integer call() throws IOException, CommandException {
        return list();
    }

    @Command(
            name = "list",
            description = "Lists the users of a hub; for its administrators.",
            footer = {"", "Example:", "  fli hub user list"})
    int list() throws IOException, CommandException {
        return list(
                Hub.target(USERS),
                USERS,
                ALL,
                HubColumn.name("USER", "name"),
                HubColumn.text("NAME", "displayName"),
                HubColumn.flag("ADMINISTRATOR", "administrator"),
                HubColumn.time("ADDED", "created"),
                HubColumn.time("DISABLED", "disabled").perhaps());
    }

    @Command(
            name = "show",
            description = "Shows a user; for that user, and for administrators.",
            footer = {"", "Example:", "  fli hub user show ada"})
    int show(@Parameters(paramLabel = "USER", description = "The user's name.") String name)
            throws IOException, CommandException {
        return show(get(Hub.target(USERS, name)), ALL_OF_ONE);
    }

    @Command(
            name = "add",
            description = {
                "Adds a user; for administrators. A name is never given away again.",
                "The password is asked for, or read from the standard input."
            },
            footer = {"", "Example:", "  fli hub user add ada --display-name 'Ada Lovelace'"})
    int add(
            @Parameters(paramLabel = "USER", description = "Lower-case letters, digits and '-'.") String name,
            @Option(names = "--display-name", paramLabel = "TEXT", description = "What people call the user.")
                    Optional<String> displayName,
            @Option(names = "--administrator", description = "Let the user manage the accounts of the hub.")
                    boolean administrator,
            @Option(names = "--password-stdin", description = "Read the password from the standard input.")
                    boolean fromInput,
            @Option(names = "--no-password", description = "Set none: the user cannot sign in yet.") boolean without)
            throws IOException, CommandException {
        ObjectNode body = body().put("name", name);
        displayName.ifPresent(text -> body.put("displayName", text));
        if (administrator) {
            body.put("administrator", true);
        }
        if (!without) {
            body.put("password", newPassword("Password of " + name + ": ", fromInput));
        }
        return done(change("POST", Hub.target(USERS), body), "Added the user " + name);
    }

    private String newPassword(String prompt, boolean fromInput) throws IOException, CommandException {
        return fromInput
                ? Typed.secret(session(), "password")
                : Typed.newPassword(session(), prompt, "--password-stdin");
    }

    @Command(
            name = "set",
            description = "Changes a user, all of it or nothing.",
            footer = {"", "Example:", "  fli hub user set ada --disabled true"})
    int set(
            @Parameters(paramLabel = "USER", description = "The user's name.") String name,
            @Option(names = "--display-name", paramLabel = "TEXT", description = "What people call the user.")
                    Optional<String> displayName,
            @Option(
                            names = "--visibility",
                            paramLabel = "V",
                            description = "private, internal or public: what volumesets are that the user makes.")
                    Optional<String> visibility,
            @Option(
                            names = "--administrator",
                            arity = "1",
                            paramLabel = "true|false",
                            description = "Whether the user manages the accounts of the hub.")
                    Optional<Boolean> administrator,
            @Option(
                            names = "--disabled",
                            arity = "1",
                            paramLabel = "true|false",
                            description = "Whether the user is shut out, with all tokens.")
                    Optional<Boolean> disabled)
            throws IOException, CommandException {
        ObjectNode body = body();
        displayName.ifPresent(text -> body.put("displayName", text));
        visibility.ifPresent(text -> body.put("usualVisibility", text));
        administrator.ifPresent(wanted -> body.put("administrator", wanted));
        disabled.ifPresent(wanted -> body.put("disabled", wanted));
        changes(body, "--display-name, --visibility, --administrator, --disabled");
        return done(change("PATCH", Hub.target(USERS, name), body), "Changed the user " + name);
    }

    @Command(
            name = "password",
            description = {
                "Changes your own password, or as administrator that of another user.",
                "All sessions of the user end, this one too. Passwords are asked for; with --password-stdin they are",
                "lines of the standard input: the old one, if it is your own, and the new one."
            },
            footer = {"", "Example:", "  fli hub user password"})
    int password(
            @Parameters(arity = "0..1", paramLabel = "USER", description = "Another user.") Optional<String> name,
            @Option(names = "--password-stdin", description = "Read the passwords from the standard input.")
                    boolean fromInput)
            throws IOException, CommandException {
        if (name.isPresent()) {
            ObjectNode body = body().put("new", newPassword("New password of " + name.get() + ": ", fromInput));
            JsonNode answer = change("PUT", Hub.target(USERS, name.get(), "password"), body);
            return done(answer, "Changed the password of " + name.get() + ", and ended all sessions of that user");
        }
        String old = fromInput
                ? Typed.secret(session(), "old password")
                : Typed.password(session(), "Your old password: ", "--password-stdin");
        ObjectNode body = body().put("old", old).put("new", newPassword("Your new password: ", fromInput));
        JsonNode answer = change("PUT", Hub.target("me", "password"), body);
        return done(answer, "Changed your password, and ended all your sessions; sign in again with: fli login");
    }

    @Command(
            name = "remove",
            aliases = "rm",
            description =
                    "Removes a user who owns no volumesets, for good, with all tokens and rights; for administrators.",
            footer = {"", "Example:", "  fli hub user remove ada"})
    int remove(
            @Parameters(paramLabel = "USER", description = "The user's name.") String name,
            @Option(
                            names = {"-f", "--force"},
                            description = "Do not ask.")
                    boolean force)
            throws IOException, CommandException {
        if (!mayDestroy(force, "Remove the user " + name + " for good? The name is never given away again.")) {
            return ExitCode.FAILED;
        }
        return done(change("DELETE", Hub.target(USERS, name)), "Removed the user " + name);
    }
}
