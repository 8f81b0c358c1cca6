package io.flockerj.plugin.volume;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** A shell in a mount namespace of its own, as a container's process is. When it ends, its mounts go. */
final class OtherNamespace implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    /**
     * Starts with a copy of all mounts of this process.
     *
     * @param propagation of the copies: {@code private}, {@code slave}, {@code shared}, or {@code unchanged}
     */
    OtherNamespace(String propagation) throws IOException {
        process = new ProcessBuilder("unshare", "--mount", "--propagation", propagation, "sh")
                .redirectErrorStream(true)
                .start();
        commands = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        run("true");
    }

    long pid() {
        return process.pid();
    }

    /** Runs a command there, and answers what it printed; fails with that if it fails. */
    String run(String command) throws IOException {
        // The answer may lack a line feed at its end.
        commands.write(command + "\nstatus=$?; echo; echo \"end $status\"\n");
        commands.flush();
        StringBuilder printed = new StringBuilder();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.equals("end 0")) {
                return printed.toString();
            }
            if (line.startsWith("end ")) {
                break;
            }
            printed.append(line);
        }
        throw new IOException(command + ": " + printed);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a shell ends", e);
        }
    }
}
