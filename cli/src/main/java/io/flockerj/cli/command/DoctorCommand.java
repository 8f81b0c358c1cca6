package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Finding;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fli doctor}. */
@Command(
        name = "doctor",
        description = "Tells what is amiss with the pool and its records, why, and how to repair it.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:All is well.", "1:Something is amiss."},
        footer = {"", "Example:", "  fli doctor"})
final class DoctorCommand implements Callable<Integer> {
    private final Session session;

    DoctorCommand(Session session) {
        this.session = session;
    }

    @Option(
            names = "--rebuild",
            description = "Write damaged and lost records anew, from what else the pool tells; damaged files are kept.")
    private boolean rebuild;

    @Override
    public Integer call() throws IOException {
        JsonNode answer = rebuild
                ? session.daemon().change("POST", Target.of("v1", "doctor", "rebuild"), Optional.empty())
                : session.daemon().get(Target.of("v1", "doctor"));
        List<Finding> findings = Finding.all(answer);
        if (session.json()) {
            session.say(answer);
        } else {
            if (rebuild) {
                sayRebuilt(Finding.rebuilt(answer));
            }
            say(findings);
        }
        return findings.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private void sayRebuilt(List<Finding> rebuilt) {
        for (Finding finding : rebuilt) {
            session.say("rebuilt: " + session.paint(Ink.PLAIN, finding.id() + ": " + finding.subject()));
            finding.rebuild().ifPresent(what -> session.say("  " + session.paint(Ink.PLAIN, what)));
        }
    }

    private void say(List<Finding> findings) {
        if (findings.isEmpty()) {
            session.say("All is well.");
        }
        for (Finding finding : findings) {
            Ink ink = finding.severity().equals("error") ? Ink.RED : Ink.YELLOW;
            session.say(session.paint(ink, finding.severity() + ": " + finding.id() + ": " + finding.subject()));
            session.say("  cause:  " + session.paint(Ink.PLAIN, finding.cause()));
            session.say("  repair: " + session.paint(Ink.PLAIN, finding.repair()));
            finding.rebuild().ifPresent(what -> session.say("  --rebuild " + session.paint(Ink.PLAIN, what)));
        }
    }
}
