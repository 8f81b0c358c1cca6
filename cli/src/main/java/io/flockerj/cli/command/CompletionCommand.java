package io.flockerj.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli completion}. */
@Command(
        name = "completion",
        description = "Prints the completion script of a shell; it knows commands, volumes, refs and remotes.",
        footer = {"", "Example:", "  fli completion bash > /etc/bash_completion.d/fli"})
final class CompletionCommand implements Callable<Integer> {
    private final Session session;

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "SHELL",
            defaultValue = "bash",
            description = "bash, which is the default.")
    private String shell;

    @Override
    public Integer call() throws IOException, CommandException {
        if (!shell.equals("bash")) {
            throw CommandException.usage("there is no completion for " + shell + "; there is one for bash");
        }
        try (InputStream script = CompletionCommand.class.getResourceAsStream("completion.bash")) {
            if (script == null) {
                throw new IllegalStateException("completion.bash is missing from the jar");
            }
            session.around().out().print(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        }
        return ExitCode.OK;
    }
}
