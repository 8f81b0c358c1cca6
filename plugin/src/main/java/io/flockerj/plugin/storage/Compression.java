package io.flockerj.plugin.storage;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a tree's files are compressed by the file system beneath. */
public enum Compression {
    NONE,
    LZO,
    ZSTD;

    /** The word that people write: the name in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word; empty if there is no such compression. */
    public static Optional<Compression> parse(String word) {
        return Arrays.stream(values()).filter(c -> c.word().equals(word)).findFirst();
    }
}
