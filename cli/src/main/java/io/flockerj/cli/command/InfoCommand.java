package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.DaemonInfo;
import io.flockerj.cli.http.Target;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.Sizes;
import io.flockerj.cli.text.Table;
import io.flockerj.cli.text.Table.Cell;
import java.io.IOException;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code fli info}. */
@Command(
        name = "info",
        description = "Shows the daemon, its pool with its driver and space, and its settings.",
        footer = {"", "Example:", "  fli info"})
final class InfoCommand implements Callable<Integer> {
    private static final int PERCENT = 100;

    private final Session session;

    InfoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        JsonNode answer = session.daemon().get(Target.of("v1", "info"));
        if (session.json()) {
            session.say(answer);
            return ExitCode.OK;
        }
        DaemonInfo info = DaemonInfo.of(answer);
        DaemonInfo.Pool pool = info.pool();
        Details details = new Details(session)
                .add("Daemon", info.version() + ", control API " + info.api())
                .add("Pool", pool.description())
                .add("Pool id", pool.id())
                .add("Driver", pool.driver())
                .add("Space", space(pool));
        pool.refusal().ifPresent(why -> details.add("Refuses", new Cell(why, Ink.RED)));
        pool.snapshotsRefusal().ifPresent(why -> details.add("Damaged", new Cell(why, Ink.RED)));
        details.add("Volumes", Long.toString(info.volumes())).add("Snapshots", Long.toString(info.snapshots()));
        details.say();
        if (!info.settings().isEmpty()) {
            Table settings = Table.of("", "");
            new TreeMap<>(info.settings()).forEach((key, value) -> settings.row("  " + key, value));
            session.say("Settings:");
            session.say(settings);
        }
        return ExitCode.OK;
    }

    private static String space(DaemonInfo.Pool pool) {
        long used = pool.totalBytes() - pool.availableBytes();
        long percent = pool.totalBytes() == 0 ? 0 : PERCENT * used / pool.totalBytes();
        return Sizes.text(pool.availableBytes()) + " of " + Sizes.text(pool.totalBytes()) + " available, " + percent
                + " % used";
    }
}
