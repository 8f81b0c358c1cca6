package io.flockerj.plugin.files;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.OddFiles;
import io.flockerj.plugin.storage.TreeListing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A tree with every kind of inode and attribute, made by root. */
public final class FullTree {
    private static final String SCRIPT = """
            set -euo pipefail
            cd "$1"
            mkdir dir dir/sub closed sticky 'with space'
            echo text >file
            chown 1000:100 file
            chmod 4751 file
            setfacl -m u:1001:rw,g:1002:x file
            setfattr -n user.binary -v 0x00ff0a3d25 file
            setfattr -n 'user.per%cent=equals' -v value file
            setfattr -n user.empty file
            setfacl -m u:1003:rwx,d:u:1004:rx,d:g:1005:w dir
            echo inherits >dir/inherits
            setfattr -n trusted.mark -v secret dir
            cp /bin/true capable
            chown 7:8 capable
            setcap cap_net_raw,cap_chown+ep capable
            ln file hard
            ln file dir/hard2
            ln -s 'no where' link
            ln link linked-link
            setfattr -h -n trusted.of-link -v x link
            ln -s "$(printf '/long%.0s' {1..300})" long-link
            mkfifo -m 600 fifo
            ln fifo linked-fifo
            mknod -m 640 zero c 1 5
            mknod -m 660 block b 7 250
            mknod large c 511 1048575
            printf start >holes && printf middle | dd of=holes bs=1 seek=1M status=none && truncate -s 10M holes
            printf end | dd of=ends-in-data bs=1 seek=5000000 status=none
            truncate -s 5M all-hole
            : >empty
            head -c 300000 /dev/urandom >random
            echo x >owned && chown 3000000000:4294967294 owned
            echo x >old && touch -d '1931-01-02 03:04:05.678901234Z' old
            echo x >future && touch -d '2499-12-31 23:59:59.000000001Z' future
            echo x >whole-second && touch -d '2001-02-03 04:05:06Z' whole-second
            touch "$(printf 'n%.0s' {1..255})" "$(printf 'é%.0s' {1..127})" 'with space/x' grün
            deep=$(printf 'deep-directory-%.0s/' {1..60})
            mkdir -p "$deep" && echo deep >"$deep/file" && ln "$deep/file" deep-link
            chmod 0 closed
            chmod 1777 sticky
            chmod 2755 dir/sub
            touch -h -d '2002-01-01 00:00:00.5Z' link
            find . -type d -exec touch -d '2003-03-03 03:03:03.123456789Z' {} +
            setfacl -m u:1006:x .
            chown 12:34 . && chmod 750 . && touch -d '2004-04-04 04:04:04.4Z' .
            """;

    private FullTree() {}

    /** Makes all of it in an empty directory. */
    public static void makeIn(Path root) throws IOException {
        OddFiles.makeIn(Files.createDirectory(root.resolve("odd")));
        bash(SCRIPT, root.toString());
    }

    /** All that an archive can hold of a tree. */
    static List<String> listing(Path root) throws IOException {
        return TreeListing.of(root).stream()
                .filter(line -> !line.contains(" type=s ") && !line.matches("[-a-zA-Z]{16,} \\./?.*"))
                .map(line -> line.replaceFirst(" blocks=\\d+", "").replaceFirst(" number=\\d+", ""))
                .map(line ->
                        line.replaceFirst("( type=d .*) links=\\d+", "$1").replaceFirst("( type=d .*) size=\\d+", "$1"))
                .toList();
    }

    /** The space that a file takes, in bytes. */
    public static long space(Path file) throws IOException {
        return Long.parseLong(LoopFileSystem.run(List.of("stat", "-c", "%b", file.toString()))
                        .strip())
                * 512;
    }

    public static String bash(String script, String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of("bash", "-c", script, "bash"));
        command.addAll(List.of(arguments));
        return LoopFileSystem.run(command);
    }
}
