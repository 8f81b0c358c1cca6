package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.hub.Hub;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fli hub audit}. */
@Command(
        name = "audit",
        description = {
            "Shows the record of a hub, the newest act first: who did what, or was refused.",
            "All of it is for administrators; what concerns a volumeset also for who has the right admin to it."
        },
        footer = {"", "Example:", "  fli hub audit team/db --since '2 days ago' --kind push,ref"})
final class HubAuditCommand extends HubNoun implements Callable<Integer> {
    private static final String ACTS = "acts";
    private static final int USUAL = 100;
    private static final int MOST = 1_000_000;

    HubAuditCommand(Session session, HubAccess access) {
        super(session, access);
    }

    @Parameters(arity = "0..1", paramLabel = "OWNER/NAME", description = "Only what concerns this volumeset.")
    private Optional<String> volumeset = Optional.empty();

    @Option(names = "--person", paramLabel = "NAME", description = "Only acts of this account.")
    private Optional<String> person = Optional.empty();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = {
                "Only acts of this kind, or of several with a comma between them: hub, sign-in, sign-out, denial, read,",
                "push, ref, account, password, team, rights, protection, token, volumeset, deletion, restoration."
            })
    private Optional<String> kind = Optional.empty();

    @Option(names = "--since", paramLabel = "TIME", description = "Only from then on, such as '2 hours ago'.")
    private Optional<String> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "Only up to then, such as 2026-11-03.")
    private Optional<String> until = Optional.empty();

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            description = "At most so many acts. Default: 100.")
    private int limit = USUAL;

    @Override
    public Integer call() throws IOException, CommandException {
        if (limit < 1 || limit > MOST) {
            throw CommandException.usage("-n takes a number from 1 to " + MOST + ", not " + limit);
        }
        Target target = Hub.target("audit")
                .with("volumeset", volumeset)
                .with("person", person)
                .with("kind", kind)
                .with("from", time(since))
                .with("to", time(until));
        ObjectNode answer = first(target, ACTS, limit);
        list(
                answer,
                ACTS,
                HubColumn.moment("TIME", "time"),
                HubColumn.text("KIND", "kind"),
                HubColumn.text("OUTCOME", "outcome"),
                HubColumn.name("WHO", "accountName").perhaps(),
                HubColumn.text("FROM", "address").perhaps(),
                HubColumn.text("VOLUMESET", "volumesetName").perhaps(),
                HubColumn.text("WHAT", "subject").perhaps(),
                HubColumn.pairs("DETAILS", "details"));
        JsonNode next = answer.path("next");
        if (next.isTextual() && !session().json()) {
            session().remark("there are older acts; say -n for more of them, or --until");
        }
        return ExitCode.OK;
    }

    private Optional<String> time(Optional<String> typed) throws CommandException {
        return typed.isPresent()
                ? Optional.of(TypedTime.of(session(), typed.get()).toString())
                : Optional.empty();
    }
}
