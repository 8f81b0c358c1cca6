package io.flockerj.cli.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli hub protect}. */
@Command(
        name = "protect",
        description =
                "Lists, adds and removes what is protected: branches, and with --tags tags that stay as they are.",
        footer = {"", "Example:", "  fli hub protect add team/db main"})
final class HubProtectCommand extends HubNoun implements Callable<Integer> {
    private static final String PROTECTIONS = "protections";
    private static final String PLACE = "A volumeset; without NAME, all of a user or a team.";
    private static final String PATTERN =
            "The name of a branch or tag; * stands for any characters, as in 'release-*'.";
    private static final String TAGS = "Tags, which then cannot be moved or deleted, instead of branches.";

    HubProtectCommand(Session session, HubAccess access) {
        super(session, access);
    }

    @Override
    public Integer call() throws CommandException {
        throw CommandException.usage("in what? What is protected is listed by: fli hub protect list OWNER[/NAME]");
    }

    private static String kind(boolean tags) {
        return tags ? "tags" : "branches";
    }

    @Command(
            name = "list",
            description = "Lists what is protected, of a volumeset also by what holds for all of its owner.",
            footer = {"", "Example:", "  fli hub protect list team/db"})
    int list(@Parameters(paramLabel = HubSpot.LABEL, description = PLACE) String place)
            throws IOException, CommandException {
        return list(
                get(HubSpot.of(place).target(PROTECTIONS)),
                PROTECTIONS,
                HubColumn.name("PATTERN", "pattern"),
                HubColumn.text("KIND", "kind"),
                HubColumn.text("IN", "place"));
    }

    @Command(
            name = "add",
            description = "Protects branches: to move them takes the right publish, to delete them admin.",
            footer = {"", "Example:", "  fli hub protect add team 'release-*'"})
    int add(
            @Parameters(paramLabel = HubSpot.LABEL, description = PLACE) String place,
            @Parameters(paramLabel = "PATTERN", description = PATTERN) String pattern,
            @Option(names = "--tags", description = TAGS) boolean tags)
            throws IOException, CommandException {
        HubSpot spot = HubSpot.of(place);
        return done(
                change("PUT", spot.target(PROTECTIONS, kind(tags), pattern)),
                "The " + kind(tags) + " " + pattern + " of " + spot + " are protected now");
    }

    @Command(
            name = "remove",
            aliases = "rm",
            description = "Takes a protection back, by the same place and pattern.",
            footer = {"", "Example:", "  fli hub protect remove team/db main"})
    int remove(
            @Parameters(paramLabel = HubSpot.LABEL, description = PLACE) String place,
            @Parameters(paramLabel = "PATTERN", description = PATTERN) String pattern,
            @Option(names = "--tags", description = TAGS) boolean tags)
            throws IOException, CommandException {
        HubSpot spot = HubSpot.of(place);
        return done(
                change("DELETE", spot.target(PROTECTIONS, kind(tags), pattern)),
                "The " + kind(tags) + " " + pattern + " of " + spot + " are not protected any more");
    }
}
