package io.flockerj.cli.text;

/**
 * Text from outside, made fit for a terminal: names, messages and labels are written by others, and a terminal obeys what
 * is in them.
 */
public final class Printable {
    private Printable() {}

    /** The text with control characters and those that turn the direction of writing escaped in hexadecimal. */
    public static String of(String text) {
        if (text.chars().allMatch(Printable::isHarmless)) {
            return text;
        }
        StringBuilder safe = new StringBuilder();
        text.chars().forEach(c -> {
            if (isHarmless(c)) {
                safe.append((char) c);
            } else if (c == '\n') {
                safe.append("\\n");
            } else {
                String digits = Integer.toHexString(c);
                safe.append(c < 0x100 ? "\\x" : "\\" + "u")
                        .repeat('0', (c < 0x100 ? 2 : 4) - digits.length())
                        .append(digits);
            }
        });
        return safe.toString();
    }

    private static boolean isHarmless(int c) {
        return !Character.isISOControl(c)
                && !(c >= 0x202a && c <= 0x202e)
                && !(c >= 0x2066 && c <= 0x2069)
                && c != 0x2028
                && c != 0x2029;
    }
}
