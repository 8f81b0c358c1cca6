package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli cp}. */
@Command(
        name = "cp",
        description = {
            "Copies files and directories out of a snapshot or a live volume: into a live volume, keeping",
            "every attribute, or to a local path, where they belong to you."
        },
        footer = {"", "Example:", "  fli cp db@before-upgrade:/etc/app.conf db:/etc/"})
final class CpCommand implements Callable<Integer> {
    private final Session session;

    CpCommand(Session session) {
        this.session = session;
    }

    @Parameters(
            arity = "2..*",
            paramLabel = "VOLUME[@REF]:PATH",
            description = "What to copy, and last where to: VOLUME:PATH or a local path. A directory is copied into.")
    private List<String> places;

    @Override
    public Integer call() throws IOException, CommandException {
        String target = places.getLast();
        for (String source : places.subList(0, places.size() - 1)) {
            if (!Place.isMeant(source)) {
                throw CommandException.usage(
                        source + " is in no volume; write it as VOLUME[@REF]:PATH, or use: fli import");
            }
            Place place = Place.parse(source);
            if (Place.isMeant(target)) {
                intoVolume(place, Place.parse(target));
            } else {
                new LocalCopy(session).copy(place, session.local(target));
            }
        }
        return ExitCode.OK;
    }

    private void intoVolume(Place source, Place target) throws IOException, CommandException {
        if (!target.isLive()) {
            throw CommandException.usage(target + " is in a snapshot, and those never change; write it as "
                    + target.volume() + ":" + target.path());
        }
        ObjectNode body = Daemon.json()
                .put("ref", source.ref())
                .put("zone", session.zone())
                .put("path", source.path())
                .put("volume", target.volume())
                .put("target", target.path());
        JsonNode answer = session.daemon().change("POST", Target.of("v1", "copy"), Optional.of(body));
        long entries = answer.path("entries").asLong();
        session.done(
                answer,
                source + " to " + target + ": " + entries + (entries == 1 ? " entry, " : " entries, ")
                        + Sizes.text(answer.path("bytes").asLong()));
    }
}
