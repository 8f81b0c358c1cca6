package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.SnapshotView;
import io.flockerj.plugin.volume.TestingHistories;
import io.flockerj.plugin.volume.VolumeHistory;
import io.flockerj.plugin.volume.VolumeName;
import io.flockerj.plugin.volume.VolumeView;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefState;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosts that share a remote see of each other's work. */
class BetweenHostsTest {
    @TempDir
    Path directory;

    private Path nas;
    private TestingDaemon here;
    private TestingDaemon there;

    @BeforeEach
    void setUp() throws Exception {
        nas = Files.createDirectory(directory.resolve("nas"));
        here = host("here");
        there = host("there");
        here.histories.create("db");
        here.histories.write("db", "file", "one");
    }

    private TestingDaemon host(String name) throws Exception {
        TestingDaemon host = TestingDaemon.in(directory.resolve(name));
        host.add("nas", nas);
        return host;
    }

    /** What somebody sees who watches. */
    private static final class Watched implements Progress {
        private final List<Long> expected = new ArrayList<>();
        private long done;
        private boolean isMoreDoneThanExpected;

        @Override
        public void phase(String word) {}

        @Override
        public void expect(long bytes, long entries) {
            expected.add(bytes);
        }

        @Override
        public void add(long bytes, long entries) {
            done += bytes;
            isMoreDoneThanExpected |= !expected.isEmpty() && expected.getLast() != UNKNOWN && expected.getLast() < done;
        }
    }

    @Test
    void aPushTellsAboutHowMuchThereIsToRead() throws Exception {
        Watched first = new Watched();
        here.push("db", first);
        assertThat(first.expected).as("what the volume takes").endsWith(4096L);
        assertThat(first.done).isEqualTo(3);

        here.histories.write("db", "file", "x".repeat(100_000));
        Watched second = new Watched();
        here.push("db", second);

        assertThat(second.done).isEqualTo(100_000);
        assertThat(second.expected).as("it was more").endsWith(4096L, Progress.UNKNOWN);
        assertThat(second.isMoreDoneThanExpected).isFalse();
    }

    @Test
    void allBranchesArriveIfAllAreAskedFor() throws Exception {
        here.push("db");
        here.cloneOf("nas/db", "exp");
        here.histories.write("exp", "file", "tried");
        Snapshot tried = here.histories.snapshot("exp");
        here.histories.write("db", "file", "two");

        assertThat(here.push("db").branches())
                .extracting(Remotes.MovedBranch::name)
                .containsExactly("main");
        assertThat(here.remotes.volumesets("nas").getFirst().branches()).hasSize(1);
        here.histories.write("db", "file", "three");
        Remotes.Pushed pushed = here.pushAllBranches("db");

        assertThat(pushed.branches()).extracting(Remotes.MovedBranch::name).containsExactly("main", "exp");
        String main = pushed.branches().getFirst().snapshot();
        assertThat(here.remotes.volumesets("nas").getFirst().branches())
                .containsExactlyInAnyOrder(
                        new Remotes.RemoteRefView("main", main),
                        new Remotes.RemoteRefView("exp", tried.id().hex()));
        there.cloneOf("nas/db@exp", "exp");
        there.cloneOf("nas/db@main", "db");
        assertThat(there.histories.tree("exp").resolve("file")).hasContent("tried");
        assertThat(there.histories.tree("db").resolve("file")).hasContent("three");
    }

    @Test
    void tagsAreSentIfTheyAreAskedForAndTakeNoNameFromAnother() throws Exception {
        Snapshot first = here.histories.snapshot("db");
        tag(here, "v1", first);
        here.pushWithoutTags(ref(first));
        there.cloneOf("nas/db", "db");
        assertThat(tags(there)).isEmpty();

        assertThat(here.push(ref(first)).tags()).containsExactly("v1");
        there.fetch("nas/db");
        assertThat(tags(there))
                .containsExactly(new VolumeHistory.TagView("v1", first.id().hex()));

        here.histories.write("db", "file", "two");
        Snapshot second = here.histories.snapshot("db");
        tag(here, "v2", second);
        tag(there, "v2", first);
        here.push(ref(second));
        there.fetch("nas/db");
        assertThat(tags(there))
                .as("one that names another snapshot here stays as it is here")
                .contains(new VolumeHistory.TagView("v2", first.id().hex()));
        assertThat(there.histories.find(second.id()))
                .as("it is known all the same")
                .isPresent();

        assertThat(there.pushTo("other", ref(first)).tags()).containsExactly("v1");
        assertThat(here.remotes.volumesets("nas").getFirst().tags())
                .as("nor does it move there")
                .contains(new Remotes.RemoteRefView("v2", second.id().hex()));
    }

