package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.storage.ByteRanges;
import io.flockerj.plugin.storage.RandomChanges;
import io.flockerj.plugin.storage.Touched;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.btrfs.BtrfsDriver;
import io.flockerj.plugin.storage.btrfs.TreesOnBtrfs;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.FramePlace;
import io.flockerj.store.tree.DirectoryReader;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentReader;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is captured of a changed tree by its changes, on a real btrfs, is what all of it would be. */
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangedTreeTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 8);

    private final TreesOnBtrfs trees;
    private final BtrfsDriver driver;
    private final Map<Hash, BlockList> remembered = new HashMap<>();
    private Path root = Path.of("");
    private TreeId before;
    private CapturedTrees repository = new CapturedTrees();
    private @Nullable Captured captured;
    private long written;

    ChangedTreeTest() throws IOException {
        trees = new TreesOnBtrfs(2048);
        driver = trees.driver();
        before = trees.newId();
    }

    @AfterAll
    void removeFileSystem() throws IOException {
        trees.close();
    }

    @BeforeEach
    void makeTree() throws IOException {
        root = trees.begin();
        remembered.clear();
        repository = new CapturedTrees(new BlockHashes() {
            @Override
            public Optional<BlockList> find(Hash digest) {
                return Optional.ofNullable(remembered.get(digest));
            }

            @Override
            public void put(Hash digest, BlockList blocks) {
                remembered.put(digest, blocks);
            }
        });
    }

    private static void run(String... command) throws IOException {
        LoopFileSystem.run(List.of(command));
    }

    private static void bash(String script, Path in) throws IOException {
        run("bash", "-c", "set -euo pipefail; cd \"$1\"; " + script, "bash", in.toString());
    }

    /** All of the tree, from which changes are told then. */
    private void begin() throws IOException {
        before = trees.snapshot();
        captured = repository.whole(driver.path(before));
    }

    /** What changed since the last one; fails unless it is as if all had been captured, and only changes were looked at. */
    private Captured changed(String as) throws IOException {
        return step(as, true);
    }

    private Captured step(String as, boolean isVerified) throws IOException {
        TreeId after = trees.snapshot();
        Path path = driver.path(after);
        Touched touched = driver.touched(before, after);
        TreeRef older = Objects.requireNonNull(captured).root();
        Captured changes;
        try (ChunkReader reader = repository.reader()) {
            changes = repository.capture(capture -> capture.changes(path, older, reader, touched));
        }
        written = repository.written();
        assertThat(changes.remarks()).as(as).isEmpty();
        if (isVerified) {
            try (ChunkReader reader = repository.reader()) {
                TreeVerifier.verify(path, changes.root(), reader, false);
            }
            Captured whole = new CapturedTrees().whole(path);
            assertThat(changes.root().digest()).as(as).isEqualTo(whole.root().digest());
            assertThat(changes.root().totals()).as(as).isEqualTo(whole.root().totals());
        }
        driver.destroy(before);
        before = after;
        captured = changes;
        return changes;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomChangesLeadToTheTreeThatIsThere(long seed) throws IOException {
        Random random = new Random(seed);
        RandomChanges changes = new RandomChanges(root, random);
        changes.make(60);
        begin();
        for (int round = 0; round < ROUNDS; round++) {
            changes.make(random.nextInt(25));
            changed("seed " + seed + ", round " + round);
        }
    }

    @Test
    void nothingIsReadOrWrittenWhenNothingChanged() throws IOException {
        new RandomChanges(root, new Random(3)).make(50);
        begin();

        Captured changes = changed("nothing");

        assertThat(changes.bytesRead()).isZero();
        assertThat(written).isZero();
    }

    @Test
    void groupsOfLinksAreNamedAnewWhenDirectoriesAreMoved() throws IOException {
        bash("""
                mkdir -p a/deep m z
                echo one >a/deep/one; ln a/deep/one m/one; ln a/deep/one z/one
                echo two >a/deep/two; ln a/deep/two a/deep/two-again
                echo three >m/three; ln m/three z/three
                """, root);
        begin();

        // The first name of one is another one then, which lies in a directory of which nothing else changed.
        bash("mv a n", root);
        changed("moved behind another");
        bash("mv n b", root);
        changed("moved before it again");
        bash("mkdir c; mv b/deep c/deeper", root);
        changed("moved deeper");
        bash("mv c m/; mv m A", root);
        changed("moved twice");
        bash("rm z/one z/three", root);
        changed("names removed");
        bash("ln A/three 0; ln A/c/deeper/two 1", root);
        changed("names added");
    }

    @Test
    void groupsInNestedSubvolumesOfMovedDirectoriesAreNamedAnew() throws IOException {
        bash("""
                mkdir outer; btrfs subvolume create outer/nested >/dev/null
                echo one >outer/nested/one; ln outer/nested/one outer/nested/two
                """, root);
        begin();

        bash("mv outer other", root);
        changed("moved");
        bash(
                "btrfs subvolume create new >/dev/null; echo x >new/x; ln new/x new/y; mkdir new/d; ln new/x new/d/z",
                root);
        changed("a new one");
        bash("btrfs subvolume delete new >/dev/null", root);
        changed("removed");
    }

    @Test
    void everythingThatIsKeptOfAFileIsLookedAtAgain() throws IOException {
        bash("for i in 0 1 2 3 4 5 6 7 8 9; do head -c 100000 /dev/urandom >$i; mkdir d$i; done", root);
        begin();

        bash(
                "chmod 4711 0; chown 5:6 1; touch -d 2001-01-01 2; setfattr -n user.x -v y 3; chattr +d 4; chattr +A 5",
                root);
        bash("setfacl -m u:7:rwx 6; ln -sf nowhere 7; rm 8; mkdir 8; mkfifo 9-fifo; mv 9 10; chmod 1777 .", root);
        changed("files");
        bash("chmod 4711 d0; chown 5:6 d1; touch -d 2001-01-01 d2; setfattr -n user.x -v y d3; chattr +d d4", root);
        bash("setfacl -m d:u:7:rwx d5; rmdir d6; echo >d6; mv d7 d8/", root);
        changed("directories");
        bash("setfattr -x user.x 3; setfattr -n user.x -v $(printf 'v%.0s' {1..3000}) d3; touch -d 2002-02-02 .", root);
        changed("again");
    }

    @Test
    void everyWayToChangeAFileIsSeen() throws IOException {
        bash("for i in $(seq 0 15); do head -c 1300000 /dev/urandom >$i; done; head -c 70000 /dev/urandom >s", root);
        bash(
                "truncate -s 20M hole; fallocate -l 5M reserved; cp --reflink=always 0 copy; cp 15 cow; chattr +C .; cp 15 nocow",
                root);
        begin();

        bash("dd if=/dev/urandom of=0 bs=16k seek=7 count=1 conv=notrunc status=none", root);
        bash("echo end >>1; truncate -s 234567 2; truncate -s 4000000 3; truncate -s 100 4; truncate -s 0 5", root);
        bash("fallocate -p -o 100000 -l 200000 6; fallocate -z -o 100000 -l 200000 7; echo >>8", root);
        bash("fallocate -l 4M 10; truncate -s 300000 11; truncate -s 1300000 11", root);
        bash("echo x | dd of=hole bs=1 seek=10000000 conv=notrunc status=none", root);
        bash("echo x | dd of=reserved bs=1 seek=1000000 conv=notrunc status=none", root);
        bash("cp --reflink=always 1 12; dd if=/dev/zero of=13 bs=64k count=4 seek=3 conv=notrunc status=none", root);
        bash(
                "xfs_io -c 'reflink 0 0 131072 65536' 14 >/dev/null 2>&1 || true; dd if=/dev/urandom of=copy bs=1 count=3 conv=notrunc status=none",
                root);
        bash("dd if=/dev/urandom of=nocow bs=4k seek=9 count=2 conv=notrunc status=none; truncate -s 65000 s", root);
        changed("once");
        bash(
                "dd if=/dev/urandom of=0 bs=16k seek=3 count=9 conv=notrunc status=none; truncate -s 50000000 2; echo >>2",
                root);
        bash("echo >>s; echo >>s; truncate -s 66000 s; fallocate -p -o 0 -l 600000 6; rm 7; mv 8 7; echo x >>7", root);
        bash(
                "dd if=/dev/urandom of=nocow bs=4k seek=8 count=2 conv=notrunc status=none; dd if=/dev/urandom of=13 bs=4k seek=49 count=1 conv=notrunc status=none",
                root);
        changed("twice");
        bash(
                "for i in 0 1 2 3 6 13; do dd if=/dev/urandom of=$i bs=4k seek=11 count=1 conv=notrunc status=none; done",
                root);
        bash("truncate -s 3M hole; truncate -s 30M hole", root);
        changed("thrice");
    }

    @Test
    void aChangedPageCostsItsBlocksAndAFewNodes() throws IOException {
        bash("head -c 40000000 /dev/urandom >large", root);
        begin();
        bash("dd if=/dev/urandom of=large bs=16k seek=1000 count=1 conv=notrunc status=none", root);

        Captured changes = changed("a page");

        assertThat(changes.bytesRead()).isLessThan(200_000);
        assertThat(written).isBetween(16_000L, 60_000L);
        assertThat(changes.entries()).isLessThan(5);
    }

    @Test
    void aFewChangesAmongManyFilesCostAFew() throws IOException {
        bash("for d in $(seq 100); do mkdir $d; for f in $(seq 100); do echo $d $f >$d/$f; done; done", root);
        begin();
        bash("echo more >>7/7; rm 8/8; echo new >9/new; mv 10 1000; mv 11/11 12/11.moved", root);

        Captured changes = changed("a few");

        assertThat(changes.entries()).isLessThan(20);
        assertThat(written).isLessThan(60_000);
    }

    @Test
    void blocksThatAreForgottenOrWronglyRememberedCostAReading() throws IOException {
        bash("head -c 5000000 /dev/urandom >large", root);
        begin();
        String page = "dd if=/dev/urandom of=large bs=16k seek=9 count=1 conv=notrunc status=none";

        bash(page, root);
        assertThat(changed("remembered").bytesRead()).isLessThan(100_000);
        remembered.clear();
        bash(page, root);
        assertThat(changed("forgotten").bytesRead()).isGreaterThan(5_000_000);
        remembered.replaceAll((digest, blocks) -> BlockList.of(new byte[blocks.size() * Hash.LENGTH]));
        bash(page, root);
        assertThat(changed("wrong").bytesRead()).isGreaterThan(5_000_000);
        remembered.replaceAll((digest, blocks) -> BlockList.of(new byte[Hash.LENGTH]));
        bash(page, root);
        assertThat(changed("too few").bytesRead()).isGreaterThan(5_000_000);
    }

    /** As a database does it: some pages at a time, anywhere in a large file. */
    @Test
    void aHundredChangesCostAtMostTwiceWhatChangedAndLittleIsReadForTheFile() throws IOException {
        Random random = new Random(7);
        byte[] page = new byte[16 * 1024];
        int pages = 1000;
        try (RandomAccessFile file =
                new RandomAccessFile(root.resolve("database").toString(), "rw")) {
            for (int i = 0; i < pages; i++) {
                random.nextBytes(page);
                file.write(page);
            }
        }
        before = trees.snapshot();
        captured = repository.whole(driver.path(before));
        long changed = 0;
        long sent = 0;
        for (int round = 0; round < 100; round++) {
            Set<Integer> some = new HashSet<>();
            while (some.size() < 20) {
                some.add(random.nextInt(pages));
            }
            try (RandomAccessFile file =
                    new RandomAccessFile(root.resolve("database").toString(), "rw")) {
                for (int each : some) {
                    random.nextBytes(page);
                    file.seek((long) each * page.length);
                    file.write(page);
                }
            }
            changed += (long) some.size() * page.length;
            step("round " + round, round % 25 == 24);
            sent += written;
            // All the time, and not only in the end, when every page was written twice on the average.
            if (round % 5 == 4) {
                assertThat((double) readFor("database") / (pages * page.length))
                        .as("what is read for the file after round %d, by its size", round)
                        .isLessThan(1.3);
            }
        }

        assertThat(sent).isBetween(changed, 2 * changed);
    }

    /** A part of a file that stays as it is, while all around it is replaced, does not keep a frame in which nothing else is used. */
    @Test
    void wholeChunksLeaveAFrameOfWhichLittleElseIsUsed() throws IOException {
        bash("head -c 8388608 /dev/urandom >large", root);
        begin();
        // Of each half MiB three eighths stay, several chunks, so something may be spent on all of them.
        bash(
                "for i in $(seq 0 15); do dd if=/dev/urandom of=large bs=64k seek=$((8 * i)) count=5 conv=notrunc status=none; done",
                root);
        changed("most of it");
        changed("the rest");

        assertThat(readFor("large")).isLessThan((long) (1.25 * 8_388_608));
    }

    /** How many bytes all frames have in which is what a file at the top is made of. */
    private long readFor(String name) throws IOException {
        Set<FramePlace> frames = new HashSet<>();
        try (ChunkReader reader = repository.reader()) {
            DirectoryReader directories = new DirectoryReader(reader);
            Item.Directory top = (Item.Directory)
                    directories.root(Objects.requireNonNull(captured).root()).item();
            directories.read(top.root(), entry -> {
                if (entry.name().toString().equals(name) && entry.item() instanceof Item.LargeFile file) {
                    new SegmentReader(reader).read(file.storage(), file.size(), file.digest(), segment -> {
                        if (segment instanceof Segment.Slice slice) {
                            frames.add(repository.frame(slice.chunk()));
                        }
                    });
                }
            });
        }
        return frames.stream().mapToLong(FramePlace::length).sum();
    }

    @Test
    void whatIsToldWronglyIsNotBelieved() throws IOException {
        bash("mkdir a b; for i in a/1 a/2 b/1; do echo $i >$i; done; ln a/1 b/link", root);
        begin();
        bash("mkdir new; echo x >new/x; echo more >>a/1", root);
        TreeId after = trees.snapshot();
        Touched right = driver.touched(before, after);
        List<Touched.Name> names = ((Touched.Names) right).names();

        assertThat(remarks(after, right)).isEmpty();
        assertThat(remarks(after, new Touched.Everything("nobody knows")))
                .containsExactly("Everything was read, not only what changed: nobody knows.");
        String gone = "is said to be gone";
        assertThat(remarks(after, with(names, "b/1", new Touched.Gone())))
                .singleElement()
                .asString()
                .contains("b/1", gone);
        Touched.There there = new Touched.There(Optional.of(path("b/1")), ByteRanges.NONE);
        assertThat(remarks(after, with(names, "b/9", there)))
                .singleElement()
                .asString()
                .contains("b/9", "is not there");
        Touched.There elsewhere = new Touched.There(Optional.of(path("b/9")), ByteRanges.NONE);
        assertThat(remarks(after, with(names, "b/1", elsewhere)))
                .singleElement()
                .asString()
                .contains("older tree");
        assertThat(remarks(after, with(names, "b/1/2", there)))
                .singleElement()
                .asString()
                .contains("b/1/2", "is not there");
        assertThat(remarks(after, without(names, "new/x")))
                .singleElement()
                .asString()
                .contains("new/x", "not told");
        assertThat(remarks(after, without(names, "b/link")))
                .singleElement()
                .asString()
                .contains("names of a file");
    }

    private List<String> remarks(TreeId after, Touched touched) throws IOException {
        Path path = driver.path(after);
        Captured changes;
        try (ChunkReader reader = repository.reader()) {
            TreeRef older = Objects.requireNonNull(captured).root();
            changes = repository.capture(capture -> capture.changes(path, older, reader, touched));
        }
        assertThat(changes.root().digest())
                .isEqualTo(new CapturedTrees().whole(path).root().digest());
        return changes.remarks();
    }

    private static byte[] path(String path) {
        return path.getBytes(StandardCharsets.US_ASCII);
    }

    private static Touched with(List<Touched.Name> names, String path, Touched.State state) {
        List<Touched.Name> more = new ArrayList<>(names);
        more.add(new Touched.Name(path(path), state));
        more.sort((one, other) -> Touched.compare(one.path(), other.path()));
        return new Touched.Names(more);
    }

    private static Touched without(List<Touched.Name> names, String path) {
        return new Touched.Names(names.stream()
                .filter(name -> !Arrays.equals(name.path(), path(path)))
                .toList());
    }
}
