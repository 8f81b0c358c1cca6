package io.flockerj.plugin.storage;

import io.flockerj.plugin.linux.LoopFileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything that can be told of a tree but times of access and change: of each file its type, mode, owner, size, space, time, number
 * and links, its content, flags, extended attributes (with them ACLs and capabilities) and device numbers.
 */
public final class TreeListing {
    private static final String SCRIPT = """
            set -euo pipefail
            export LC_ALL=C
            cd "$1"
            {
                find . -printf '%p type=%y mode=%m owner=%U:%G size=%s blocks=%b time=%T@ links=%n number=%i to=%l\\n'
                find . \\( -type b -o -type c \\) -exec stat -c '%n device=%t:%T' {} +
                find . -type f -exec sha256sum {} +
                find . \\( -type f -o -type d \\) -exec lsattr -d {} +
                getfattr -R -h -d -m - -e hex . | perl -00 -ne 's/\\n/ /g; print "$_\\n"'
            } | sort
            """;

    private TreeListing() {}

    /** One line for each thing that is told, sorted. Paths are relative to the root, none longer than the kernel takes at once. */
    public static List<String> of(Path root) throws IOException {
        return LoopFileSystem.run(List.of("bash", "-c", SCRIPT, "listing", root.toString()))
                .lines()
                .toList();
    }
}
