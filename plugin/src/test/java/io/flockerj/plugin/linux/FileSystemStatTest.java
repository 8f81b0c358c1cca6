package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.LoopFileSystem.Kind;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("root")
class FileSystemStatTest {
    @ParameterizedTest
    @EnumSource(Kind.class)
    void tellsKindAndSpace(Kind kind) throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(kind, 320)) {
            FileSystemStat stat = FileSystemStat.of(fs.root());
            FileStore store = Files.getFileStore(fs.root());

            long magic = switch (kind) {
                case BTRFS -> FileSystemStat.BTRFS_MAGIC;
                case EXT4 -> FileSystemStat.EXT4_MAGIC;
                case XFS -> FileSystemStat.XFS_MAGIC;
            };
            assertThat(stat.typeMagic()).isEqualTo(magic);
            assertThat(stat.isBtrfs()).isEqualTo(kind == Kind.BTRFS);
            assertThat(stat.readOnly()).isFalse();
            assertThat(stat.blockSize()).isEqualTo(store.getBlockSize());
            assertThat(stat.totalBytes()).isEqualTo(store.getTotalSpace());
            assertThat(stat.freeBytes()).isEqualTo(store.getUnallocatedSpace());
            assertThat(stat.availableBytes()).isEqualTo(store.getUsableSpace());
            assertThat(stat.totalInodes() > 0).isEqualTo(kind != Kind.BTRFS);
            assertThat(stat.freeInodes()).isLessThanOrEqualTo(stat.totalInodes());
        }
    }

    @Test
    void aReadOnlyMountSaysSo() throws IOException {
        try (LoopFileSystem fs = LoopFileSystem.create(Kind.EXT4, 64)) {
            Path again = Files.createDirectory(fs.beside("again"));
            Mounts.bind(fs.root(), again);
            Mounts.remountReadOnlyBind(again);

            assertThat(FileSystemStat.of(again).readOnly()).isTrue();
            assertThat(FileSystemStat.of(fs.root()).readOnly()).isFalse();
            assertThat(FileSystemStat.of(again).fsid())
                    .isEqualTo(FileSystemStat.of(fs.root()).fsid())
                    .isNotZero();
        }
    }
}