    private static String ref(Snapshot snapshot) {
        return "db@" + snapshot.id().hex();
    }

    private static void tag(TestingDaemon host, String tag, Snapshot snapshot) throws Exception {
        host.histories.volumes().history().tag(new VolumeName("db"), tag, ref(snapshot), ZoneOffset.UTC, false);
    }

    private static List<VolumeHistory.TagView> tags(TestingDaemon host) throws Exception {
        return host.histories.volumes().history().tags(new VolumeName("db"));
    }

    @Test
    void aSnapshotTellsWhichRemotesHoldIt() throws Exception {
        Snapshot first = here.histories.snapshot("db");
        assertThat(shown(here, first).remotes()).isEmpty();

        here.push(ref(first));
        there.cloneOf("nas/db", "db");
        here.histories.write("db", "file", "two");
        Snapshot second = here.histories.snapshot("db");
        assertThat(shown(here, first).remotes()).containsExactly("nas");
        assertThat(shown(here, second).remotes()).isEmpty();
        here.push(ref(second));
        assertThat(shown(here, second).remotes()).containsExactly("nas");
        assertThat(shown(here, second).elsewhere()).isFalse();

        there.fetch("nas/db");
        assertThat(shown(there, second).remotes()).containsExactly("nas");
        assertThat(shown(there, second).elsewhere()).isTrue();
        assertThat(shown(there, first).elsewhere()).isFalse();
        there.pull("db");
        assertThat(shown(there, second).elsewhere()).isFalse();
    }

    /** In the log of everything, and by itself. */
    private static SnapshotView shown(TestingDaemon host, Snapshot snapshot) throws Exception {
        VolumeHistory history = host.histories.volumes().history();
        VolumeHistory.LogQuery all = new VolumeHistory.LogQuery(
                "db", ZoneOffset.UTC, true, 100, Map.of(), Optional.empty(), Optional.empty());
        SnapshotView logged = history.log(all).snapshots().stream()
                .filter(each -> each.id().equals(snapshot.id().hex()))
                .findFirst()
                .orElseThrow();
        assertThat(history.resolve(ref(snapshot), ZoneOffset.UTC)).isEqualTo(logged);
        return logged;
    }

    @Test
    void theFirstCloneGoesOnWithTheBranchAndASecondOneStartsItsOwn() throws Exception {
        here.push("db");

        there.cloneOf("nas/db", "first");
        there.cloneOf("nas/db", "second");

        assertThat(branch(there, "first")).contains("main");
        assertThat(branch(there, "second")).contains("second");
        there.histories.write("second", "file", "two");
        assertThat(there.push("second").branches())
                .extracting(Remotes.MovedBranch::name)
                .containsExactly("second");
        there.histories.write("first", "file", "three");
        assertThat(there.push("first").branches())
                .extracting(Remotes.MovedBranch::name)
                .containsExactly("main");
    }

    private static Optional<String> branch(TestingDaemon host, String volume) throws Exception {
        return host.histories.volumes().get(new VolumeName(volume)).flatMap(VolumeView::branch);
    }

    @Test
    void aHostWhoseClockIsYearsBackGoesOnAfterWhatItPulled() throws Exception {
        here.push("db");
        there.histories.pass(Duration.ofDays(-4000));
        String parent = there.cloneOf("nas/db", "db").snapshot();
        there.histories.write("db", "file", "two");

        String pushed = there.push("db").branches().getFirst().snapshot();

        Snapshot before = there.histories.find(new RandomId(parent)).orElseThrow();
        Snapshot after = there.histories.find(new RandomId(pushed)).orElseThrow();
        assertThat(after.parent()).contains(before.id());
        assertThat(after.time()).isAfterOrEqualTo(before.time());
        Remotes.Pulled pulled = here.pull("db");
        assertThat(pulled.snapshot()).isEqualTo(pushed);
        Snapshot brought = here.histories.find(after.id()).orElseThrow();
        assertThat(brought.time()).isEqualTo(after.time());
        assertThat(here.histories.tree(brought).resolve("file")).hasContent("two");
    }

