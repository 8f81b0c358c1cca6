package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import io.flockerj.plugin.linux.RawPath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A path in a tree as somebody wrote it, relative to the tree's root: {@code /etc/x} and {@code etc/x} are alike, {@code /} and
 * the empty path are the root. It has no {@code ..} and no zero byte.
 */
public final class TreePath {
    /** PATH_MAX less the zero at its end, include/uapi/linux/limits.h. */
    static final int LONGEST = 4095;
    /** NAME_MAX, likewise. */
    static final int LONGEST_NAME = 255;

    private static final int DELETE = 0x7F;

    private final List<byte[]> names;

    private TreePath(List<byte[]> names) {
        this.names = Collections.unmodifiableList(names);
    }

    /** The path of this text, as {@link RawPath#meantBy} reads it: what is a control character has to be written as an escape. */
    public static TreePath parse(String text) throws FilesException {
        if (text.chars().anyMatch(c -> c < ' ' || c == DELETE)) {
            throw bad(
                    text.getBytes(StandardCharsets.UTF_8),
                    "has a control character; write it as \\x and two hexadecimal digits");
        }
        return of(RawPath.meantBy(text));
    }

    /** The path of these bytes. */
    public static TreePath of(byte[] bytes) throws FilesException {
        if (bytes.length > LONGEST) {
            throw new FilesException(Reason.BAD_PATH, "the path is longer than " + LONGEST + " bytes");
        }
        for (byte b : bytes) {
            if (b == 0) {
                throw bad(bytes, "has a zero byte");
            }
        }
        List<byte[]> names = split(bytes);
        names.removeIf(TreePath::isDot);
        for (byte[] name : names) {
            if (isDotDot(name)) {
                throw bad(bytes, "has '..' in it, and only paths below the root of the volume can be asked for");
            }
            if (name.length > LONGEST_NAME) {
                throw bad(bytes, "has a name of more than " + LONGEST_NAME + " bytes");
            }
        }
        return new TreePath(names);
    }

    /** The path of these names, whatever they are. */
    static TreePath ofNames(List<byte[]> names) {
        return new TreePath(names);
    }

    private static FilesException bad(byte[] path, String why) {
        return new FilesException(Reason.BAD_PATH, "the path '" + RawPath.display(path) + "' " + why);
    }

    /** What stands between slashes, but for empty names. */
    static List<byte[]> split(byte[] path) {
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

    static boolean isDot(byte[] name) {
        return name.length == 1 && name[0] == '.';
    }

    static boolean isDotDot(byte[] name) {
        return name.length == 2 && name[0] == '.' && name[1] == '.';
    }

    /** The names on the way from the root; none for the root itself. */
    List<byte[]> names() {
        return names;
    }

    /** Whether it is the root itself. */
    public boolean isRoot() {
        return names.isEmpty();
    }

    /** The last name; there is none of the root. */
    byte[] name() {
        return names.getLast();
    }

    /** What has the name of another path, which is not the root, in this directory. */
    public TreePath resolveNameOf(TreePath other) {
        List<byte[]> longer = new ArrayList<>(names);
        longer.add(other.name());
        return new TreePath(List.copyOf(longer));
    }

    /** The directory in which it lies; of the root itself. */
    public TreePath parent() {
        return new TreePath(names.subList(0, Math.max(0, names.size() - 1)));
    }

    /** The names joined by slashes; empty for the root. */
    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] name : names) {
            if (bytes.size() > 0) {
                bytes.write('/');
            }
            bytes.writeBytes(name);
        }
        return bytes.toByteArray();
    }

    /** For people: {@code /etc/x}. */
    @Override
    public String toString() {
        return "/" + RawPath.display(bytes());
    }
}
