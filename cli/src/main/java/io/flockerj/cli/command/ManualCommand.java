package io.flockerj.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes the pages of the manual; started when fli is packaged. */
@Command(
        name = "__manual",
        hidden = true,
        description = "Writes the pages of the manual.",
        footer = {"", "Example:", "  fli __manual man1"})
final class ManualCommand implements Callable<Integer> {
    private final Session session;

    ManualCommand(Session session) {
        this.session = session;
    }

    @Parameters(paramLabel = "DIRECTORY", description = "Where to.")
    private String directory;

    @Override
    public Integer call() throws IOException {
        write(CommandTree.whole(session), Files.createDirectories(session.local(directory)));
        return ExitCode.OK;
    }

    private void write(CommandLine command, Path to) throws IOException {
        Files.writeString(
                to.resolve(ManualPage.name(command) + ".1"),
                ManualPage.of(command, session.around().version()));
        for (CommandLine below : command.getSubcommands().values()) {
            if (!below.getCommandSpec().usageMessage().hidden()) {
                write(below, to);
            }
        }
    }
}
