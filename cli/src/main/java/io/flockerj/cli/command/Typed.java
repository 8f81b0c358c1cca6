package io.flockerj.cli.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Single lines of the standard input, and nothing of what follows them. */
final class Typed {
    /** Longer than any password or token. */
    private static final int LONGEST = 4096;

    private Typed() {}

    /** The next line, without its end; empty at the end of the input. */
    static Optional<String> line(Session session) throws IOException, CommandException {
        InputStream in = session.around().in();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return Optional.empty();
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (line.size() == LONGEST) {
                throw CommandException.usage("the line on the standard input is longer than " + LONGEST + " bytes");
            }
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
    }

    /** A line that must be there, and hold something. */
    static String secret(Session session, String what) throws IOException, CommandException {
        return line(session)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> CommandException.usage("there is no " + what + " on the standard input"));
    }

    /**
     * A password that is asked for at the terminal.
     *
     * @param option that lets it come from the standard input
     */
    static String password(Session session, String prompt, String option) throws CommandException {
        if (!session.around().terminal().in()) {
            throw CommandException.usage("nobody is there to be asked for a password; say " + option);
        }
        return session.around()
                .secrets()
                .ask(prompt)
                .orElseThrow(() -> CommandException.usage(
                        "no password was typed; where the output is no terminal either, say " + option));
    }

    /** A password that is chosen at the terminal, typed twice. */
    static String newPassword(Session session, String prompt, String option) throws CommandException {
        String first = password(session, prompt, option);
        if (!first.equals(password(session, "The same again: ", option))) {
            throw CommandException.usage("the two are not the same; nothing was changed");
        }
        return first;
    }

    /** Asks the person at the terminal for something that may be seen. */
    static Optional<String> answer(Session session, String question) throws IOException, CommandException {
        session.around().err().print(question);
        session.around().err().flush();
        return line(session).map(String::strip).filter(text -> !text.isEmpty());
    }
}
