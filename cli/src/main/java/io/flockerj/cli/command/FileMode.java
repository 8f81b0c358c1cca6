package io.flockerj.cli.command;

import io.flockerj.cli.daemon.FileEntry;

/** The type and the permissions of a file, as ls(1) writes them. */
final class FileMode {
    private static final int SETUID = 04000;
    private static final int SETGID = 02000;
    private static final int STICKY = 01000;

    private FileMode() {}

    /** Such as {@code drwxr-xr-x}. */
    static String text(FileEntry entry) {
        int mode = entry.mode();
        char[] text = ("-" + permissions(mode)).toCharArray();
        special(text, 3, 's', (mode & SETUID) != 0);
        special(text, 6, 's', (mode & SETGID) != 0);
        special(text, 9, 't', (mode & STICKY) != 0);
        text[0] = type(entry.type());
        return new String(text);
    }

    /** Such as {@code rwxr-xr-x}. */
    static String permissions(int mode) {
        char[] text = "rwxrwxrwx".toCharArray();
        for (int bit = 0; bit < text.length; bit++) {
            if ((mode & (1 << (text.length - 1 - bit))) == 0) {
                text[bit] = '-';
            }
        }
        return new String(text);
    }

    private static void special(char[] text, int at, char letter, boolean set) {
        if (set) {
            text[at] = text[at] == 'x' ? letter : Character.toUpperCase(letter);
        }
    }

    private static char type(String type) {
        return switch (type) {
            case "directory" -> 'd';
            case "symlink" -> 'l';
            case "fifo" -> 'p';
            case "socket" -> 's';
            case "block-device" -> 'b';
            case "char-device" -> 'c';
            default -> '-';
        };
    }
}
