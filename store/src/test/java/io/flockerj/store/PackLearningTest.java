package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Trace;
import io.flockerj.store.backend.TracedBackend;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.index.DiskChunkIndex;
import io.flockerj.store.index.IndexCache;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.pack.PackInfo;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it costs in requests to know what is in packs. */
class PackLearningTest {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final Id REPOSITORY = new Id(2, 2);
    // format.md section 5, the header of a pack
    private static final int VERSION_AT = 8;
    private static final int HEADER_CHECKSUM_AT = 60;
    private static final long FIRST_FRAME_AT = 64;

    private final Random random = new Random(4);
    private final MemoryBackend memory = new MemoryBackend(InstantSource.system());
    private final List<Trace.Call> calls = Collections.synchronizedList(new ArrayList<>());
    private Backend backend = new TracedBackend(memory, InstantSource.system(), calls::add);
    private final List<PackInfo> packs = new ArrayList<>();
    private final List<Hash> chunks = new ArrayList<>();

    @TempDir
    Path directory;

    @BeforeEach
    void create() throws IOException {
        Repository.create(backend, VOLUMESET, REPOSITORY);
    }

    @Test
    void eachFooterIsReadOnceOnAHost() throws IOException {
        write(100);
        try (DiskChunkIndex index = index()) {
            assertThat(learn(index)).isEmpty();
            assertThat(reads("/packs/")).isEqualTo(100);
            assertThat(chunks).allMatch(index::contains);
        }

        try (DiskChunkIndex index = index()) {
            assertThat(learn(index)).isEmpty();
            assertThat(calls).isEmpty();
            assertThat(chunks).allMatch(index::contains);
        }

        write(1);
        try (DiskChunkIndex index = index()) {
            assertThat(learn(index)).isEmpty();
            assertThat(calls).hasSize(1);
            assertThat(chunks).allMatch(index::contains);
        }
    }

    @Test
    void aPackOfANewerProgramAndABrokenOneDoNotHideTheOthers() throws IOException {
        write(3);
        replace(packs.get(0), bytes -> ByteBuffer.wrap(bytes).put(VERSION_AT, (byte) 2));
        replace(packs.get(1), bytes -> ByteBuffer.wrap(bytes).put(0, (byte) 2));
        MemoryChunkIndex index = new MemoryChunkIndex();
        List<IOException> passedOver = new ArrayList<>();

        try (ChunkReader reader = Repository.open(backend, VOLUMESET).reader(index)) {
            assertThat(reader.learnAll(passedOver::add)).containsExactly(packs.get(2));
        }

        assertThat(passedOver)
                .extracting(Object::getClass)
                .map(Class::getSimpleName)
                .containsExactlyInAnyOrder("UnsupportedException", "BrokenException");
        assertThat(chunks.stream().filter(index::contains)).hasSize(1);
    }

