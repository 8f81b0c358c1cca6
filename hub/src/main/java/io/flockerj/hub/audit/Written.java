package io.flockerj.hub.audit;

import java.util.stream.Collectors;

/** Text from outside as the record holds it. */
final class Written {
    private Written() {}

    /** No longer than that, and without what acts on terminals, or what a database cannot hold. */
    static String text(String text, int longest) {
        return text.codePoints()
                .limit(longest)
                .map(Written::character)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static int character(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> '?';
            default -> codePoint;
        };
    }
}
