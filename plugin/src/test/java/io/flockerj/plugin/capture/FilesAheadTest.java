package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesAheadTest {
    private static final int FILES = 40;

    @TempDir
    private Path directory;

    @Test
    void whatHasNotBegunWhenAWalkIsGivenUpIsNotRead() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        List<byte[]> names = new AbstractList<>() {
            @Override
            public byte[] get(int index) {
                asked.incrementAndGet();
                return bytes("file-" + index);
            }

            @Override
            public int size() {
                return FILES;
            }
        };
        for (int file = 0; file < FILES; file++) {
            Files.writeString(directory.resolve("file-" + file), "text");
        }
        List<Runnable> waiting = new ArrayList<>();
        try (FilesAhead files = new FilesAhead(waiting::add);
                FileHandle handle = FileHandle.openDirectory(directory)) {
            FilesAhead.Directory walked = files.in(names);
            assertThat(walked.next(handle)).isPresent();
            int before = asked.get();

            walked.abandon();

            assertThat(waiting).hasSizeGreaterThan(1);
            assertThat(asked).as("names looked at").hasValue(before);
        }
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatCannotBeKeptOfAFileThatWasReadAheadIsToldWithItsPath() throws IOException {
        Files.writeString(directory.resolve("file"), "text");
        byte[] content = bytes("text");
        try (FileHandle handle = FileHandle.openDirectory(directory)) {
            FileStatus status = FileStatus.in(handle, bytes("file"));
            SmallFile file = new SmallFile(
                    bytes("file"), modified(status, Long.MAX_VALUE), 0, Bytes.EMPTY, content, Sha256.of(content));

            assertThatIOException()
                    .isThrownBy(() -> new CapturedTrees().live((writer, nodes) -> {
                        try (CaptureRun run = new CaptureRun(writer, BlockHashes.NONE, Progress.IGNORED)) {
                            run.inodes().entry(handle, file);
                        }
                        throw new AssertionError("nothing was wrong with it");
                    }))
                    .withMessageContaining(directory.resolve("file").toString());
        }
    }

    private static FileStatus modified(FileStatus status, long seconds) {
        return new FileStatus(
                status.kind(),
                status.mode(),
                status.uid(),
                status.gid(),
                status.links(),
                status.size(),
                seconds,
                status.modifiedNanos(),
                status.changed(),
                status.changedNanos(),
                status.born(),
                status.bornNanos(),
                status.major(),
                status.minor(),
                status.identity(),
                status.unchangeable(),
                status.mount());
    }
}
