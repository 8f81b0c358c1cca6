package io.flockerj.store.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every backend and every decorator of one promises. */
public abstract class BackendContract {
    private static final ObjectName NAME = new ObjectName("volumesets/1/packs/ab/abcd");
    private static final ObjectName HEAD = new ObjectName("volumesets/1/branches/main");
    private static final int WRITERS = 6;

    /** A new one that holds nothing; asked again, another program's view of the same place. */
    protected abstract Backend backend() throws IOException;

    @Test
    void whatWasMadeIsReadAsAWholeAndInParts() throws IOException {
        assertThat(backend().create(NAME, List.of(bytes("abc"), bytes(""), bytes("defg"))))
                .isTrue();

        assertThat(read(NAME, 0, 100)).isEqualTo("abcdefg");
        assertThat(read(NAME, 0, 7)).isEqualTo("abcdefg");
        assertThat(read(NAME, 2, 3)).isEqualTo("cde");
        assertThat(read(NAME, 6, 3)).isEqualTo("g");
        assertThat(read(NAME, 7, 3)).isEmpty();
        assertThat(read(NAME, 1000, 3)).isEmpty();
        assertThat(read(NAME, 3, 0)).isEmpty();
    }

    @Test
    void anEmptyObjectIsOne() throws IOException {
        assertThat(backend().create(NAME, List.of())).isTrue();

        assertThat(read(NAME, 0, 1)).isEmpty();
        assertThat(listed("volumesets")).containsExactly(NAME + " 0");
    }

    @Test
    void aLargeObjectComesBack() throws IOException {
        byte[] piece = new byte[1 << 20];
        Arrays.fill(piece, (byte) 7);
        backend().create(NAME, List.of(piece, piece, piece));

        byte[] read = backend().read(NAME, 1, 4 << 20);

        assertThat(read).hasSize((3 << 20) - 1).containsOnly(7);
    }

    @Test
    void whatIsNotThereIsToldApart() {
        assertThatThrownBy(() -> backend().read(NAME, 0, 1))
                .isInstanceOf(NoSuchObjectException.class)
                .hasMessageContaining(NAME.text());
    }

    @Test
    void whatIsThereStaysAsItIs() throws IOException {
        backend().create(NAME, List.of(bytes("first")));

        assertThat(backend().create(NAME, List.of(bytes("second")))).isFalse();

        assertThat(read(NAME, 0, 100)).isEqualTo("first");
    }

    @Test
    void ofManyWhoMakeAnObjectOneSucceeds() throws Exception {
        for (int round = 0; round < 10; round++) {
            ObjectName name = NAME.child("round" + round);
            List<Boolean> outcomes =
                    atOnce(writer -> backend().create(name, List.of(bytes("of "), bytes("writer " + writer))));

            assertThat(outcomes).filteredOn(made -> made).hasSize(1);
            assertThat(read(name, 0, 100)).isEqualTo("of writer " + outcomes.indexOf(true));
        }
    }

