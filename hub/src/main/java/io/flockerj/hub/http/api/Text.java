package io.flockerj.hub.http.api;

import io.flockerj.hub.people.InvalidException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Collectors;

/** Texts from outside. */
final class Text {
    private static final int LONGEST_SHOWN = 64;
    private static final int LAST_YEAR = 9999;

    private Text() {}

    /** The same, if it is one of whole characters. */
    static String whole(String field, String text) throws InvalidException {
        if (text.codePoints().anyMatch(character -> Character.getType(character) == Character.SURROGATE)) {
            throw new InvalidException(field, "'" + field + "' has half a character in it");
        }
        return text;
    }

    /** The same, if it has no control characters either. */
    static String checked(String field, String text) throws InvalidException {
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new InvalidException(field, "'" + field + "' has control characters in it");
        }
        return whole(field, text);
    }

    /** As much of it as may be said back. */
    static String shown(String text) {
        return text.codePoints()
                .limit(LONGEST_SHOWN)
                .map(character -> isSeen(character) ? character : '?')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static boolean isSeen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** A moment of the years that have four digits. */
    static Instant instant(String field, String text) throws InvalidException {
        try {
            Instant instant = Instant.parse(text);
            int year = instant.atOffset(ZoneOffset.UTC).getYear();
            if (year >= 0 && year <= LAST_YEAR) {
                return instant;
            }
        } catch (DateTimeException _) {
            // said below
        }
        throw new InvalidException(field, "'" + field + "' has to be a time as 2026-11-03T23:32:00Z");
    }
}
