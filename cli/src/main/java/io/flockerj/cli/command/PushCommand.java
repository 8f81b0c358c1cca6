package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.Pushed;
import io.flockerj.cli.daemon.Pushed.MovedBranch;
import io.flockerj.cli.daemon.RefusedException;
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

/** {@code fli push}. */
@Command(
        name = "push",
        description = {
            "Sends a snapshot, and all that led to it, to a remote, where a branch then ends at it.",
            "Of a volume without a REF it takes a snapshot first, if the volume has changed.",
            "Only what is not there yet is sent; after an interruption, push again.",
            "Of local:NAME, a volume of another driver, it sends what it holds, from where it lies."
        },
        footer = {"", "Example:", "  fli push db team", "  fli push local:pgdata team"})
final class PushCommand implements Callable<Integer> {
    private final Session session;

    PushCommand(Session session) {
        this.session = session;
    }

    @Parameters(index = "0", paramLabel = "VOLUME[@REF]|local:NAME", description = "What to send.")
    private String ref;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "REMOTE[/NAME]",
            description = "Where to; left out, the remote that the history is on, or the only one.")
    private Optional<String> place = Optional.empty();

    @Option(names = "--to", paramLabel = "BRANCH", description = "The branch there. Default: the one of the same name.")
    private Optional<String> branch = Optional.empty();

    @Option(
            names = "--as",
            paramLabel = "NAME",
            description = "What the volumeset is called there, as REMOTE/NAME says too.")
    private Optional<String> as = Optional.empty();

    @Option(names = "--all", description = "Every branch of the volumeset.")
    private boolean all;

    @Option(names = "--tags", description = "The tags of what is there then, too.")
    private boolean tags;

    @Option(
            names = {"-f", "--force"},
            description = "Also where the branch there has gone another way; its old end is kept as a tag.")
    private boolean force;

    @Override
    public Integer call() throws IOException, CommandException {
        if (LocalVolume.isMeant(ref)) {
            return pushLocal();
        }
        ObjectNode body = body();
        if (session.json()) {
            session.say(push(body));
        } else if (Refs.namesSnapshot(ref)) {
            say(Pushed.of(push(body)));
        } else {
            pushAsItIs(body);
        }
        return ExitCode.OK;
    }

    private int pushLocal() throws IOException, CommandException {
        if (Refs.namesSnapshot(ref) || all || tags) {
            throw CommandException.usage("of " + Refs.volumeOf(ref)
                    + " is sent what it holds now: no REF, --all or --tags goes with it, for its snapshots are on"
                    + " remotes already");
        }
        LocalVolume volume = LocalVolume.find(session, ref);
        volume.requireMounted();
        ObjectNode body = volume.body();
        Optional<String> name = remote(body);
        name.ifPresent(given -> body.put("volumeset", given));
        finished(body);
        JsonNode answer = session.daemon().change("POST", Target.of("v1", "local", "push"), Optional.of(body));
        if (session.json()) {
            session.say(answer);
        } else {
            say(Pushed.of(answer));
        }
        return ExitCode.OK;
    }

    private JsonNode push(ObjectNode body) throws IOException {
        return session.daemon().change("POST", Target.of("v1", "push"), Optional.of(body));
    }

    /** Tells of the snapshot that is taken of a volume that has changed; it stays also if the push fails then. */
    private void pushAsItIs(ObjectNode body) throws IOException {
        Optional<String> before = newest();
        JsonNode answer;
        try {
            answer = push(body);
        } catch (RefusedException refused) {
            try {
                newest().filter(now -> !Optional.of(now).equals(before))
                        .ifPresent(now -> session.remark("the snapshot " + name(now) + " was taken first, and stays"));
            } catch (IOException notKnown) {
                refused.addSuppressed(notKnown);
            }
            throw refused;
        }
        Pushed pushed = Pushed.of(answer);
        pushed.branches().stream()
                .limit(1)
                .map(MovedBranch::snapshot)
                .filter(now -> !Optional.of(now).equals(before))
                .forEach(now -> say("Took the snapshot " + name(now) + " first."));
        say(pushed);
    }

    private String name(String snapshot) {
        return ref + "@" + Snapshot.shortId(snapshot);
    }

    private ObjectNode body() throws CommandException {
        ObjectNode body = Daemon.json().put("ref", ref).put("zone", session.zone());
        Optional<String> name = remote(body);
        name.ifPresent(given -> body.put("name", given));
        return finished(body);
    }

    /** Says to which remote it goes; answers what the volumeset is to be called there. */
    private Optional<String> remote(ObjectNode body) throws CommandException {
        if (place.isPresent()) {
            RemotePlace there = RemotePlace.ofVolumeset(place.get());
            body.put("remote", there.remote());
            if (as.isPresent() && there.name().isPresent() && !as.equals(there.name())) {
                throw CommandException.usage(
                        "is it to be called " + there.name().get() + " there, or " + as.get() + "? Write one of them: "
                                + there.remote() + "/NAME says the same as --as NAME");
            }
            return as.or(there::name);
        }
        return as;
    }

    /** With what is said of the branch there. */
    private ObjectNode finished(ObjectNode body) {
        branch.ifPresent(given -> body.put("branch", given));
        if (all) {
            body.put("all", true);
        }
        if (tags) {
            body.put("tags", true);
        }
        if (force) {
            body.put("force", true);
        }
        return body.put("author", session.around().author());
    }

    /** The newest snapshot, if there is one. */
    private Optional<String> newest() throws IOException {
        try {
            return Optional.of(Refs.resolve(session, ref).id());
        } catch (RefusedException refused) {
            if (refused.code().equals("no-such-snapshot")) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private void say(Pushed pushed) {
        Details branches = new Details(session);
        pushed.branches().forEach(moved -> branches.add(moved.name(), text(moved)));
        branches.say();
        String place = pushed.remote() + "/" + pushed.name();
        int count = pushed.snapshots().size();
        say(
                count == 0
                        ? place + " has all of it already"
                        : "Sent " + count + (count == 1 ? " snapshot, " : " snapshots, ")
                                + Sizes.text(pushed.bytesSent()) + ", to " + place);
        pushed.remarks().forEach(session::remark);
        if (!pushed.tags().isEmpty()) {
            say("Tags there now: " + String.join(", ", pushed.tags()));
        }
        if (force && pushed.branches().stream().anyMatch(PushCommand::hasMoved)) {
            say("What a branch ended at before is kept as a tag; see: fli remote show " + pushed.remote());
        }
    }

    private void say(String line) {
        session.say(Printable.of(line));
    }

    private static boolean hasMoved(MovedBranch branch) {
        return branch.before().isPresent() && !branch.before().get().equals(branch.snapshot());
    }

    private static String text(MovedBranch branch) {
        String now = Snapshot.shortId(branch.snapshot());
        if (branch.before().isEmpty()) {
            return now + ", a new branch";
        }
        return hasMoved(branch) ? Snapshot.shortId(branch.before().get()) + " -> " + now : now + ", nothing new";
    }
}
