package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Checked;
import io.flockerj.cli.daemon.Checked.Hurt;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.RefusedException;
import io.flockerj.cli.daemon.RemoteVolumeset;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Stack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli check}. */
@Command(
        name = "check",
        description = {
            "Looks whether a remote holds all that the snapshots there need.",
            "It tells which of them are hurt, and changes nothing."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:All is there.", "1:Something is missing or damaged, or it failed."},
        footer = {"", "Example:", "  fli check team/db --read-data=5%"})
final class CheckCommand implements Callable<Integer> {
    private static final String ALL = "100%";
    private static final String PERCENTAGE = "[0-9]{1,3}%?";
    private static final int MOST = 100;

    private final Session session;

    CheckCommand(Session session) {
        this.session = session;
    }

    @Parameters(paramLabel = "REMOTE[/NAME]", description = "Without NAME, all volumesets there.")
    private String place;

    @Option(
            names = "--read-data",
            arity = "0..1",
            paramLabel = "PERCENT",
            parameterConsumer = Percentage.class,
            description = "Read so much of the content too, and compare it; without PERCENT all of it.")
    private Optional<String> readData = Optional.empty();

    /** Leaves alone what follows the option and is no percentage: that is the place. */
    static final class Percentage implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> following, ArgSpec option, CommandSpec command) {
            boolean isGiven = !following.isEmpty() && following.peek().matches(PERCENTAGE);
            option.setValue(Optional.of(isGiven ? following.pop() : ALL));
        }
    }

    @Override
    public Integer call() throws IOException, CommandException {
        int percent = Integer.parseInt(readData.orElse("0").replace("%", ""));
        if (percent > MOST) {
            throw CommandException.usage("--read-data takes 0% to 100%, not " + percent + "%");
        }
        RemotePlace asked = RemotePlace.ofVolumeset(place);
        int status = ExitCode.OK;
        for (String name : asked.name().isPresent() ? List.of(asked.name().get()) : names(asked.remote())) {
            int one = check(asked.remote() + "/" + name, percent);
            status = status == ExitCode.OK ? one : status;
        }
        return status;
    }

    private List<String> names(String remote) throws IOException {
        JsonNode there = session.daemon().change("POST", Target.of("v1", "remotes", remote, "list"), Optional.empty());
        return RemoteVolumeset.all(there).stream().map(RemoteVolumeset::name).toList();
    }

    /** One that cannot be looked at does not keep the others from it. */
    private int check(String whole, int percent) throws IOException {
        ObjectNode body = Daemon.json().put("place", whole);
        if (percent > 0) {
            body.put("percent", percent);
        }
        JsonNode answer;
        try {
            answer = session.daemon().change("POST", Target.of("v1", "check"), Optional.of(body));
        } catch (RefusedException refused) {
            return session.tell(Failure.of(refused));
        }
        Checked checked = Checked.of(answer);
        if (session.json()) {
            session.say(answer);
        } else {
            say(whole, checked, percent);
        }
        return checked.isWhole() ? ExitCode.OK : ExitCode.FAILED;
    }

    private void say(String whole, Checked checked, int percent) {
        String read = percent == 0 ? "" : ", " + Sizes.text(checked.bytesRead()) + " read";
        String well = percent == 0 ? ": all is there; its content was not read" : ": all is there";
        String found = checked.isWhole() ? well : ": something is missing or damaged";
        session.say(session.paint(
                checked.isWhole() ? Ink.PLAIN : Ink.RED,
                whole + ", " + checked.snapshots() + (checked.snapshots() == 1 ? " snapshot" : " snapshots") + read
                        + found));
        checked.hurt().forEach(this::say);
        checked.brokenPacks().forEach(pack -> say(new Hurt("pack " + Snapshot.shortId(pack.what()), pack.why())));
    }

    private void say(Hurt hurt) {
        String what = hurt.what().matches("[0-9a-f]{32}") ? Snapshot.shortId(hurt.what()) : hurt.what();
        session.say("  " + session.paint(Ink.PLAIN, what + ": " + hurt.why()));
    }
}
