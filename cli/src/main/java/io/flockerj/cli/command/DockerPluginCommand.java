package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Daemon;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What Docker's command line asks of its plugins before it shows them. */
@Command(
        name = "docker-cli-plugin-metadata",
        hidden = true,
        description = "Tells Docker's command line what this plugin is.",
        footer = {"", "Example:", "  docker-fli docker-cli-plugin-metadata"})
final class DockerPluginCommand implements Callable<Integer> {
    private final Session session;

    DockerPluginCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.say(Daemon.json()
                .put("SchemaVersion", "0.1.0")
                .put("Vendor", "flockerj")
                .put("Version", session.around().version())
                .put("ShortDescription", "History of Docker volumes"));
        return ExitCode.OK;
    }
}
