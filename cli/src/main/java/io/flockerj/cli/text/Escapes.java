package io.flockerj.cli.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Paths as the control API writes them: bytes that are not UTF-8 as {@code \xHH}, a backslash doubled. */
public final class Escapes {
    private static final int HEX_DIGITS = 2;

    private Escapes() {}

    /** The bytes that are meant; a backslash that begins no escape is one. */
    public static byte[] bytes(String escaped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int done = 0;
        for (int at = escaped.indexOf('\\'); at >= 0; at = escaped.indexOf('\\', done)) {
            bytes.writeBytes(escaped.substring(done, at).getBytes(StandardCharsets.UTF_8));
            Optional<Integer> hex = hex(escaped, at + 1);
            bytes.write(hex.orElse((int) '\\'));
            done = at + 1 + (hex.isPresent() ? 1 + HEX_DIGITS : escaped.startsWith("\\", at + 1) ? 1 : 0);
        }
        bytes.writeBytes(escaped.substring(done).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }

    private static Optional<Integer> hex(String text, int at) {
        return text.startsWith("x", at)
                        && at + HEX_DIGITS < text.length()
                        && text.substring(at + 1, at + 1 + HEX_DIGITS).matches("[0-9a-fA-F]+")
                ? Optional.of(Integer.parseInt(text.substring(at + 1, at + 1 + HEX_DIGITS), 16))
                : Optional.empty();
    }

    /** The text that is meant; empty if it is not UTF-8, so that Java cannot name it. */
    public static Optional<String> plain(String escaped) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(escaped)))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.empty();
        }
    }
}
