package io.flockerj.cli.command;

import io.flockerj.cli.http.Response;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code fli cat}. */
@Command(
        name = "cat",
        description = "Writes what is in files of a snapshot, or of a live volume, to the standard output.",
        footer = {"", "Example:", "  fli cat 'db@{yesterday}:/etc/app.conf'"})
final class CatCommand implements Callable<Integer> {
    private static final int PIECE = 64 * 1024;

    private final Session session;

    CatCommand(Session session) {
        this.session = session;
    }

    @Parameters(arity = "1..*", paramLabel = "VOLUME[@REF]:PATH", description = "The files.")
    private List<String> places;

    @Override
    public Integer call() throws IOException, CommandException {
        for (String each : places) {
            try (Response response = session.daemon().download(Place.parse(each).target(session, "content"))) {
                Output out = session.around().out();
                byte[] piece = new byte[PIECE];
                for (int count = response.body().read(piece);
                        count >= 0;
                        count = response.body().read(piece)) {
                    out.write(piece, 0, count);
                    out.check();
                }
            }
        }
        return ExitCode.OK;
    }
}
