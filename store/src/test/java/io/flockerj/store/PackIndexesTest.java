package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendDecorator;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NotAllowedException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Trace;
import io.flockerj.store.backend.TracedBackend;
import io.flockerj.store.backend.memory.MemoryBackend;
import io.flockerj.store.history.PackIndex;
import io.flockerj.store.history.PackList;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.IndexedPack;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackReader;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many packs in one object: written by pushes now and then, read by hosts that know nothing yet. */
class PackIndexesTest {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final Layout LAYOUT = Layout.of(VOLUMESET);

    private final Random random = new Random(4);
    private final MemoryBackend memory = new MemoryBackend(InstantSource.system());
    private final List<Trace.Call> calls = Collections.synchronizedList(new ArrayList<>());
    private final Backend backend = new TracedBackend(memory, InstantSource.system(), calls::add);
    private final List<Hash> chunks = new ArrayList<>();
    private Repository repository;
    private PackList packs = new PackList(List.of(), List.of());

    @BeforeEach
    void create() throws IOException {
        repository = Repository.create(backend, VOLUMESET, new Id(2, 2));
    }

    @Test
    void aThousandSmallPushesAreLearnedByAFewRequests() throws IOException {
        push(1000);
        calls.clear();

        ChunkIndex index = learn(repository.packs(packs));

        assertThat(chunks).allMatch(index::contains);
        assertThat(calls).hasSizeLessThan(45);
        assertThat(indexes()).hasSizeLessThan(20);
    }

    @Test
    void smallPushesWriteAnIndexOnlyNowAndThen() throws IOException {
        push(320);

        assertThat(calls.stream().filter(call -> call.kind() == Trace.Kind.CREATE && isIndex(call.name())))
                .hasSize(19);
        assertThat(calls.stream().filter(call -> isPack(call.name()) && call.kind() == Trace.Kind.READ))
                .hasSizeLessThanOrEqualTo(320);
    }

    @Test
    void whateverBecomesOfAnIndexCostsRequestsAndNoMore() throws IOException {
        push(40);
        List<PackInfo> all = repository.packs(packs);
        Listed index = indexes().getFirst();
        byte[] whole = memory.read(index.name(), 0, Integer.MAX_VALUE);
        List<IndexedPack> told = PackIndex.read("index", whole, pack -> true);
        List<byte[]> others = new ArrayList<>();
        others.add(new byte[0]);
        others.add(whole.clone());
        others.getLast()[100] ^= 1;
        others.add(PackIndex.write(told.subList(0, 3)));
        others.add(PackIndex.write(told.stream()
                .map(pack -> new IndexedPack(
                        pack.name(), pack.size(), told.getFirst().body()))
                .toList()));
        others.add(PackIndex.write(told.stream()
                .map(pack -> new IndexedPack(pack.name(), pack.size(), Bytes.utf8("none")))
                .toList()));
        for (byte[] other : others) {
            indexes().forEach(listed -> memory.delete(listed.name()));
            memory.create(LAYOUT.index(Sha256.of(other)), List.of(other));
            memory.create(index.name(), List.of(other));

            ChunkIndex learned = learn(all);

            assertThat(chunks).allMatch(learned::contains);
        }
    }

    @Test
    void anIndexThatThisProgramCannotReadIsLeftAlone() throws IOException {
        byte[] newer = PackIndex.write(List.of());
        newer[8] = 2;
        ObjectName name = LAYOUT.index(Sha256.of(newer));
        memory.create(name, List.of(newer));

        push(320);

        assertThat(indexes()).extracting(Listed::name).contains(name);
        assertThat(indexes()).hasSizeLessThan(10);
    }

    @Test
    void chunksThatNoCommitLeadsToAreFoundByAnIndexToo() throws IOException {
        push(300);
        calls.clear();

        try (ChunkReader reader = repository.reader(new MemoryChunkIndex())) {
            assertThat(reader.chunk(chunks.get(17)).length()).isEqualTo(100);
        }

        assertThat(calls).hasSizeLessThan(20);
    }

    @Test
    void whatAnIndexTellsOfPacksThatNobodyNamesIsNotBelieved() throws IOException {
        push(40);
        List<IndexedPack> told = new ArrayList<>();
        for (Listed index : indexes()) {
            told.addAll(PackIndex.read("index", memory.read(index.name(), 0, Integer.MAX_VALUE), pack -> true));
            memory.delete(index.name());
        }
        byte[] lie = PackIndex.write(told.stream()
                .map(pack -> new IndexedPack(
                        pack.name(), pack.size(), told.getFirst().body()))
                .toList());
        memory.create(LAYOUT.index(Sha256.of(lie)), List.of(lie));

        for (Hash chunk : chunks.subList(0, 30)) {
            try (ChunkReader reader = repository.reader(new MemoryChunkIndex())) {
                assertThat(reader.chunk(chunk).length()).isEqualTo(100);
            }
        }
    }

