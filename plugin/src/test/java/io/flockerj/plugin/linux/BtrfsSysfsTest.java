package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.flockerj.plugin.linux.Btrfs.QuotaMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from files of the kernel, as kernels of all ages write them. */
class BtrfsSysfsTest {
    private static final UUID FSID = UUID.fromString("b87406ce-6e6f-4245-92f1-4e5afcf85527");

    @TempDir
    Path root;

    private Path write(String file, String content) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, content);
    }

    @ParameterizedTest
    @CsvSource({"1,squota,SIMPLE", "1,qgroup,FULL", "0,squota,OFF", "0,disabled,OFF"})
    void theQuotaModeIsTheKernels(String enabled, String mode, QuotaMode expected) throws IOException {
        write("fs/btrfs/" + FSID + "/qgroups/enabled", enabled + "\n");
        write("fs/btrfs/" + FSID + "/qgroups/mode", mode + "\n");

        assertThat(Btrfs.quotaMode(root, FSID)).isEqualTo(expected);
    }

    @Test
    void quotasOfAKernelWithoutModesAreFull() throws IOException {
        write("fs/btrfs/" + FSID + "/qgroups/enabled", "1\n");

        assertThat(Btrfs.quotaMode(root, FSID)).isEqualTo(QuotaMode.FULL);
    }

    @Test
    void quotasThatWereNeverEnabledAreOff() throws IOException {
        assertThat(Btrfs.quotaMode(root, FSID)).isEqualTo(QuotaMode.OFF);
    }

    @Test
    void readsAllCountersOfAllocation() throws IOException {
        String directory = "fs/btrfs/" + FSID + "/allocation/metadata/";
        write(directory + "total_bytes", "1\n");
        write(directory + "bytes_used", "2\n");
        write(directory + "bytes_pinned", "3\n");
        write(directory + "bytes_reserved", "4\n");
        write(directory + "bytes_may_use", "5\n");
        write(directory + "bytes_readonly", "6\n");
        write(directory + "disk_total", "7\n");

        assertThat(Btrfs.allocation(root, FSID, "metadata")).isEqualTo(new Btrfs.Allocation(1, 2, 3, 4, 5, 6, 7));
    }

    @Test
    void aFileSystemThatIsListedIsSupported() throws IOException {
        write("filesystems", "nodev\tsysfs\n\text4\n\tmade-up\nnodev\tnodev-only\n");

        assertThat(Btrfs.supportedByKernel(root, "made-up")).isTrue();
        assertThat(Btrfs.supportedByKernel(root, "made")).isFalse();
        assertThat(Btrfs.supportedByKernel(root, "nonsense")).isFalse();
    }

    @Test
    void aGroupIdHasItsLevelOnTop() {
        assertThat(Btrfs.groupId(0, 256)).isEqualTo(256);
        assertThat(Btrfs.groupId(1, 1000)).isEqualTo(0x1_0000_0000_03E8L);
        assertThatIllegalArgumentException().isThrownBy(() -> Btrfs.groupId(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Btrfs.groupId(0x10000, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Btrfs.groupId(1, 1L << 48));
        assertThatIllegalArgumentException().isThrownBy(() -> Btrfs.groupId(1, -1));
    }
}