    /** Changes the header of a pack, and makes its checksum right. */
    private void replace(PackInfo pack, Consumer<byte[]> change) throws IOException {
        ObjectName name = name(pack);
        byte[] bytes = memory.read(name, 0, 1 << 20);
        change.accept(bytes);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, HEADER_CHECKSUM_AT);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(HEADER_CHECKSUM_AT, (int) checksum.getValue());
        memory.delete(name);
        memory.create(name, List.of(bytes));
    }

    @Test
    void whatIsWrittenIsRememberedWithoutReadingIt() throws IOException {
        try (DiskChunkIndex index = index()) {
            write(3, index);
        }

        try (DiskChunkIndex index = index()) {
            assertThat(learn(index)).isEmpty();
            assertThat(calls).isEmpty();
        }
    }

    @Test
    void whetherManyPacksAreThereIsAskedByOneList() throws IOException {
        write(100);
        remember();

        try (DiskChunkIndex index = index()) {
            assertThat(learnPresent(index)).isEmpty();
            assertThat(calls).extracting(Trace.Call::kind).containsExactly(Trace.Kind.LIST);
        }
    }

    @Test
    void whetherAFewPacksAreThereIsAskedOfEach() throws IOException {
        write(10);
        remember();

        try (DiskChunkIndex index = index()) {
            assertThat(learnPresent(index)).isEmpty();
            assertThat(reads("/packs/")).isEqualTo(10);
            assertThat(calls).allMatch(call -> call.down() < 100);
        }
    }

    @Test
    void aPackThatIsRememberedButGoneOrAnotherIsNotBuiltOn() throws IOException {
        for (int count : new int[] {10, 100}) {
            packs.clear();
            write(count);
            remember();
            PackInfo gone = packs.get(3);
            PackInfo shorter = packs.get(5);
            memory.delete(name(gone));
            byte[] whole = memory.read(name(shorter), 0, Integer.MAX_VALUE);
            memory.delete(name(shorter));
            memory.create(name(shorter), List.of(Arrays.copyOf(whole, whole.length - 1)));

            try (DiskChunkIndex index = index()) {
                assertThat(learnPresent(index)).as("of %d", count).containsExactlyInAnyOrder(gone, shorter);
                assertThat(index.knows(gone.name())).isFalse();
                assertThat(index.knows(packs.get(4).name())).isTrue();
            }
        }
    }

    @Test
    void whatAListDoesNotShowYetIsThereAllTheSame() throws IOException {
        write(40);
        remember();
        PackInfo late = packs.get(7);
        backend = notListing(late);

        try (DiskChunkIndex index = index()) {
            assertThat(learnPresent(index)).isEmpty();
            assertThat(calls).hasSize(2);
        }
    }

    @Test
    void footersAreReadSeveralAtATimeWhereOthersAsk() throws IOException {
        write(100);
        CountDownLatch together = new CountDownLatch(4);
        backend = around((method, arguments) -> {
            if (method.equals("read") && arguments[0].toString().contains("/packs/")) {
                together.countDown();
                assertThat(together.await(1, TimeUnit.MINUTES)).isTrue();
            }
        });
        Repository repository = Repository.open(backend, VOLUMESET);
        ChunkIndex index = new MemoryChunkIndex();
        try (ChunkReader reader = repository.reader(index, Thread::startVirtualThread)) {
            assertThat(reader.learn(packs)).isEmpty();
        }

        assertThat(chunks).allMatch(index::contains);
    }

    @Test
    void thatAPackCannotBeReadJustNowIsNotTakenForDamage() throws IOException {
        write(1);
        backend = around((method, arguments) -> {
            if (method.equals("read") && arguments[1].equals(FIRST_FRAME_AT)) {
                throw new FileSystemException("too many open files");
            }
        });
        MemoryChunkIndex index = new MemoryChunkIndex();

        try (ChunkReader reader = Repository.open(backend, VOLUMESET).reader(index)) {
            assertThatThrownBy(() -> reader.chunk(chunks.getFirst())).isInstanceOf(FileSystemException.class);
        }

        assertThat(index.knows(packs.getFirst().name())).isTrue();
    }

    /** Happens before a call. */
    private interface Before {
        void call(String method, Object[] arguments) throws Exception;
    }

    private Backend around(Before before) {
        Backend next = backend;
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    before.call(method.getName(), arguments);
                    try {
                        return method.invoke(next, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @SuppressWarnings("unchecked")
    private Backend notListing(PackInfo pack) {
        return around((method, arguments) -> {
            if (method.equals("list")) {
                Consumer<Listed> each = (Consumer<Listed>) arguments[1];
                arguments[1] = (Consumer<Listed>) listed -> {
                    if (!listed.name().equals(name(pack))) {
                        each.accept(listed);
                    }
                };
            }
        });
    }

    private void remember() throws IOException {
        try (DiskChunkIndex index = index()) {
            learn(index);
            calls.clear();
        }
    }

    private List<PackInfo> learn(ChunkIndex index) throws IOException {
        Repository repository = Repository.open(backend, VOLUMESET);
        calls.clear();
        try (ChunkReader reader = repository.reader(index)) {
            return reader.learn(packs);
        }
    }

    private List<PackInfo> learnPresent(ChunkIndex index) throws IOException {
        Repository repository = Repository.open(backend, VOLUMESET);
        calls.clear();
        try (ChunkReader reader = repository.reader(index)) {
            return reader.learnPresent(packs);
        }
    }

    private long reads(String folder) {
        return calls.stream()
                .filter(call ->
                        call.kind() == Trace.Kind.READ && call.name().text().contains(folder))
                .count();
    }

    private DiskChunkIndex index() {
        return IndexCache.open(directory, 1 << 30, InstantSource.system()).index(REPOSITORY);
    }

    private void write(int count) throws IOException {
        write(count, new MemoryChunkIndex());
    }

    private void write(int count, ChunkIndex index) throws IOException {
        Repository repository = Repository.open(backend, VOLUMESET);
        for (int i = 0; i < count; i++) {
            try (ChunkWriter writer = repository.writer(index)) {
                byte[] chunk = new byte[100];
                random.nextBytes(chunk);
                chunks.add(writer.data(chunk, 0, chunk.length));
                writer.finish();
                packs.addAll(writer.written());
            }
        }
        calls.clear();
    }

    private static ObjectName name(PackInfo pack) {
        return Layout.of(VOLUMESET).pack(pack.name());
    }
}
