package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.FileEntry;
import io.flockerj.cli.daemon.RefusedException;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli cp}. */
@Command(
        name = "cp",
        description = {
            "Copies files and directories out of a snapshot or a live volume.",
            "Into a live volume it keeps every attribute; at a local path they belong to you."
        },
        footer = {"", "Example:", "  fli cp db@before-upgrade:/etc/app.conf db:/etc/"})
final class CpCommand implements Callable<Integer> {
    private final Session session;

    CpCommand(Session session) {
        this.session = session;
    }

    @Parameters(
            arity = "1..*",
            paramLabel = "VOLUME[@REF]:PATH... TARGET",
            hideParamSyntax = true,
            description = "What to copy, and last where to: VOLUME:PATH or a local path. A directory is copied into.")
    private List<String> places;

    @Override
    public Integer call() throws IOException, CommandException {
        if (places.size() == 1) {
            throw CommandException.usage(
                    "where is " + places.getLast() + " to be copied to? Name VOLUME:PATH or a local path last");
        }
        List<Place> sources = new ArrayList<>();
        for (String source : places.subList(0, places.size() - 1)) {
            if (!Place.isMeant(source)) {
                throw CommandException.usage(
                        source + " is in no volume; write it as VOLUME[@REF]:PATH, or use: fli import");
            }
            sources.add(Place.parse(source));
        }
        if (Place.isMeant(places.getLast())) {
            Place target = Place.parse(places.getLast());
            checkTarget(sources, target);
            for (Place source : sources.size() == 1 ? sources : pinned(sources)) {
                intoVolume(source, target);
            }
        } else {
            Path target = session.local(places.getLast());
            if (sources.size() > 1 && !Files.isDirectory(target)) {
                throw noDirectory(sources.size(), target.toString());
            }
            checkNames(sources);
            int status = ExitCode.OK;
            for (Place source : pinned(sources)) {
                status = Math.max(status, new LocalCopy(session).copy(source, target));
            }
            return status;
        }
        return ExitCode.OK;
    }

    /** A copy takes several questions, and all of it is of one snapshot, also when a branch goes on meanwhile. */
    private List<Place> pinned(List<Place> sources) throws IOException {
        Map<String, Place> known = new HashMap<>();
        List<Place> pinned = new ArrayList<>();
        for (Place source : sources) {
            Place first = known.get(source.ref());
            if (first == null) {
                first = source.pinned(session);
                known.put(source.ref(), first);
            }
            pinned.add(first.at(source.path()));
        }
        return pinned;
    }

    private void checkTarget(List<Place> sources, Place target) throws IOException, CommandException {
        if (!target.isLive()) {
            throw CommandException.usage(target + " is in a snapshot, and those never change; write it as "
                    + target.volume() + ":" + target.path());
        }
        checkNames(sources);
        if (sources.size() > 1 && !isDirectory(target)) {
            throw noDirectory(sources.size(), target.toString());
        }
    }

    private boolean isDirectory(Place target) throws IOException {
        List<FileEntry> there = new ArrayList<>();
        try {
            session.daemon()
                    .lines(target.target(session, "files").with("self", "true"), line -> there.add(FileEntry.of(line)));
        } catch (RefusedException e) {
            if (!e.code().equals("no-such-file")) {
                throw e;
            }
        }
        return there.size() == 1 && there.getFirst().isDirectory();
    }

    private static CommandException noDirectory(int sources, String target) {
        return CommandException.usage(
                target + " is no directory, and " + sources + " things cannot be copied to one place");
    }

    /** In one directory there is one place for each name. */
    private static void checkNames(List<Place> sources) throws CommandException {
        Set<String> names = new HashSet<>();
        for (Place source : sources) {
            if (!names.add(Place.name(source.path()))) {
                throw CommandException.usage("of what is copied, two have the name " + Place.name(source.path())
                        + "; copy one of them to another place");
            }
        }
    }

    private void intoVolume(Place source, Place target) throws IOException {
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
