package io.flockerj.store.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.ChunkReader;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefState;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.MemoryChunkIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What really is, at the place and in the histories of all hosts. It is the place too: whatever happens there is compared at once with
 * what may happen.
 */
final class Truth implements Backend {
    private final Backend place;
    private final Id volumeset;
    private final String base;
    private final Map<Id, Snapshot> snapshots = new LinkedHashMap<>();
    private final Map<Id, RefMove> intents = new HashMap<>();
    private final Map<String, List<RefState>> refs = new TreeMap<>();
    private final Map<Id, Hash> commits = new LinkedHashMap<>();
    private final Set<Id> removed = new HashSet<>();

    Truth(Backend place, Id volumeset) {
        this.place = place;
        this.volumeset = volumeset;
        this.base = "volumesets/" + volumeset + "/";
    }

    // --- what hosts do on their own --------------------------------------------------------------------------------

    void add(Snapshot snapshot) {
        assertThat(snapshots.put(snapshot.id(), snapshot)).isNull();
    }

    Snapshot get(Id id) {
        Snapshot snapshot = snapshots.get(id);
        if (snapshot == null) {
            throw new AssertionError("nobody took a snapshot " + id);
        }
        return snapshot;
    }

    boolean isAncestor(Id older, Id younger) {
        Optional<Id> at = Optional.of(younger);
        while (at.isPresent() && !at.get().equals(older)) {
            at = get(at.get()).parent();
        }
        return at.isPresent();
    }

    /** A host is about to move a ref, by a value with this nonce. */
    void intend(Id nonce, RefMove move) {
        assertThat(intents.put(nonce, move)).isNull();
    }

    /** Somebody is about to remove a snapshot, which no ref names. */
    void remove(Id snapshot) {
        removed.add(snapshot);
    }

    boolean isRemoved(Id snapshot) {
        return removed.contains(snapshot);
    }

    boolean isCommitted(Id snapshot) {
        return commits.containsKey(snapshot);
    }

    // --- what hosts were told --------------------------------------------------------------------------------------

    /** A host was told that a snapshot is committed. */
    void toldCommitted(Id snapshot, Hash commit) {
        if (!isRemoved(snapshot)) {
            assertThat(commits.get(snapshot)).as("the commit of %s", snapshot).isEqualTo(commit);
        }
    }

    /** A host was told that a ref is so now; it may be something else by now. */
    void toldRef(RefState told) {
        assertThat(refs.getOrDefault(told.value().name(), List.of()))
                .as("what %s ever was", told.value().name())
                .contains(told);
    }

    /** A host was told that the move with this nonce did not take place. */
    void toldUnmoved(String ref, Id nonce) {
        assertThat(refs.getOrDefault(ref, List.of()))
                .as("what %s ever was", ref)
                .noneMatch(state -> state.value().nonce().equals(nonce));
    }

    boolean isNamed(Id snapshot) {
        return refs.values().stream()
                .anyMatch(states -> states.getLast().value().target().stream()
                        .anyMatch(target -> target.snapshot().equals(snapshot)));
    }

