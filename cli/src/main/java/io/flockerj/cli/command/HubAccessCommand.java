package io.flockerj.cli.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli hub access}. */
@Command(
        name = "access",
        description = "Lists, gives and takes the rights to a volumeset at a hub, or to all of an owner.",
        footer = {"", "Example:", "  fli hub access set team/db ada push"})
final class HubAccessCommand extends HubNoun implements Callable<Integer> {
    private static final String ACCESS = "access";
    private static final String PLACE = "A volumeset; without NAME, all of a user or a team, those to come as well.";

    HubAccessCommand(Session session, HubAccess access) {
        super(session, access);
    }

    @Override
    public Integer call() throws CommandException {
        throw CommandException.usage("to what? Who was given rights is listed by: fli hub access list OWNER[/NAME]");
    }

    @Command(
            name = "list",
            description = {
                "Lists who was given which right.",
                "Of a volumeset it leaves out what holds for all of the owner, and who is a member of the owner."
            },
            footer = {"", "Example:", "  fli hub access list team/db"})
    int list(@Parameters(paramLabel = HubSpot.LABEL, description = PLACE) String place)
            throws IOException, CommandException {
        return list(
                HubSpot.of(place).target(ACCESS),
                ACCESS,
                ALL,
                HubColumn.name("ACCOUNT", "account"),
                HubColumn.text("KIND", "kind"),
                HubColumn.text("RIGHT", "right"),
                HubColumn.text("BY", "by"),
                HubColumn.time("SINCE", "since"));
    }

    @Command(
            name = "set",
            description = "Gives an account, or all members of a team, a right in place of the one it was given.",
            footer = {"", "Example:", "  fli hub access set team/db ada push"})
    int set(
            @Parameters(paramLabel = HubSpot.LABEL, description = PLACE) String place,
            @Parameters(paramLabel = "ACCOUNT", description = "A user, a team, or a service account.") String account,
            @Parameters(
                            paramLabel = "RIGHT",
                            description = {
                                "read, push, publish or admin; each includes those before it.",
                                "publish moves protected branches forward, admin gives rights and deletes."
                            })
                    String right)
            throws IOException, CommandException {
        HubSpot spot = HubSpot.of(place);
        return done(
                change("PUT", spot.target(ACCESS, account), body().put("right", right)),
                account + " has the right " + right + " to " + spot + " now");
    }

    @Command(
            name = "remove",
            aliases = "rm",
            description = "Takes the right that an account was given.",
            footer = {"", "Example:", "  fli hub access remove team/db ada"})
    int remove(
            @Parameters(paramLabel = HubSpot.LABEL, description = PLACE) String place,
            @Parameters(paramLabel = "ACCOUNT", description = "A user, a team, or a service account.") String account)
            throws IOException, CommandException {
        HubSpot spot = HubSpot.of(place);
        return done(
                change("DELETE", spot.target(ACCESS, account)),
                "Took the right to " + spot + " that " + account + " was given");
    }
}
