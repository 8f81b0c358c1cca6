package io.flockerj.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code fli} itself: what every command understands, and the help. */
@Command(
        name = "fli",
        description = "Gives every Docker volume a history: snapshots, branches, any moment mountable.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:It is done.",
            "1:It failed.",
            "2:The command line is wrong, or a name or value in it.",
            "3:There is no such volume, snapshot, file, remote or the like.",
            "4:Something is in the way: in use, held, there already, diverged.",
            "5:The daemon, its pool, a remote or the hub does not answer."
        },
        footer = {
            "",
            "A REF names a snapshot: VOLUME[@REF], where REF is a tag, a branch, at least 4 digits of an id,",
            "latest, latest~2, or a time: db@{2026-11-03 23:32}, 'db@{2 hours ago}', read in your time zone.",
            "",
            "Example:",
            "  fli snapshot db -m 'before the upgrade' && fli log db"
        })
public final class RootCommand implements Runnable {
    private final Session session;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public RootCommand(Session session) {
        this.session = session;
    }

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            scope = ScopeType.INHERIT,
            description = "The daemon's control socket. Default: FLOCKERJ_SOCKET, else /run/flockerj/control.sock.")
    void socket(String path) {
        session.useSocket(path);
    }

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Answer with the JSON of the control API.")
    void json(boolean wanted) {
        session.useJson(wanted);
    }

    @Override
    public void run() {
        spec.commandLine().usage(session.around().out());
    }
}