    @Test
    void nobodySeesAPartOfWhatIsBeingMadeNorOfWhatCouldNotBeMadeWhole() throws IOException {
        List<String> seen = new ArrayList<>();
        List<byte[]> endsEarly = new AbstractList<>() {
            @Override
            public byte[] get(int index) {
                try {
                    seen.addAll(listed("volumesets"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                if (index == 1) {
                    throw new IllegalStateException("the rest is not there");
                }
                return bytes("a part of it");
            }

            @Override
            public int size() {
                return 2;
            }
        };

        assertThatThrownBy(() -> backend().create(NAME, endsEarly)).hasMessageContaining("the rest is not there");

        seen.addAll(listed("volumesets"));
        assertThat(seen).isEmpty();
        assertThatThrownBy(() -> backend().read(NAME, 0, 1)).isInstanceOf(NoSuchObjectException.class);
        assertThat(backend().create(NAME, List.of(bytes("all of it")))).isTrue();
        assertThat(read(NAME, 0, 100)).isEqualTo("all of it");
    }

    @Test
    void aListTellsAllThatIsBelowAFolderAndNothingElse() throws IOException {
        Backend backend = backend();
        backend.create(new ObjectName("a/b"), List.of(bytes("1")));
        backend.create(new ObjectName("a/c/d/e"), List.of(bytes("22")));
        backend.create(new ObjectName("a-/x"), List.of(bytes("333")));
        backend.create(new ObjectName("ab"), List.of(bytes("4444")));
        backend.swap(new ObjectName("a/heads/main"), Optional.empty(), bytes("55555"));

        assertThat(listed("a")).containsExactlyInAnyOrder("a/b 1", "a/c/d/e 2", "a/heads/main 5");
        assertThat(listed("a/heads")).containsExactly("a/heads/main 5");
        assertThat(listed("a/c/d")).containsExactly("a/c/d/e 2");
        assertThat(listed("nowhere")).isEmpty();
    }

    @Test
    void laterObjectsAreNotOlder() throws IOException {
        Backend backend = backend();
        backend.create(new ObjectName("a/1"), List.of());
        backend.create(new ObjectName("a/2"), List.of());
        List<Listed> listed = new ArrayList<>();

        backend.list(new ObjectName("a"), listed::add);

        listed.sort(Comparator.comparing(Listed::name));
        assertThat(listed).extracting(Listed::modified).hasSize(2).isSorted();
    }

    @Test
    void whatIsRemovedIsGoneAndCanBeMadeAnew() throws IOException {
        Backend backend = backend();
        backend.create(NAME, List.of(bytes("x")));
        Version first = backend.swap(HEAD, Optional.empty(), bytes("1")).orElseThrow();
        backend.swap(HEAD, Optional.of(first), bytes("2"));

        backend.delete(NAME);
        backend.delete(HEAD);
        backend.delete(HEAD);

        assertThat(listed("volumesets")).isEmpty();
        assertThat(backend.value(HEAD)).isEmpty();
        assertThatThrownBy(() -> backend.read(NAME, 0, 1)).isInstanceOf(NoSuchObjectException.class);
        assertThat(backend.create(NAME, List.of(bytes("y")))).isTrue();
        assertThat(backend.swap(HEAD, Optional.empty(), bytes("3"))).isPresent();
    }

    @Test
    void aValueIsReplacedByWhoKnowsIt() throws IOException {
        Version first = backend().swap(HEAD, Optional.empty(), bytes("first")).orElseThrow();
        assertThat(backend().value(HEAD)).contains(new Value(Bytes.utf8("first"), first));

        Version second =
                backend().swap(HEAD, Optional.of(first), bytes("second")).orElseThrow();

        assertThat(second).isNotEqualTo(first);
        assertThat(backend().value(HEAD)).contains(new Value(Bytes.utf8("second"), second));
    }

    @Test
    void whoDoesNotKnowAValueReplacesNothing() throws IOException {
        Version first = backend().swap(HEAD, Optional.empty(), bytes("first")).orElseThrow();
        Version second =
                backend().swap(HEAD, Optional.of(first), bytes("second")).orElseThrow();

        assertThat(backend().swap(HEAD, Optional.of(first), bytes("third"))).isEmpty();
        assertThat(backend().swap(HEAD, Optional.empty(), bytes("fourth"))).isEmpty();
        assertThat(backend().swap(HEAD.child("other"), Optional.of(second), bytes("fifth")))
                .isEmpty();

        assertThat(backend().value(HEAD)).contains(new Value(Bytes.utf8("second"), second));
        assertThat(backend().value(new ObjectName("volumesets/1/branches/none")))
                .isEmpty();
    }

    @Test
    void noIncrementOfACounterIsLost() throws Exception {
        int each = 15;
        atOnce(writer -> {
            Backend backend = backend();
            for (int done = 0; done < each; ) {
                Optional<Value> value = backend.value(HEAD);
                int count = value.map(
                                read -> Integer.parseInt(read.bytes().toString().replaceAll(" .*", "")))
                        .orElse(0);
                // With a nonce, as the promise asks for.
                byte[] next = bytes((count + 1) + " by " + writer + " " + done);
                if (backend.swap(HEAD, value.map(Value::version), next).isPresent()) {
                    done++;
                }
            }
            return true;
        });

        assertThat(backend().value(HEAD).orElseThrow().bytes().toString()).startsWith(WRITERS * each + " by ");
    }

    private interface Work<T> {
        T run(int writer) throws Exception;
    }

    private static <T> List<T> atOnce(Work<T> work) throws Exception {
        List<T> outcomes = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int number = writer;
                tasks.add(() -> work.run(number));
            }
            for (Future<T> done : threads.invokeAll(tasks)) {
                outcomes.add(done.get());
            }
        }
        return outcomes;
    }

    private String read(ObjectName name, long from, int length) throws IOException {
        return new String(backend().read(name, from, length), StandardCharsets.UTF_8);
    }

    private List<String> listed(String folder) throws IOException {
        List<String> names = new ArrayList<>();
        backend().list(new ObjectName(folder), each -> names.add(each.name() + " " + each.size()));
        return names;
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
