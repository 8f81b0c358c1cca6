package io.flockerj.cli.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * A file, a directory or the like in a volume.
 *
 * @param path bytes that are not UTF-8 as {@code \xHH}, a backslash doubled
 * @param type such as {@code file}, {@code directory} or {@code symlink}
 * @param target of a symbolic link
 */
public record FileEntry(
        String path,
        String type,
        int mode,
        long uid,
        long gid,
        long size,
        Instant modifiedAt,
        long links,
        Optional<String> target) {
    public static FileEntry of(JsonNode json) throws IOException {
        Fields fields = new Fields(json);
        return new FileEntry(
                fields.text("path"),
                fields.text("type"),
                Math.toIntExact(fields.number("mode")),
                fields.number("uid"),
                fields.number("gid"),
                fields.number("size"),
                fields.instant("modifiedAt"),
                fields.number("links"),
                fields.maybeText("target"));
    }

    public boolean isDirectory() {
        return type.equals("directory");
    }
}
