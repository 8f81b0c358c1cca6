package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Change;
import io.flockerj.cli.daemon.Change.Kind;
import io.flockerj.cli.http.Response;
import io.flockerj.cli.text.Ink;
import io.flockerj.cli.text.UnifiedDiff;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Shows in which lines a file differs between two refs.
 *
 * @param before the older ref
 * @param after the newer one
 */
record ContentDiff(Session session, String before, String after) {
    /** Larger files are not compared line by line. */
    private static final int LONGEST = 1024 * 1024;

    /** The file on both sides; what was added or removed is empty on the other. */
    void show(Change change) throws IOException {
        String oldPath = change.oldPath().orElse(change.path());
        Optional<List<String>> old = change.kind() == Kind.added
                ? Optional.of(List.of())
                : lines(before, oldPath, change.oldSize().orElse(0));
        Optional<List<String>> now = change.kind() == Kind.removed
                ? Optional.of(List.of())
                : lines(after, change.path(), change.size().orElse(0));
        session.say("");
        session.say(session.paint(Ink.BOLD, "--- " + before + ":" + oldPath));
        session.say(session.paint(Ink.BOLD, "+++ " + after + ":" + change.path()));
        Optional<List<String>> hunks =
                old.isPresent() && now.isPresent() ? UnifiedDiff.of(old.get(), now.get()) : Optional.empty();
        if (hunks.isEmpty()) {
            session.say(
                    old.isPresent() && now.isPresent()
                            ? "They differ in too many lines to be shown"
                            : "They are no text, or longer than 1 MiB, and differ");
        } else {
            hunks.get().forEach(line -> session.say(session.paint(ink(line), line)));
        }
    }

    private Optional<List<String>> lines(String ref, String path, long size) throws IOException {
        if (size > LONGEST) {
            return Optional.empty();
        }
        byte[] bytes;
        try (Response response = session.daemon().download(new Place(ref, path).target(session, "content"))) {
            bytes = response.body().readNBytes(LONGEST + 1);
        }
        if (bytes.length > LONGEST) {
            return Optional.empty();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') >= 0
                    ? Optional.empty()
                    : Optional.of(text.lines().toList());
        } catch (CharacterCodingException noText) {
            return Optional.empty();
        }
    }

    private static Ink ink(String line) {
        return switch (line.charAt(0)) {
            case '+' -> Ink.GREEN;
            case '-' -> Ink.RED;
            case '@' -> Ink.CYAN;
            default -> Ink.PLAIN;
        };
    }
}
