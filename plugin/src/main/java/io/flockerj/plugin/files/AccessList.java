package io.flockerj.plugin.files;

import io.flockerj.plugin.files.FilesException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A POSIX access control list: as the kernel keeps it in an extended attribute (include/uapi/linux/posix_acl_xattr.h), and as text
 * in archives (acl(5), and the manual of star).
 */
record AccessList(List<Item> items) {
    static final String ACCESS = "system.posix_acl_access";
    static final String DEFAULT = "system.posix_acl_default";

    private static final int VERSION = 2;
    private static final int HEADER = 4;
    private static final int ITEM = 8;
    private static final int NOBODY = -1;
    private static final int MOST = 8192;

    /** Whom an item is for, in the order in which the kernel wants them. */
    private enum Tag {
        OWNER(1, "user"),
        USER(2, "user"),
        OWNING_GROUP(4, "group"),
        GROUP(8, "group"),
        MASK(16, "mask"),
        OTHER(32, "other");

        private final int number;
        private final String word;

        Tag(int number, String word) {
            this.number = number;
            this.word = word;
        }

        boolean isNamed() {
            return this == USER || this == GROUP;
        }
    }

    /**
     * One line.
     *
     * @param permissions bits as in a mode: 4 to read, 2 to write, 1 to execute
     * @param id of the user or group, unsigned; of none -1
     */
    record Item(Tag tag, int permissions, int id) {}

    AccessList {
        items = items.stream()
                .sorted(Comparator.comparing(Item::tag).thenComparing(Item::id, Integer::compareUnsigned))
                .toList();
    }

    /** From an extended attribute. */
    static AccessList decode(byte[] attribute) throws FilesException {
        ByteBuffer in = ByteBuffer.wrap(attribute).order(ByteOrder.LITTLE_ENDIAN);
        if (attribute.length < HEADER || (attribute.length - HEADER) % ITEM != 0 || in.getInt() != VERSION) {
            throw bad("of an unknown version");
        }
        List<Item> items = new ArrayList<>();
        while (in.hasRemaining()) {
            Tag tag = tag(in.getShort());
            items.add(new Item(tag, in.getShort(), in.getInt()));
        }
        return new AccessList(items);
    }

    private static Tag tag(int number) throws FilesException {
        for (Tag tag : Tag.values()) {
            if (tag.number == number) {
                return tag;
            }
        }
        throw bad("with an unknown tag");
    }

    /** For an extended attribute. */
    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(HEADER + ITEM * items.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(VERSION);
        for (Item item : items) {
            out.putShort((short) item.tag().number);
            out.putShort((short) item.permissions());
            out.putInt(item.id());
        }
        return out.array();
    }

    /** For an archive; users and groups are numbers, for names mean something else elsewhere. */
    String toText() {
        StringBuilder text = new StringBuilder();
        for (Item item : items) {
            text.append(text.isEmpty() ? "" : ",").append(item.tag().word).append(':');
            if (item.tag().isNamed()) {
                text.append(Integer.toUnsignedString(item.id()));
            }
            text.append(':');
            for (int i = 0; i < 3; i++) {
                text.append((item.permissions() & (4 >> i)) != 0 ? "rwx".charAt(i) : '-');
            }
        }
        return text.toString();
    }

    /** From an archive. A user or group may be a number, or a name with the number behind the permissions. */
    static AccessList parse(byte[] bytes) throws FilesException {
        List<Item> items = new ArrayList<>();
        for (String line : new String(bytes, StandardCharsets.ISO_8859_1).split("[,\n]", MOST)) {
            String item = line.replaceFirst("#.*", "").strip();
            if (!item.isEmpty()) {
                items.add(item(item));
            }
        }
        return new AccessList(items);
    }

    private static Item item(String text) throws FilesException {
        String[] fields = text.split(":", -1);
        if (fields.length < 3) {
            // "mask::rwx" may also be written "mask:rwx"
            fields = fields.length == 2 ? new String[] {fields[0], "", fields[1]} : new String[] {"", "", ""};
        }
        boolean named = !fields[1].isEmpty();
        Tag tag = switch (fields[0]) {
            case "user", "u" -> named ? Tag.USER : Tag.OWNER;
            case "group", "g" -> named ? Tag.GROUP : Tag.OWNING_GROUP;
            case "mask", "m" -> Tag.MASK;
            case "other", "o" -> Tag.OTHER;
            default -> throw bad("with the line '" + text + "'");
        };
        if (!fields[2].matches("[r-][w-][x-].*")) {
            throw bad("with the line '" + text + "'");
        }
        int permissions = 0;
        for (int i = 0; i < 3; i++) {
            permissions |= fields[2].charAt(i) == '-' ? 0 : (4 >> i);
        }
        return new Item(tag, permissions, tag.isNamed() ? id(fields) : NOBODY);
    }

    private static int id(String[] fields) throws FilesException {
        for (String field : new String[] {fields.length > 3 ? fields[3] : "", fields[1]}) {
            if (field.matches("[0-9]{1,10}")) {
                return (int) Long.parseLong(field);
            }
        }
        throw bad(
                "for '" + fields[1] + "', a name that means nobody here; make the archive with numbers, for example by"
                        + " tar --numeric-owner --xattrs --xattrs-include='*' --acls");
    }

    private static FilesException bad(String why) {
        return new FilesException(Reason.BAD_ARCHIVE, "it has an access control list " + why);
    }
}
