package io.flockerj.hub.people;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * A password as somebody has typed it. Compared in the form NFKC, for the same letters come from different keyboards as different bytes
 * (NIST SP 800-63B section 3.1.1.2).
 */
public final class Password {
    /** As many characters at least. There is no rule about which: length is what counts (NIST SP 800-63B section 3.1.1.2). */
    public static final int SHORTEST = 12;

    /** As many characters at most. */
    public static final int LONGEST = 256;

    private final String text;

    private Password(String text) {
        this.text = text;
    }

    /** One that somebody wants to have. */
    public static Password choose(String text) throws InvalidException {
        int length = text.codePointCount(0, text.length());
        if (length < SHORTEST || length > LONGEST) {
            throw new InvalidException(
                    "password", "a password has " + SHORTEST + " to " + LONGEST + " characters; a few words do well");
        }
        return new Password(text);
    }

    /** One that somebody claims to know; one that is too long is none. */
    public static Password claim(String text) {
        return new Password(text.length() > 2 * LONGEST ? "" : text);
    }

    byte[] bytes() {
        return Normalizer.normalize(text, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Password";
    }
}
