package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.hub.Hub;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli hub volumeset}. */
@Command(
        name = "volumeset",
        description = "Lists, shows, changes, deletes and restores the volumesets of a hub; alone it lists.",
        footer = {"", "Example:", "  fli hub volumeset list --owner team"})
final class HubVolumesetCommand extends HubNoun implements Callable<Integer> {
    private static final String VOLUMESETS = "volumesets";
    private static final String LABEL = "OWNER/NAME";
    private static final HubColumn[] ALL_OF_ONE = {
        HubColumn.text("Owner", "owner"),
        HubColumn.name("Volumeset", "name"),
        HubColumn.text("Id", "id"),
        HubColumn.text("Visibility", "visibility"),
        HubColumn.text("Your right", "right"),
        HubColumn.time("Restorable until", "restorableUntil").perhaps()
    };

    HubVolumesetCommand(Session session, HubAccess access) {
        super(session, access);
    }

    @Override
    public Integer call() throws IOException, CommandException {
        return list(Optional.empty(), Optional.empty(), false);
    }

    @Command(
            name = "list",
            description = "Lists the volumesets that you may read, with your right to each.",
            footer = {"", "Example:", "  fli hub volumeset list --owner team"})
    int list(
            @Parameters(arity = "0..1", paramLabel = "TEXT", description = "Only those with this in OWNER/NAME.")
                    Optional<String> text,
            @Option(names = "--owner", paramLabel = "OWNER", description = "Only those of this user or team.")
                    Optional<String> owner,
            @Option(names = "--deleted", description = "Those that were deleted, and that you can restore.")
                    boolean deleted)
            throws IOException, CommandException {
        Target target = Hub.target(VOLUMESETS).with("owner", owner).with("q", text);
        return list(
                deleted ? target.with("deleted", "true") : target,
                VOLUMESETS,
                ALL,
                HubColumn.text("OWNER", "owner"),
                HubColumn.name("VOLUMESET", "name"),
                HubColumn.text("VISIBILITY", "visibility"),
                HubColumn.text("RIGHT", "right"),
                deleted ? HubColumn.time("RESTORABLE", "restorableUntil") : HubColumn.text("ID", "id"));
    }

    @Command(
            name = "show",
            description = "Shows a volumeset, with your right to it.",
            footer = {"", "Example:", "  fli hub volumeset show team/db"})
    int show(@Parameters(paramLabel = LABEL, description = "The volumeset.") String volumeset)
            throws IOException, CommandException {
        return show(get(HubSpot.ofVolumeset(volumeset).target()), ALL_OF_ONE);
    }

    @Command(
            name = "set",
            description = "Shows a volumeset to others, or hides it from them; takes the right admin.",
            footer = {"", "Example:", "  fli hub volumeset set team/db --visibility internal"})
    int set(
            @Parameters(paramLabel = LABEL, description = "The volumeset.") String volumeset,
            @Option(
                            names = "--visibility",
                            required = true,
                            paramLabel = "V",
                            description =
                                    "Who may read it without a right: private, nobody; internal, whoever is signed"
                                            + " in; public, everybody.")
                    String visibility)
            throws IOException, CommandException {
        HubSpot spot = HubSpot.ofVolumeset(volumeset);
        return done(
                change("PATCH", spot.target(), body().put("visibility", visibility)),
                spot + " is " + visibility + " now");
    }

    @Command(
            name = "remove",
            aliases = "rm",
            description = "Deletes volumesets with all their snapshots; for some time they can be restored.",
            footer = {"", "Example:", "  fli hub volumeset remove team/db"})
    int remove(@Parameters(arity = "1..*", paramLabel = LABEL, description = "The volumesets.") List<String> volumesets)
            throws IOException, CommandException {
        for (String volumeset : volumesets) {
            HubSpot spot = HubSpot.ofVolumeset(volumeset);
            JsonNode answer = change("DELETE", spot.target());
            String until = HubColumn.time("", "restorableUntil").text(session(), answer);
            done(
                    answer,
                    "Deleted " + spot + "; until " + until + " it is restored by: fli hub volumeset restore " + spot);
        }
        return ExitCode.OK;
    }

    @Command(
            name = "restore",
            description = "Restores a volumeset that was deleted, with its rights and protections.",
            footer = {"", "Example:", "  fli hub volumeset restore team/db --name db-again"})
    int restore(
            @Parameters(paramLabel = LABEL, description = "What it was called.") String volumeset,
            @Option(names = "--name", paramLabel = "NEW", description = "What it is to be called now.")
                    Optional<String> name,
            @Option(
                            names = "--id",
                            paramLabel = "ID",
                            description = "Which one of that name. Default: the one that was deleted last.")
                    Optional<String> id)
            throws IOException, CommandException {
        HubSpot spot = HubSpot.ofVolumeset(volumeset);
        ObjectNode body = body();
        name.ifPresent(text -> body.put("name", text));
        id.ifPresent(text -> body.put("id", text));
        JsonNode answer = change("POST", spot.target("restore"), body);
        return done(
                answer, "Restored " + spot.owner() + "/" + answer.path("name").asText());
    }
}
