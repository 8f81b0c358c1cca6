package io.flockerj.hub.catalogue;

import io.flockerj.hub.catalogue.CatalogueException.Reason;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Limits;
import io.flockerj.store.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where something is in a volume: names from the root, none for the root itself. As text, names have slashes between them; control characters
 * and bytes that are not UTF-8 are written as {@code \xHH}, and a backslash as two.
 */
public record TreePath(List<EntryName> names) {
    static final TreePath ROOT = new TreePath(List.of());

    private static final String RULE =
            "a path is names with '/' between them, such as etc/passwd; bytes that are not UTF-8 are written \\xHH, and"
                    + " a backslash as two";
    private static final int ESCAPE = 4;
    private static final int LONGEST_CHARACTER = 4;
    private static final int FIRST_PRINTABLE = 0x20;
    private static final int DELETE = 0x7f;
    private static final int LAST_CONTROL = 0x9f;

    public TreePath {
        names = List.copyOf(names);
    }

    /** Reads a path; a slash at its beginning or end means nothing. */
    public static TreePath parse(String text) throws CatalogueException {
        List<EntryName> names = new ArrayList<>();
        int from = text.startsWith("/") ? 1 : 0;
        int to = text.endsWith("/") && text.length() > from ? text.length() - 1 : text.length();
        if (from >= to) {
            return ROOT;
        }
        for (String part : text.substring(from, to).split("/", -1)) {
            Bytes name = bytes(part);
            if (!EntryName.isValid(name) || names.size() == Limits.DIRECTORY_LEVELS) {
                throw new CatalogueException(Reason.INVALID, RULE);
            }
            names.add(new EntryName(name));
        }
        return new TreePath(names);
    }

    private static Bytes bytes(String part) throws CatalogueException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < part.length(); ) {
            int character = part.codePointAt(at);
            if (character != '\\') {
                bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
                at += Character.charCount(character);
            } else if (part.startsWith("\\\\", at)) {
                bytes.write('\\');
                at += 2;
            } else {
                bytes.write(escaped(part, at));
                at += ESCAPE;
            }
        }
        return Bytes.of(bytes.toByteArray());
    }

    private static int escaped(String part, int at) throws CatalogueException {
        if (!part.startsWith("\\x", at)
                || part.length() < at + ESCAPE
                || !HexFormat.isHexDigit(part.charAt(at + 2))
                || !HexFormat.isHexDigit(part.charAt(at + ESCAPE - 1))) {
            throw new CatalogueException(Reason.INVALID, RULE);
        }
        return HexFormat.fromHexDigits(part, at + 2, at + ESCAPE);
    }

    /** A text for bytes that are mostly one. */
    public static String text(Bytes bytes) {
        StringBuilder text = new StringBuilder();
        ByteBuffer in = ByteBuffer.wrap(bytes.toArray());
        Optional<String> whole = decoded(in);
        if (whole.isPresent()) {
            whole.get().codePoints().forEach(code -> append(text, code));
            return text.toString();
        }
        while (in.hasRemaining()) {
            Optional<String> character = first(in);
            if (character.isPresent()) {
                append(text, character.get().codePointAt(0));
                in.position(in.position() + character.get().getBytes(StandardCharsets.UTF_8).length);
            } else {
                escape(text, in.get());
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int code) {
        boolean isControl = code < FIRST_PRINTABLE || (code >= DELETE && code <= LAST_CONTROL);
        if (code == '\\') {
            text.append("\\\\");
        } else if (isControl) {
            for (byte each : Character.toString(code).getBytes(StandardCharsets.UTF_8)) {
                escape(text, each);
            }
        } else {
            text.appendCodePoint(code);
        }
    }

    private static void escape(StringBuilder text, byte each) {
        text.append("\\x").append(HexFormat.of().toHexDigits(each));
    }

    /** The first character; empty if the first byte belongs to none. */
    private static Optional<String> first(ByteBuffer in) {
        Optional<String> found = Optional.empty();
        for (int length = 1; found.isEmpty() && length <= Math.min(LONGEST_CHARACTER, in.remaining()); length++) {
            found = decoded(in.slice(in.position(), length));
        }
        return found;
    }

    private static Optional<String> decoded(ByteBuffer in) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(in.duplicate()).toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }

    TreePath child(EntryName name) {
        List<EntryName> longer = new ArrayList<>(names);
        longer.add(name);
        return new TreePath(longer);
    }

    boolean startsWith(TreePath other) {
        return names.size() >= other.names.size()
                && names.subList(0, other.names.size()).equals(other.names);
    }

    @Override
    public String toString() {
        return String.join("/", names.stream().map(name -> text(name.bytes())).toList());
    }
}
