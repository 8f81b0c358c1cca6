package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What became of one path between two snapshots. Sizes in bytes.
 *
 * @param kind added, removed, changed or renamed
 * @param oldPath where it was, if it was renamed
 * @param aspects what is different: content, mode, owner, xattrs, links
 */
public record Change(
        String path,
        Kind kind,
        Optional<String> oldPath,
        String type,
        List<String> aspects,
        OptionalLong oldSize,
        OptionalLong size) {
    /** What happened. */
    public enum Kind {
        added('A'),
        removed('D'),
        changed('M'),
        renamed('R');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }

        /** As git shows it. */
        public char letter() {
            return letter;
        }
    }

    public static Change of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new Change(
                fields.text("path"),
                kind(fields.text("kind")),
                fields.maybeText("oldPath"),
                fields.text("type"),
                fields.textList("aspects"),
                fields.maybeNumber("oldSize"),
                fields.maybeNumber("size"));
    }

    private static Kind kind(String name) throws IOException {
        for (Kind kind : Kind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        throw new BadAnswerException("the daemon's answer has a change of the kind " + name);
    }

    /** How many bytes more there are now. */
    public long growth() {
        return size.orElse(0) - oldSize.orElse(0);
    }
}