    @Test
    void aTreeWithNamesThatAreNoneIsNeitherClonedNorPulled() throws Exception {
        here.push("db");
        there.cloneOf("nas/db", "db");
        TestingDaemon third = host("third");

        for (String evil : List.of("..", "/x", "aa")) {
            pushTree(evil);

            assertLeavesNothing(there, () -> there.pull("db"));
            assertLeavesNothing(third, () -> third.cloneOf("nas/db", "copy"));
        }
    }

    private interface Work {
        Remotes.Pulled run() throws Exception;
    }

    private static void assertLeavesNothing(TestingDaemon host, Work work) throws Exception {
        TestingHistories histories = host.histories;
        List<VolumeView> volumes = histories.volumes().list();
        int trees = histories.trees();

        assertThatThrownBy(work::run).isInstanceOf(IOException.class).hasMessageMatching("(?s).*(name|order).*");

        assertThat(histories.volumes().list()).isEqualTo(volumes);
        assertThat(histories.trees()).isEqualTo(trees);
    }

    /** Lets main end at a snapshot in which an entry behind one that is called aa has another name than was written. */
    private void pushTree(String evil) throws Exception {
        Supplier<Id> ids = () -> Commits.id(here.histories.nextId());
        BackendRemote remote = BackendRemote.open(DirectoryBackend.open(nas, ids), ids);
        Repository repository = remote.open(remote.find("db").orElseThrow());
        Refs refs = repository.refs(here.histories.clock(), ids);
        String main = RefValue.nameOfBranch(Name.MAIN.value());
        RefState before = refs.read(main).orElseThrow();
        Commit first = repository
                .commit(before.value().target().orElseThrow().snapshot())
                .orElseThrow();
        try (ChunkWriter writer = repository.writer(new MemoryChunkIndex())) {
            TreeRef tree = evilTree(writer, evil);
            writer.finish();
            Commit commit = new Commit(
                    first.volumeset(),
                    ids.get(),
                    Optional.of(first.snapshot()),
                    first.time(),
                    tree,
                    repository.name(new PackList(List.of(), List.of()), writer.written()),
                    List.of(),
                    0,
                    first.snapshotRecord());
            Hash hash = ((CommitOutcome.Committed) repository.commit(commit)).commit();
            RefUpdate moved = refs.move(new RefMove(
                    main,
                    Optional.of(before),
                    new RefValue.Target(commit.snapshot(), hash),
                    before.value().branch(),
                    false,
                    Optional.empty()));
            assertThat(moved).isInstanceOf(RefUpdate.Moved.class);
        }
    }

    private static TreeRef evilTree(ChunkWriter writer, String evil) throws IOException {
        List<byte[]> nodes = new ArrayList<>();
        DirectoryWriter directory = new DirectoryWriter((bytes, length) -> {
            nodes.add(Arrays.copyOf(bytes, length));
            return Sha256.of(nodes.getLast());
        });
        String good = "z".repeat(evil.length());
        directory.add(entry("aa"));
        directory.add(entry(good));
        Totals totals = directory.finish().totals();
        String node = new String(nodes.getFirst(), StandardCharsets.ISO_8859_1);
        byte[] bytes = node.replace(good, evil).getBytes(StandardCharsets.ISO_8859_1);
        Hash id = writer.put(bytes, bytes.length);
        return DirectoryWriter.writeRoot(writer, metadata(0755), new Item.Directory(new TreeRef(id, id, totals), 0));
    }

    private static Entry entry(String name) {
        return new Entry(new EntryName(Bytes.utf8(name)), metadata(0644), new Item.Fifo());
    }

    private static Metadata metadata(int mode) {
        return new Metadata(mode, 0, 0, 1_700_000_000, 0, 0, Optional.empty(), new Attributes.None());
    }
}
