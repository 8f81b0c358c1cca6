package io.flockerj.hub.command;

import io.flockerj.hub.people.PeopleException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** All commands under one root, and how their failures end. */
@Command(
        name = "flockerhub",
        description = "The place where a team's volumes live, and that decides who may publish them.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        footer = {"", "Exit codes: 0 done, 1 failed or something was found wrong, 2 wrongly called."})
public final class CommandTree {
    /** It was done. */
    public static final int OK = 0;
    /** It failed, or what was looked for was found wrong. */
    public static final int FAILED = 1;

    private static final int HELP_WIDTH = 100;

    private CommandTree() {}

    /** Runs one command, and answers with its exit code. */
    public static int run(Surroundings around, String... arguments) {
        CommandLine tree = new CommandLine(new CommandTree());
        tree.setUsageHelpWidth(HELP_WIDTH);
        tree.getCommandSpec().version("flockerhub " + around.version());
        tree.addSubcommand("serve", new ServeCommand(around));
        tree.addSubcommand("setup", new SetupCommand(around));
        tree.addSubcommand(
                "audit",
                new CommandLine(new AuditCommand())
                        .addSubcommand("verify", new AuditVerifyCommand(around))
                        .addSubcommand("export", new AuditExportCommand(around)));
        tree.addSubcommand(
                "catalogue",
                new CommandLine(new CatalogueCommand()).addSubcommand("rebuild", new CatalogueRebuildCommand(around)));
        tree.addSubcommand("check", new CheckCommand(around));
        tree.addSubcommand("backup", new BackupCommand(around));
        tree.addSubcommand("restore", new RestoreCommand(around));
        tree.setOut(new PrintWriter(around.out(), true, StandardCharsets.UTF_8));
        tree.setErr(new PrintWriter(around.err(), true, StandardCharsets.UTF_8));
        tree.setExecutionExceptionHandler((e, _, _) -> failed(around, e));
        return tree.execute(arguments);
    }

    private static int failed(Surroundings around, Exception e) throws Exception {
        if (e instanceof CommandException || e instanceof IOException || e instanceof PeopleException) {
            around.err().println("flockerhub: " + e.getMessage());
            return FAILED;
        }
        throw e;
    }
}
