package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.Inodes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which names are taken for one file. */
class LiveLinksTest {
    private static final long WALK = 1000;
    private static final Scan SCAN = new Scan(WALK, 0, 30);
    private static final long NOT_TOLD = 0;

    /** A file that was made and changed then. */
    private static FileStatus file(long born, long changed) {
        return new FileStatus(
                FileKind.FILE, 0644, 0, 0, 2, 10, 5, 0, changed, 0, born, 0, 0, 0, new Inodes.Identity(1, 2), false, 3);
    }

    private static boolean isOne(FileStatus first, FileStatus later) {
        Seen seen = Seen.of(first, Optional.empty());
        return new LiveLinks.Group.First(new byte[] {'a'}, seen, true, Optional.empty()).isAlso(later, SCAN);
    }

    @Test
    void whatWasMadeLongBeforeIsTheSameThoughItChanges() {
        assertThat(isOne(file(900, 950), file(900, 1001))).isTrue();
    }

    @Test
    void whatMayHaveBeenMadeSinceIsTheSameOnlyIfItLooksTheSame() {
        assertThat(isOne(file(NOT_TOLD, 950), file(NOT_TOLD, 950))).isTrue();
        assertThat(isOne(file(NOT_TOLD, 950), file(NOT_TOLD, 1001))).isFalse();
        assertThat(isOne(file(999, 999), file(999, 1001))).isFalse();
    }

    @Test
    void aNumberThatIsGivenAgainIsAnotherInode() {
        assertThat(LiveLinks.Inode.of(file(900, 950))).isEqualTo(LiveLinks.Inode.of(file(900, 960)));
        assertThat(LiveLinks.Inode.of(file(900, 950))).isNotEqualTo(LiveLinks.Inode.of(file(970, 970)));
    }
}