    @Test
    void whereNothingCanBeDeletedEachIndexCostsNoMoreThanTheOneBefore() throws IOException {
        repository = Repository.open(notDeleting(), VOLUMESET);
        push(640);
        calls.clear();

        push(320);

        assertThat(calls.stream().filter(call -> call.kind() == Trace.Kind.READ && isIndex(call.name())))
                .hasSizeLessThan(20 * 15);
        assertThat(chunks).allMatch(learn(repository.packs(packs))::contains);
    }

    private Backend notDeleting() {
        return new BackendDecorator(backend) {
            @Override
            public void delete(ObjectName name) throws IOException {
                throw new NotAllowedException("told not to delete", new IOException());
            }
        };
    }

    @Test
    void anIndexThatAnotherHostHasJustMadeOfTheSameStays() throws IOException {
        push(16 * 8);
        List<PackInfo> last = packs.packs();
        List<byte[]> parts = new ArrayList<>();
        for (Listed listed : indexes()) {
            parts.add(memory.read(listed.name(), 0, Integer.MAX_VALUE));
        }
        IndexGathering gathering = new IndexGathering(memory, LAYOUT, new Requests(Runnable::run));
        gathering.gather(last);
        List<Listed> made = indexes();
        for (byte[] part : parts) {
            memory.create(LAYOUT.index(Sha256.of(part)), List.of(part));
        }

        gathering.gather(last);

        assertThat(made).hasSize(1);
        assertThat(indexes()).extracting(Listed::name).contains(made.getFirst().name());
    }

    @Test
    void longIndexesAreNotReadForAFewPacks() throws IOException {
        push(20);
        byte[] body = new byte[6 << 20];
        for (int i = 0; i < 5; i++) {
            byte[] large = PackIndex.write(List.of(new IndexedPack(new Hash(i, i, i, i), 100 << 20, Bytes.of(body))));
            memory.create(LAYOUT.index(Sha256.of(large)), List.of(large));
        }
        List<PackInfo> all = repository.packs(packs);
        calls.clear();

        assertThat(chunks).allMatch(learn(all)::contains);

        assertThat(calls).allMatch(call -> call.down() < 1 << 20);
    }

    @Test
    void manyPacksOfOneWriterHaveIndexesAndAFewHaveNone() throws IOException {
        push(70);
        indexes().forEach(listed -> memory.delete(listed.name()));
        List<IndexedPack> written = new ArrayList<>();
        try (PackReader reader = new PackReader((pack, from, length) -> memory.read(LAYOUT.pack(pack), from, length))) {
            for (PackInfo pack : repository.packs(packs)) {
                written.add(reader.end(pack).indexed());
            }
        }

        assertThat(indexesOf(written.subList(0, 64))).isZero();
        assertThat(indexesOf(written.subList(0, 65))).isEqualTo(3);
        assertThat(indexesOf(written)).isEqualTo(3);
    }

    private int indexesOf(List<IndexedPack> written) throws IOException {
        indexes().forEach(listed -> memory.delete(listed.name()));
        IndexWriting writing = new IndexWriting(new PackIndexes(memory, LAYOUT, new Requests(Runnable::run)), 30, 65);
        for (IndexedPack pack : written) {
            writing.add(pack);
        }
        int before = indexes().size();
        writing.finish();
        assertThat(before).isEqualTo(written.size() / 30);
        return indexes().size() - (written.size() < 65 ? before : 0);
    }

    private void push(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            try (ChunkWriter writer = repository.writer(new MemoryChunkIndex())) {
                byte[] chunk = new byte[100];
                random.nextBytes(chunk);
                chunks.add(writer.data(chunk, 0, chunk.length));
                writer.finish();
                packs = repository.name(packs, writer.written());
            }
        }
    }

    private ChunkIndex learn(List<PackInfo> named) throws IOException {
        ChunkIndex index = new MemoryChunkIndex();
        try (ChunkReader reader = repository.reader(index)) {
            assertThat(reader.learn(named)).isEmpty();
        }
        return index;
    }

    private List<Listed> indexes() throws IOException {
        List<Listed> indexes = new ArrayList<>();
        memory.list(LAYOUT.indexes(), indexes::add);
        return indexes;
    }

    private static boolean isIndex(ObjectName name) {
        return name.text().contains("/index/");
    }

    private static boolean isPack(ObjectName name) {
        return name.text().contains("/packs/");
    }
}
