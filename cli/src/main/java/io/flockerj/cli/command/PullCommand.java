package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Pulled;
import io.flockerj.cli.daemon.PulledBack;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Printable;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli pull}. */
@Command(
        name = "pull",
        description = {
            "Brings a snapshot of a volume's history here from a remote; no volume is changed.",
            "Only what differs from a snapshot that is here is fetched, where that is known.",
            "Of local:NAME, a volume of another driver, it replaces what that holds, at once. That is kept beside it."
        },
        footer = {
            "",
            "Example:",
            "  fli pull db team && fli log db --all",
            "  docker stop pg && fli pull local:pgdata team"
        })
final class PullCommand implements Callable<Integer> {
    private final Session session;

    PullCommand(Session session) {
        this.session = session;
    }

    @Parameters(
            index = "0",
            paramLabel = "VOLUME[@REF]|local:NAME[@REF]",
            description =
                    "A branch, a tag, the id of a snapshot or a time in braces, on the remote; without a REF the newest"
                            + " of the volume's branch there.")
    private String ref;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "REMOTE[/NAME]",
            description = "Where from; left out, the remote that the history is on, or the only one. NAME and @REF"
                    + " are for local:NAME.")
    private Optional<String> remote = Optional.empty();

    @Option(
            names = {"-f", "--force"},
            description = "Of local:NAME: also where what it holds is on no remote.")
    private boolean force;

    @Override
    public Integer call() throws IOException, CommandException {
        if (LocalVolume.isMeant(ref)) {
            return pullIntoLocal();
        }
        if (force) {
            throw CommandException.usage("--force is for local:NAME: a pull changes no volume of flockerj's");
        }
        if (RemotePlace.isMeant(ref)) {
            throw CommandException.usage(
                    ref + " is a place on a remote, and fli pull takes a volume of this host; to make"
                            + " a volume from there: fli clone " + ref + " NEW");
        }
        if (remote.isPresent() && RemotePlace.ofVolumeset(remote.get()).name().isPresent()) {
            throw CommandException.usage("write the remote alone, for what the volumeset is called there is known:"
                    + " fli pull " + ref + " "
                    + RemotePlace.ofVolumeset(remote.get()).remote());
        }
        ObjectNode body = Daemon.json().put("ref", ref).put("zone", session.zone());
        remote.ifPresent(name -> body.put("remote", name));
        JsonNode answer = session.daemon().change("POST", Target.of("v1", "pull"), Optional.of(body));
        if (session.json()) {
            session.say(answer);
        } else {
            say(Pulled.of(answer));
        }
        return ExitCode.OK;
    }

    private int pullIntoLocal() throws IOException, CommandException {
        Optional<RemotePlace> from =
                remote.isPresent() ? Optional.of(RemotePlace.ofAny(remote.get())) : Optional.empty();
        String volume = Refs.volumeOf(ref);
        Optional<String> wanted = Refs.namesSnapshot(ref)
                ? Optional.of(ref.substring(volume.length() + 1))
                : from.flatMap(RemotePlace::ref);
        if (Refs.namesSnapshot(ref) && from.flatMap(RemotePlace::ref).isPresent()) {
            throw CommandException.usage("two snapshots are named, by " + ref + " and " + remote.get() + "; write one");
        }
        LocalVolume local = LocalVolume.find(session, ref);
        local.requireUnused();
        ObjectNode body = local.body();
        from.ifPresent(place -> body.put("remote", place.remote()));
        from.flatMap(RemotePlace::name).ifPresent(name -> body.put("volumeset", name));
        wanted.ifPresent(its -> body.put("ref", its).put("zone", session.zone()));
        if (force) {
            body.put("force", true);
        }
        JsonNode answer = session.daemon().change("POST", Target.of("v1", "local", "pull"), Optional.of(body));
        if (session.json()) {
            session.say(answer);
        } else {
            sayOfLocal(volume, PulledBack.of(answer));
        }
        return ExitCode.OK;
    }

    private void sayOfLocal(String volume, PulledBack back) throws IOException {
        Pulled pulled = back.pulled();
        Snapshot snapshot = Refs.resolve(session, volume + "@" + pulled.snapshot());
        session.say(Printable.of(volume + " holds " + Refs.meant(session, snapshot) + ", from " + pulled.remote() + "/"
                + pulled.name() + ": " + brought(pulled)));
        pulled.remarks().forEach(session::remark);
        if (back.kept().isPresent()) {
            session.say(Printable.of("What it held before is in " + back.kept().get() + " until you delete it."));
        }
    }

    private void say(Pulled pulled) throws IOException {
        String volume = Refs.volumeOf(ref);
        Snapshot snapshot = Refs.resolve(session, volume + "@" + pulled.snapshot());
        String name = volume + "@" + snapshot.shortId();
        session.say(Printable.of(Refs.meant(session, snapshot) + ", from " + pulled.remote() + "/" + pulled.name()
                + ": " + brought(pulled)));
        pulled.remarks().forEach(session::remark);
        session.say(Printable.of(
                "No volume was changed. Go on from it with: fli clone " + name + " NEW, or: fli rollback " + name));
    }

    /** How much had to be fetched. */
    static String brought(Pulled pulled) {
        int count = pulled.snapshots().size();
        return count == 0
                ? "nothing had to be brought"
                : "brought " + count + (count == 1 ? " snapshot, " : " snapshots, ") + Sizes.text(pulled.bytesWritten())
                        + " written";
    }
}
