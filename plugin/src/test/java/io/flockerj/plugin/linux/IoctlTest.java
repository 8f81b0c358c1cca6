package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

/** Against numbers that a C compiler made of the kernel's headers. */
class IoctlTest {
    @Test
    void numbersAreThoseOfTheHeaders() {
        assertThat(Ioctl.read('f', 1, 8)).as("FS_IOC_GETFLAGS").isEqualTo(0x80086601L);
        assertThat(Ioctl.write('f', 2, 8)).as("FS_IOC_SETFLAGS").isEqualTo(0x40086602L);
        assertThat(Ioctl.write(0x94, 24, 4096)).as("BTRFS_IOC_SUBVOL_CREATE_V2").isEqualTo(0x50009418L);
        assertThat(Ioctl.readWrite(0x94, 17, 112))
                .as("BTRFS_IOC_TREE_SEARCH_V2")
                .isEqualTo(0xC0709411L);
        assertThat(Ioctl.read(0x12, 114, 8)).as("BLKGETSIZE64").isEqualTo(0x80081272L);
    }

    @Test
    void machinesAreToldApart() {
        assertThat(Architecture.of("x86_64")).isEqualTo(Architecture.X86_64);
        assertThat(Architecture.of("aarch64")).isEqualTo(Architecture.AARCH64);
        assertThat(Architecture.CURRENT).isIn(Architecture.X86_64, Architecture.AARCH64);
    }

    @Test
    void anotherMachineIsRefusedByName() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> Architecture.of("riscv64"))
                .withMessageContaining("riscv64");
    }
}