    // --- the place -------------------------------------------------------------------------------------------------

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        return place.read(name, from, length);
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        boolean made = place.create(name, content);
        if (made && name.text().startsWith(base)) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            content.forEach(bytes::writeBytes);
            made(name.text().substring(base.length()), bytes.toByteArray());
        }
        return made;
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        place.list(folder, each);
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        String below = name.text().startsWith(base) ? name.text().substring(base.length()) : name.text();
        boolean isAllowed = below.startsWith("sessions/")
                || below.startsWith("index/") // A short cut; another one tells what it told.
                || (below.startsWith("commits/") && isRemoved(Id.parse(name.lastSegment())));
        assertThat(isAllowed).as("%s may be deleted", name).isTrue();
        place.delete(name);
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        return place.value(name);
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        Optional<Version> version = place.swap(name, expected, value);
        String below = name.text().startsWith(base) ? name.text().substring(base.length()) : name.text();
        if (version.isPresent() && (below.startsWith("branches/") || below.startsWith("tags/"))) {
            moved(below, new RefState(RefValue.read(name.text(), value), version.get()));
        }
        return version;
    }

    private void made(String name, byte[] bytes) throws IOException {
        String last = name.substring(name.lastIndexOf('/') + 1);
        if (name.startsWith("packs/") || name.startsWith("lists/")) {
            assertThat(last)
                    .as("the name of %s", name)
                    .isEqualTo(Sha256.of(bytes).hex());
        } else if (name.startsWith("commits/")) {
            committed(Commit.read(name, bytes), Commit.hash(bytes));
        } else {
            assertThat(name).matches("config|index/.*|tombstones/.*");
        }
    }

    /** What is visible is whole, and what was snapshotted. */
    private void committed(Commit commit, Hash hash) throws IOException {
        Snapshot snapshot = get(commit.snapshot());
        // A late write may bring back what was removed; that is no harm.
        Hash before = commits.put(snapshot.id(), hash);
        assertThat(before == null || isRemoved(snapshot.id())).isTrue();
        assertThat(commit.parent()).isEqualTo(snapshot.parent());
        assertThat(commit.time()).isEqualTo(snapshot.time());
        for (Ancestor ancestor : commit.lineage()) {
            assertThat(ancestor.parent()).isEqualTo(get(ancestor.id()).parent());
        }
        readable(commit);
    }

    /** The packs that a commit names are enough to read it. */
    private void readable(Commit commit) throws IOException {
        Repository repository = Repository.open(new WithoutLists(place), volumeset);
        try (ChunkReader chunks = repository.reader(new MemoryChunkIndex())) {
            assertThat(chunks.learn(repository.packs(commit.packs()))).isEmpty();
            assertThat(new TreeReading(chunks).read(commit.tree()))
                    .isEqualTo(get(commit.snapshot()).tree());
        }
    }

    private void moved(String name, RefState state) {
        List<RefState> before = refs.computeIfAbsent(name, each -> new ArrayList<>());
        Optional<RefState> last = before.isEmpty() ? Optional.empty() : Optional.of(before.getLast());
        RefValue value = state.value();
        RefMove move = intents.get(value.nonce());
        assertThat(move).as("who moved %s", name).isNotNull();
        assertThat(value.name()).isEqualTo(name);
        assertThat(value.target()).contains(move.target());
        assertThat(last.map(RefState::version))
                .as("what %s was", name)
                .isEqualTo(move.expected().map(RefState::version));
        assertThat(value.generation()).isEqualTo(before.size() + 1L);
        Id target = move.target().snapshot();
        assertThat(commits.get(target))
                .as("the commit that %s names", name)
                .isEqualTo(move.target().commit());
        if (!move.forced()) {
            last.flatMap(state1 -> state1.value().target())
                    .ifPresent(old -> assertThat(move.branch().isPresent() && isAncestor(old.snapshot(), target))
                            .as("%s moves forward", name)
                            .isTrue());
        }
        before.add(state);
    }

    /** At the end, with everything delivered: what was ever committed can still be read, and refs are what they became last. */
    void compareAll() throws IOException {
        Repository repository = Repository.open(place, volumeset);
        Set<Id> there = new HashSet<>(repository.snapshots());
        for (Map.Entry<Id, Hash> each : commits.entrySet()) {
            Optional<Repository.Committed> committed = repository.committed(each.getKey());
            // Who wanted to remove it may have died before.
            if (!isRemoved(each.getKey()) || repository.tombstone(each.getKey()).isEmpty()) {
                assertThat(committed.map(Repository.Committed::hash)).contains(each.getValue());
                readable(committed.orElseThrow().commit());
                assertThat(there).contains(each.getKey());
            }
        }
        assertThat(commits.keySet()).containsAll(there);
        for (List<RefState> states : refs.values()) {
            ObjectName name = new ObjectName(base + states.getLast().value().name());
            assertThat(place.value(name).map(Value::version))
                    .contains(states.getLast().version());
        }
    }

    /** A way to the place on which nobody looks for what should have been named. */
    private record WithoutLists(Backend place) implements Backend {
        @Override
        public byte[] read(ObjectName name, long from, int length) throws IOException {
            return place.read(name, from, length);
        }

        @Override
        public boolean create(ObjectName name, List<byte[]> content) {
            throw new AssertionError("a reader writes " + name);
        }

        @Override
        public void list(ObjectName folder, Consumer<Listed> each) {
            // An index is a short cut, which nobody has to find.
            if (!folder.lastSegment().equals("index")) {
                throw new AssertionError("something is in no pack that its commit names");
            }
        }

        @Override
        public void delete(ObjectName name) {
            throw new AssertionError("a reader deletes " + name);
        }

        @Override
        public Optional<Value> value(ObjectName name) throws IOException {
            return place.value(name);
        }

        @Override
        public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) {
            throw new AssertionError("a reader replaces " + name);
        }
    }
}
