package io.flockerj.cli.testing;

import io.flockerj.cli.testing.FakeServer.Asked;
import io.flockerj.cli.testing.FakeServer.Said;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A conversation that is run again: what is typed, what fli then asks the daemon, and what it shows. Lines that begin with
 *
 * <pre>
 * #  are remarks
 * &lt;  METHOD TARGET STATUS ANSWER: what the daemon answers from here on; ANSWER is JSON, or a file in answers/, behind which
 *    job=ID names the job that writes it
 * &lt;once  the same for the next time only
 * &lt;docker  the same of Docker
 * &lt;hub  the same of a hub
 * $  are typed; TTY before fli means at a terminal
 * &gt;  were asked of the daemon, with the body
 * &gt;docker  were asked of Docker
 * &gt;hub  were asked of the hub, and as whom; HUB stands for its URL, and DIRECTORY for the one where files are
 * !  were written to the standard error
 * [  the exit code, where it is not 0
 * </pre>
 *
 * All other lines are the standard output.
 */
public final class Transcript {
    /** Runs what was typed. */
    @FunctionalInterface
    public interface Typed {
        /** Answers with the lines that a transcript shows for it. */
        List<String> run(String line) throws IOException;
    }

    /** What a fake server answers, by method and target. */
    public static final class Answers {
        private final Map<String, Said> answers = new LinkedHashMap<>();
        private final Map<String, Said> once = new LinkedHashMap<>();

        public synchronized Said to(Asked asked) {
            Said next = once.remove(asked.toString());
            Said said = next == null ? answers.get(asked.toString()) : next;
            return said == null
                    ? Said.json(
                            500,
                            "{\"error\":{\"code\":\"failed\",\"message\":\"the transcript has no answer to " + asked
                                    + "\"},\"message\":\"the transcript has no answer to " + asked + "\"}")
                    : said;
        }

        void add(String line) throws IOException {
            add(line, answers);
        }

        void addOnce(String line) throws IOException {
            add(line, once);
        }

        private synchronized void add(String line, Map<String, Said> where) throws IOException {
            String[] parts = line.strip().split(" ", 4);
            where.put(parts[0] + " " + parts[1], said(Integer.parseInt(parts[2]), parts.length > 3 ? parts[3] : ""));
        }

        private static Said said(int status, String answer) throws IOException {
            if (answer.isEmpty() || answer.startsWith("{") || answer.startsWith("[")) {
                return Said.json(status, answer);
            }
            String[] parts = answer.split(" job=", 2);
            byte[] bytes = resource("/answers/" + parts[0]);
            if (parts[0].endsWith(".json")) {
                return Said.json(status, new String(bytes, StandardCharsets.UTF_8));
            }
            return parts.length > 1 ? Said.chunked(bytes, "Flockerj-Job: " + parts[1] + "\r\n") : Said.chunked(bytes);
        }
    }

    private Transcript() {}

    /** A file among the test resources. */
    public static byte[] resource(String name) throws IOException {
        try (InputStream in = Transcript.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("there is no test resource " + name);
            }
            return in.readAllBytes();
        }
    }

    /** Runs a transcript again, and answers with what it looks like now. */
    public static String rerun(String text, Answers daemon, Answers docker, Answers hub, Typed typed)
            throws IOException {
        List<String> now = new ArrayList<>();
        boolean shown = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith("$ ")) {
                separate(now);
                now.add(line);
                now.addAll(typed.run(line.substring(2)));
                shown = true;
            } else if (line.startsWith("#") || line.startsWith("<")) {
                if (shown) {
                    separate(now);
                }
                now.add(line);
                shown = false;
            }
            if (line.startsWith("<docker ")) {
                docker.add(line.substring("<docker ".length()));
            } else if (line.startsWith("<hub ")) {
                hub.add(line.substring("<hub ".length()));
            } else if (line.startsWith("<once ")) {
                daemon.addOnce(line.substring("<once ".length()));
            } else if (line.startsWith("< ")) {
                daemon.add(line.substring(2));
            }
        }
        return String.join("\n", now) + "\n";
    }

    private static void separate(List<String> lines) {
        if (!lines.isEmpty()) {
            lines.add("");
        }
    }
}
