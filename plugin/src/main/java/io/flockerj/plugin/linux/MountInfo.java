package io.flockerj.plugin.linux;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** Parses {@code /proc/PID/mountinfo}: Documentation/filesystems/proc.rst, section 3.5; fs/proc_namespace.c. */
final class MountInfo {
    private static final int FIXED_FIELDS = 6;
    private static final int FIELDS_AFTER_SEPARATOR = 3;
    private static final String SHARED = "shared:";
    private static final String MASTER = "master:";

    private MountInfo() {}

    /** Lines that lack something are refused, for a mount left out could be one in use. */
    static List<Mount> parse(byte[] content, String origin) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        // One char for each byte, so that names come back exactly.
        for (String line : new String(content, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            if (!line.isEmpty()) {
                mounts.add(parseLine(line, origin));
            }
        }
        return mounts;
    }

    private static Mount parseLine(String line, String origin) throws IOException {
        // Not by runs of spaces: a source may be empty.
        List<String> fields = Arrays.asList(line.split(" ", -1));
        try {
            int separator =
                    FIXED_FIELDS + fields.subList(FIXED_FIELDS, fields.size()).indexOf("-");
            List<String> tags = fields.subList(FIXED_FIELDS, separator);
            List<String> rest = fields.subList(separator + 1, fields.size());
            return new Mount(
                    Integer.parseInt(fields.get(0)),
                    Integer.parseInt(fields.get(1)),
                    fields.get(2),
                    text(fields.get(3)),
                    RawPath.of(decode(fields.get(4))),
                    group(tags, SHARED),
                    group(tags, MASTER),
                    text(rest.get(0)),
                    text(rest.get(1)),
                    options(rest.get(FIELDS_AFTER_SEPARATOR - 1)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("cannot read a line of " + origin + ": '" + line + "'", e);
        }
    }

    private static OptionalInt group(List<String> tags, String prefix) {
        return tags.stream()
                .filter(tag -> tag.startsWith(prefix))
                .mapToInt(tag -> Integer.parseInt(tag.substring(prefix.length())))
                .findFirst();
    }

    private static List<String> options(String field) {
        return Arrays.stream(field.split(",", -1)).map(MountInfo::text).toList();
    }

    private static String text(String field) {
        return new String(decode(field), StandardCharsets.UTF_8);
    }

    /** The kernel writes space, tab, newline, backslash and sometimes # as a backslash and three octal digits. */
    private static byte[] decode(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
        for (int i = 0; i < field.length(); i++) {
            if (isEscape(field, i)) {
                bytes.write(Integer.parseInt(field, i + 1, i + 4, 8));
                i += 3;
            } else {
                bytes.write(field.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    private static boolean isEscape(String field, int at) {
        return field.charAt(at) == '\\'
                && at + 3 < field.length()
                && isOctal(field.charAt(at + 1))
                && isOctal(field.charAt(at + 2))
                && isOctal(field.charAt(at + 3));
    }

    private static boolean isOctal(char c) {
        return c >= '0' && c <= '7';
    }
}
