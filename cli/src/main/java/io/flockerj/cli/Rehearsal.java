package io.flockerj.cli;

import io.flockerj.cli.command.Output;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Runs one command for each line of the standard input, in one process, so that what they need is recorded for the AOT
 * cache. Started by cli/package only.
 */
final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] none) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Fli.run(Fli.around("fli", new Output(System.out), System.err), line.split(" ", -1));
            }
        }
        System.out.flush();
    }
}
