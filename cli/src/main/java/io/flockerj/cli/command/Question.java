package io.flockerj.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Asks the person at the terminal. */
final class Question {
    private Question() {}

    /** Whether the answer is yes; nobody at a terminal is an error that tells of {@code --force}. */
    static boolean isAnsweredWithYes(Session session, String question) throws IOException, CommandException {
        if (!session.around().terminal().in()) {
            throw CommandException.usage("this cannot be undone, and nobody is there to be asked; say --force");
        }
        session.around().err().print(question + " [y/N] ");
        session.around().err().flush();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(session.around().in(), StandardCharsets.UTF_8));
        String answer = in.readLine();
        return answer != null
                && (answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes"));
    }
}
