package io.flockerj.plugin.history;

import java.util.stream.Collectors;

/** Text from outside as messages repeat it: in quotes, not for long, and without what would act on a terminal or a log. */
public final class Quoted {
    private static final int LONGEST = 60;

    private Quoted() {}

    public static String text(String text) {
        String shown =
                text.codePoints().limit(LONGEST).mapToObj(Quoted::character).collect(Collectors.joining());
        boolean isWhole = text.codePoints().skip(LONGEST).findAny().isEmpty();
        return "'" + shown + (isWhole ? "" : "…") + "'";
    }

    private static String character(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> "?";
            default -> Character.toString(codePoint);
        };
    }
}
