package io.flockerj.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MountTableTest {
    private static final MountTable TABLE = MountTable.of(List.of(
            "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
            "40 22 0:44 / /srv rw shared:7 - btrfs /dev/vdb rw",
            "41 40 0:45 / /srv/a\\040b\\134c rw - tmpfs tmpfs rw",
            "42 40 0:46 / /srv/\u00c3\u00bc rw - tmpfs tmpfs rw",
            "43 22 0:47 / /srv-other rw - tmpfs tmpfs rw"));

    @Test
    void whatIsMountedBelowADirectoryIsFoundByItsPlainName() {
        assertThat(TABLE.below(Path.of("/srv"))).containsExactly(Path.of("/srv/a b\\c"), Path.of("/srv/ü"));
        assertThat(TABLE.below(Path.of("/srv/ü"))).isEmpty();
    }

    @Test
    void aMountPointIsKnown() {
        assertThat(TABLE.isMountPoint(Path.of("/srv"))).isTrue();
        assertThat(TABLE.isMountPoint(Path.of("/srv/x"))).isFalse();
    }
}
