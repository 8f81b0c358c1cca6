package io.flockerj.cli.command;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands under one root, and how their failures end. */
public final class CommandTree {
    private static final int HELP_WIDTH = 100;
    private static final String HUB = "hub";
    private static final Map<String, Function<Session, Object>> COMMANDS = commands();

    private CommandTree() {}

    private static Map<String, Function<Session, Object>> commands() {
        Map<String, Function<Session, Object>> all = new LinkedHashMap<>();
        all.put("list", ListCommand::new);
        all.put("show", ShowCommand::new);
        all.put("create", CreateCommand::new);
        all.put("snapshot", SnapshotCommand::new);
        all.put("log", LogCommand::new);
        all.put("clone", CloneCommand::new);
        all.put("rollback", RollbackCommand::new);
        all.put("branch", BranchCommand::new);
        all.put("tag", TagCommand::new);
        all.put("hold", HoldCommand::new);
        all.put("label", LabelCommand::new);
        all.put("resize", ResizeCommand::new);
        all.put("rm", RemoveCommand::new);
        all.put("trash", TrashCommand::new);
        all.put("remote", RemoteCommand::new);
        all.put("push", PushCommand::new);
        all.put("fetch", FetchCommand::new);
        all.put("pull", PullCommand::new);
        all.put("check", CheckCommand::new);
        all.put("login", LoginCommand::new);
        all.put("logout", LogoutCommand::new);
        all.put("whoami", WhoamiCommand::new);
        all.put(HUB, HubCommand::whole);
        all.put("diff", DiffCommand::new);
        all.put("ls", LsCommand::new);
        all.put("cat", CatCommand::new);
        all.put("cp", CpCommand::new);
        all.put("import", ImportCommand::new);
        all.put("export", ExportCommand::new);
        all.put("info", InfoCommand::new);
        all.put("doctor", DoctorCommand::new);
        all.put("jobs", JobsCommand::new);
        all.put("completion", CompletionCommand::new);
        all.put("version", VersionCommand::new);
        all.put("__complete", CompleteCommand::new);
        all.put("__manual", ManualCommand::new);
        all.put("docker-cli-plugin-metadata", DockerPluginCommand::new);
        return all;
    }

    /** The whole tree. */
    public static CommandLine whole(Session session) {
        return of(session, COMMANDS);
    }

    /** As much of the tree as these arguments need: each command takes time to be read from its annotations. */
    public static CommandLine forArguments(Session session, String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            Function<Session, Object> command = COMMANDS.get(arguments[i]);
            if (command != null) {
                return of(session, Map.of(arguments[i], part(arguments[i], command, arguments)));
            }
            if (arguments[i].equals("--socket")) {
                i++; // its value
            }
        }
        return whole(session);
    }

    private static Function<Session, Object> part(String name, Function<Session, Object> command, String... arguments) {
        return name.equals(HUB) ? session -> HubCommand.forArguments(session, List.of(arguments)) : command;
    }

    private static CommandLine of(Session session, Map<String, Function<Session, Object>> commands) {
        CommandLine root = new CommandLine(new RootCommand(session));
        commands.forEach((name, command) -> root.addSubcommand(name, command.apply(session)));
        Ansi ansi = session.style().colours() ? Ansi.ON : Ansi.OFF;
        return root.setCommandName(session.around().program())
                .setColorScheme(CommandLine.Help.defaultColorScheme(ansi))
                .setUsageHelpWidth(HELP_WIDTH)
                .setUsageHelpLongOptionsMaxWidth(HELP_WIDTH / 3)
                .setOut(writer(session.around().out()))
                .setErr(writer(session.around().err()))
                .setParameterExceptionHandler((e, arguments) -> misused(session, e))
                .setExecutionExceptionHandler((e, line, result) ->
                        e instanceof Output.LostException ? ExitCode.OK : session.tell(Failure.of(e)));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int misused(Session session, ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        StringBuilder message = new StringBuilder(told(e, command));
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            message.append("; did you mean ")
                    .append(String.join(" or ", unmatched.getSuggestions()))
                    .append('?');
        }
        message.append("\nSee: ").append(command.qualifiedName()).append(" --help");
        return session.tell(new Failure(ExitCode.USAGE, "usage", message.toString()));
    }

    private static String told(ParameterException e, CommandSpec command) {
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            String first = unmatched.getUnmatched().getFirst();
            return command.subcommands().isEmpty()
                            || !command.positionalParameters().isEmpty()
                    ? "Unexpected argument: '" + first + "'"
                    : "There is no command '" + first + "'";
        }
        // picocli says "option" before what it describes as an option already
        return String.valueOf(e.getMessage()).replace("option option", "option");
    }
}
