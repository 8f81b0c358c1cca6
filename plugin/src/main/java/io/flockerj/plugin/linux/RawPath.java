package io.flockerj.plugin.linux;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The bytes of a path. The JDK keeps them, but tells them only as text in the locale's character set, which loses names
 * that are not text. Its {@code file:} URIs escape the bytes themselves, and so carry any name both ways.
 */
public final class RawPath {
    private static final int ASCII_LIMIT = 0x80;
    private static final String HEX = "0123456789ABCDEF";

    private RawPath() {}

    /** The bytes that the kernel gets to see for this path, without a terminating zero. A relative path stays relative. */
    public static byte[] bytes(Path path) {
        String text = path.toString();
        if (text.chars().allMatch(c -> c < ASCII_LIMIT)) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        byte[] absolute = unescape(path.toUri().getRawPath());
        return path.isAbsolute() ? absolute : lastNames(absolute, path.getNameCount());
    }

    /** The path of these bytes. An empty array, a zero byte and a relative path are refused. */
    public static Path of(byte[] absolute) {
        if (absolute.length == 0 || absolute[0] != '/') {
            throw new IllegalArgumentException("not an absolute path: '" + display(absolute) + "'");
        }
        StringBuilder uri = new StringBuilder("file://");
        for (byte b : absolute) {
            escape(uri, b);
        }
        return Path.of(URI.create(uri.toString()));
    }

    /** The names in a relative path; none in an empty one. */
    public static List<byte[]> names(byte[] path) {
        List<byte[]> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                if (i > start) {
                    names.add(Arrays.copyOfRange(path, start, i));
                }
                start = i + 1;
            }
        }
        return names;
    }

    /** The path of a name, or of a further path, below a relative one, either of which may be empty. */
    public static byte[] joined(byte[] path, byte[] further) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream(path.length + 1 + further.length);
        joined.writeBytes(path);
        if (path.length > 0 && further.length > 0) {
            joined.write('/');
        }
        joined.writeBytes(further);
        return joined.toByteArray();
    }

    /**
     * For people: the bytes as UTF-8, with control characters and what is not UTF-8 as {@code \xNN}, and a backslash as two. So
     * {@link #meantBy} tells the bytes again.
     */
    public static String display(byte[] name) {
        String text = new String(name, StandardCharsets.UTF_8);
        boolean plain = text.chars().noneMatch(c -> Character.isISOControl(c) || c == '\uFFFD' || c == '\\');
        if (plain) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        for (byte b : name) {
            if (b == '\\') {
                escaped.append("\\\\");
            } else if (b >= ' ' && b < 0x7F) {
                escaped.append((char) b);
            } else {
                hex(escaped.append("\\x"), b);
            }
        }
        return escaped.toString();
    }

    /** The bytes that {@link #display} tells by a text; a backslash that begins none of its escapes stands for itself. */
    public static byte[] meantBy(String text) {
        byte[] given = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(given.length);
        for (int i = 0; i < given.length; i++) {
            if (given[i] == '\\' && i + 1 < given.length && given[i + 1] == '\\') {
                bytes.write('\\');
                i++;
            } else if (isByte(given, i)) {
                bytes.write(HexFormat.fromHexDigit(given[i + 2]) << 4 | HexFormat.fromHexDigit(given[i + 3]));
                i += 3;
            } else {
                bytes.write(given[i]);
            }
        }
        return bytes.toByteArray();
    }

    private static boolean isByte(byte[] text, int at) {
        return at + 3 < text.length
                && text[at] == '\\'
                && text[at + 1] == 'x'
                && HexFormat.isHexDigit(text[at + 2])
                && HexFormat.isHexDigit(text[at + 3]);
    }

    private static byte[] lastNames(byte[] absolute, int names) {
        int start = absolute.length;
        for (int found = 0; start > 0; start--) {
            if (absolute[start - 1] == '/' && ++found == names) {
                break;
            }
        }
        return Arrays.copyOfRange(absolute, start, absolute.length);
    }

    private static byte[] unescape(String rawPath) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(rawPath.length());
        for (int i = 0; i < rawPath.length(); i++) {
            char c = rawPath.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(rawPath, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        byte[] path = bytes.toByteArray();
        // The URI of a directory that exists ends in a slash.
        int length = path.length > 1 && path[path.length - 1] == '/' ? path.length - 1 : path.length;
        return Arrays.copyOf(path, length);
    }

    private static void escape(StringBuilder uri, byte b) {
        boolean plain = b == '/' || b == '.' || b == '-' || b == '_' || (b >= '0' && b <= '9') || isLetter(b);
        if (plain) {
            uri.append((char) b);
        } else {
            hex(uri.append('%'), b);
        }
    }

    private static boolean isLetter(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
    }

    private static void hex(StringBuilder to, byte b) {
        to.append(HEX.charAt((b >> 4) & 0xF)).append(HEX.charAt(b & 0xF));
    }
}
