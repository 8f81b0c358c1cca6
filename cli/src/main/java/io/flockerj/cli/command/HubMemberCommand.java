package io.flockerj.cli.command;

import io.flockerj.cli.hub.Hub;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli hub member}. */
@Command(
        name = "member",
        description = "Lists, adds and removes the members of a team, and changes their roles.",
        footer = {"", "Example:", "  fli hub member set backend ada publish"})
final class HubMemberCommand extends HubNoun implements Callable<Integer> {
    private static final String TEAMS = "teams";
    private static final String MEMBERS = "members";

    HubMemberCommand(Session session, HubAccess access) {
        super(session, access);
    }

    @Override
    public Integer call() throws CommandException {
        throw CommandException.usage("of which team? Its members are listed by: fli hub member list TEAM");
    }

    @Command(
            name = "list",
            description = "Lists the members of a team, with the right that each has to what it owns.",
            footer = {"", "Example:", "  fli hub member list backend"})
    int list(@Parameters(paramLabel = "TEAM", description = "The team's name.") String team)
            throws IOException, CommandException {
        return list(
                Hub.target(TEAMS, team, MEMBERS),
                MEMBERS,
                ALL,
                HubColumn.name("MEMBER", "account"),
                HubColumn.text("ROLE", "role"),
                HubColumn.time("SINCE", "since"));
    }

    @Command(
            name = "set",
            description = "Makes a user or a service account a member, or gives a member another role.",
            footer = {"", "Example:", "  fli hub member set backend ada publish"})
    int set(
            @Parameters(paramLabel = "TEAM", description = "The team's name.") String team,
            @Parameters(paramLabel = "ACCOUNT", description = "A user, or a service account.") String account,
            @Parameters(
                            paramLabel = "ROLE",
                            description =
                                    "read, push, publish or admin, to what the team owns; admin manages the team.")
                    String role)
            throws IOException, CommandException {
        return done(
                change("PUT", Hub.target(TEAMS, team, MEMBERS, account), body().put("role", role)),
                account + " is a member of " + team + " now, with the role " + role);
    }

    @Command(
            name = "remove",
            aliases = "rm",
            description = "Ends a membership, and takes the rights to what the team owns that the member was given.",
            footer = {"", "Example:", "  fli hub member remove backend ada"})
    int remove(
            @Parameters(paramLabel = "TEAM", description = "The team's name.") String team,
            @Parameters(paramLabel = "ACCOUNT", description = "The member.") String account)
            throws IOException, CommandException {
        return done(
                change("DELETE", Hub.target(TEAMS, team, MEMBERS, account)),
                account + " is no member of " + team + " now");
    }
}
