package io.flockerj.integration.sandbox;

import java.util.List;

/**
 * How a command ended.
 *
 * @param command what was run, program first
 * @param exit its exit status
 * @param output standard output, read as UTF-8
 * @param errors standard error
 */
public record Outcome(List<String> command, int exit, String output, String errors) {

    public Outcome {
        command = List.copyOf(command);
    }

    /** Standard output without white space at either end. */
    public String text() {
        return output.strip();
    }

    /** Standard output by line; no lines where it is empty. */
    public List<String> lines() {
        return text().lines().toList();
    }

    /** The {@link #text()} of a command that has to succeed. */
    public String ok() {
        if (exit != 0) {
            throw new AssertionError("expected to succeed:\n" + this);
        }
        return text();
    }

    /** What a command that has to fail said on standard error. */
    public String fails() {
        if (exit == 0) {
            throw new AssertionError("expected to fail:\n" + this);
        }
        return errors.strip();
    }

    @Override
    public String toString() {
        return "$ %s\n%s\n%s\n(exit status %d)".formatted(String.join(" ", command), text(), errors.strip(), exit);
    }
}
