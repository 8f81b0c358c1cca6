package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.DaemonInfo;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.http.UnreachableException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code fli version}. Answers without a daemon too. */
@Command(
        name = "version",
        description = "Shows the versions of fli and of the daemon.",
        footer = {"", "Example:", "  fli version"})
final class VersionCommand implements Callable<Integer> {
    private final Session session;

    VersionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        String version = session.around().version();
        Optional<DaemonInfo> info = Optional.empty();
        String missing = "";
        try {
            info = Optional.of(DaemonInfo.of(session.daemon().get(Target.of("v1", "info"))));
        } catch (UnreachableException e) {
            missing = "does not answer at " + e.socket() + ": " + e.reason();
        }
        if (session.json()) {
            ObjectNode answer = Daemon.json().put("fli", version);
            answer.put("daemon", info.map(DaemonInfo::version).orElse(null));
            answer.put("api", info.map(DaemonInfo::api).orElse(null));
            session.say(answer);
        } else {
            String ofDaemon = missing;
            new Details(session)
                    .add("fli", version)
                    .add(
                            "Daemon",
                            info.map(each -> each.version() + ", control API " + each.api())
                                    .orElse(ofDaemon))
                    .say();
        }
        return ExitCode.OK;
    }
}
