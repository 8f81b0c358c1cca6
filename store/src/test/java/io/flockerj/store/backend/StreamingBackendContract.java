package io.flockerj.store.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.StreamingBackend.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every backend promises that also moves objects through little memory. */
public abstract class StreamingBackendContract extends BackendContract {
    private static final ObjectName NAME = new ObjectName("volumesets/1/packs/ef/efgh");
    private static final int LARGE = (9 << 20) + 17;
    private static final int WRITERS = 6;

    @TempDir
    private Path files;

    /** A new one that holds nothing; asked again, another program's view of the same place. */
    protected abstract StreamingBackend streaming() throws IOException;

    @Override
    protected Backend backend() throws IOException {
        return streaming();
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(files.resolve(name), content);
    }

    /** A part as it was opened: the whole's size, the part's length, and what came. */
    private String opened(ObjectName name, long from, long length) throws IOException {
        try (Part part = streaming().open(name, from, length)) {
            byte[] bytes = part.bytes().readAllBytes();
            assertThat(part.length()).isEqualTo(bytes.length);
            return part.size() + " " + new String(bytes, StandardCharsets.UTF_8);
        }
    }

    @Test
    void partsAreOpenedWithTheSizeOfTheWhole() throws IOException {
        streaming().create(NAME, List.of(bytes("abc"), bytes("defg")));

        assertThat(opened(NAME, 0, 100)).isEqualTo("7 abcdefg");
        assertThat(opened(NAME, 0, Long.MAX_VALUE)).isEqualTo("7 abcdefg");
        assertThat(opened(NAME, 0, 7)).isEqualTo("7 abcdefg");
        assertThat(opened(NAME, 2, 3)).isEqualTo("7 cde");
        assertThat(opened(NAME, 6, 3)).isEqualTo("7 g");
        assertThat(opened(NAME, 7, 3)).isEqualTo("7 ");
        assertThat(opened(NAME, 1000, 3)).isEqualTo("7 ");
        assertThat(opened(NAME, Long.MAX_VALUE, Long.MAX_VALUE)).isEqualTo("7 ");
        assertThat(opened(NAME, 0, 0)).isEqualTo("7 ");
        assertThat(opened(NAME, 3, 0)).isEqualTo("7 ");
    }

    @Test
    void anEmptyFileIsAnObject() throws IOException {
        assertThat(streaming().create(NAME, file("empty", new byte[0]))).isTrue();

        assertThat(opened(NAME, 0, 0)).isEqualTo("0 ");
        assertThat(opened(NAME, 0, 10)).isEqualTo("0 ");
    }

    @Test
    void whatIsNotThereIsToldWhenItIsOpened() throws IOException {
        for (long length : new long[] {0, 1, 100}) {
            assertThatThrownBy(() -> streaming().open(NAME, 0, length).close())
                    .isInstanceOf(NoSuchObjectException.class)
                    .hasMessageContaining(NAME.text());
            assertThatThrownBy(() -> streaming().open(NAME, 1L << 52, length).close())
                    .isInstanceOf(NoSuchObjectException.class);
        }
    }

    @Test
    void aFileBecomesAnObjectOnceAndIsNotNeededAfterwards() throws IOException {
        Path first = file("first", bytes("of a file"));

        assertThat(streaming().create(NAME, first)).isTrue();
        assertThat(streaming().create(NAME, file("second", bytes("another")))).isFalse();
        assertThat(streaming().create(NAME, List.of(bytes("bytes")))).isFalse();
        Files.deleteIfExists(first);

        assertThat(opened(NAME, 0, 100)).isEqualTo("9 of a file");
    }

    @Test
    void aLargeFileComesBackAndMayBeLeftInTheMiddle() throws IOException {
        byte[] content = new byte[LARGE];
        for (int at = 0; at < content.length; at++) {
            content[at] = (byte) (at * 31 + (at >> 12));
        }
        StreamingBackend backend = streaming();
        assertThat(backend.create(NAME, file("large", content))).isTrue();

        for (int time = 0; time < 5; time++) {
            try (Part part = backend.open(NAME, 1, LARGE)) {
                assertThat(part.bytes().readNBytes(3)).isEqualTo(Arrays.copyOfRange(content, 1, 4));
            }
        }
        try (Part part = backend.open(NAME, 5, LARGE - 6)) {
            assertThat(part.size()).isEqualTo(LARGE);
            assertThat(part.bytes().readAllBytes()).isEqualTo(Arrays.copyOfRange(content, 5, LARGE - 1));
            assertThat(part.bytes().read()).isEqualTo(-1);
        }
    }

    @Test
    void ofManyFilesThatWouldBeAnObjectOneIs() throws Exception {
        for (int round = 0; round < 5; round++) {
            ObjectName name = NAME.child("round" + round);
            List<Callable<Boolean>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                Path file = file("of writer " + writer + " in " + round, bytes("of writer " + writer));
                writers.add(() -> streaming().create(name, file));
            }
            List<Boolean> outcomes = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Boolean> done : threads.invokeAll(writers)) {
                    outcomes.add(done.get());
                }
            }
            assertThat(outcomes).filteredOn(made -> made).hasSize(1);
            assertThat(opened(name, 0, 100)).isEqualTo("11 of writer " + outcomes.indexOf(true));
        }
    }
}
