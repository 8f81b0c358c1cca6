package io.flockerj.plugin.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.flockerj.plugin.linux.LoopFileSystem;
import io.flockerj.plugin.linux.Mounts;
import io.flockerj.plugin.pool.TestingHost.Daemon;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeAttribute;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.storage.TreeSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for a pool wherever it lies. */
@Tag("root")
abstract class PoolContract {
    private static final TreeId TREE = new TreeId(new RandomId("1".repeat(32)));

    private final LoopFileSystem.Kind kind;
    private LoopFileSystem disk;
    private TestingHost host;

    PoolContract(LoopFileSystem.Kind kind) {
        this.kind = kind;
    }

    /** The setting that names the place. */
    abstract String choice();

    /** Makes the pool unreachable, as a disk that is not attached or a file system that is not mounted. */
    abstract void takeAway() throws IOException;

    abstract void bringBack() throws IOException;

    @BeforeEach
    void makeHost() throws IOException {
        disk = LoopFileSystem.create(kind, 3072);
        host = new TestingHost(disk);
    }

    @AfterEach
    void removeHost() throws IOException {
        disk.close();
    }

    final LoopFileSystem disk() {
        return disk;
    }

    final TestingHost host() {
        return host;
    }

    static Path makeTree(Daemon daemon) throws IOException {
        TreeSpec spec = new TreeSpec(SpaceAccount.of(TREE.id()), Optional.empty(), Optional.empty(), true, 0, 0, 0755);
        daemon.pool().driver().create(TREE, spec);
        Path file = daemon.pool().driver().path(TREE).resolve("file");
        DurableFile.replace(file, "text".getBytes(StandardCharsets.UTF_8));
        return file;
    }

    static Path file(Daemon daemon) {
        return daemon.pool().driver().path(TREE).resolve("file");
    }

    /** A pool with a tree in it, and its daemon ended. */
    final RandomId makePool() throws IOException {
        try (Daemon daemon = host.start(choice())) {
            makeTree(daemon);
            return daemon.pool().id();
        }
    }

    final void assertRefused(TestingHost refused, String choice, String... words) {
        assertThatExceptionOfType(PoolException.class)
                .isThrownBy(() -> refused.start(choice).close())
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    @Test
    void theFirstStartMakesThePoolAndTheNextOpensIt() throws IOException {
        RandomId id = makePool();

        try (Daemon daemon = host.start(choice())) {
            assertThat(daemon.pool().id()).isEqualTo(id);
            assertThat(file(daemon)).hasContent("text");
            assertThat(daemon.pool().refusal()).isEmpty();
            assertThat(daemon.pool().description()).isNotEmpty();
        }
    }

    @Test
    void theRecordedPoolIsOpenedWithoutASetting() throws IOException {
        RandomId id = makePool();

        try (Daemon daemon = host.start("auto")) {
            assertThat(daemon.pool().id()).isEqualTo(id);
        }
    }

    @Test
    void thePoolIsClosedToAllButItsOwner() throws IOException {
        try (Daemon daemon = host.start(choice())) {
            for (Path directory : List.of(
                    host.state(),
                    daemon.pool().directory().resolve(PoolOpener.TREES),
                    daemon.pool().directory().resolve(PoolOpener.RECORDS))) {
                assertThat(Files.getPosixFilePermissions(directory))
                        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRecordedPoolThatIsMissingIsRefusedAndNothingIsMade(boolean set) throws IOException {
        RandomId id = makePool();
        takeAway();
        Map<String, String> before = host.everything();

        assertRefused(host, set ? choice() : "auto", "pool");
        assertThat(host.everything()).isEqualTo(before);

        bringBack();
        try (Daemon daemon = host.start("auto")) {
            assertThat(daemon.pool().id()).isEqualTo(id);
            assertThat(file(daemon)).hasContent("text");
        }
    }

    @Test
    void anotherPoolInTheRecordedPlaceIsRefused() throws IOException {
        RandomId id = makePool();
        RandomId other = new RandomId("2".repeat(32));
        new PoolRecord(other, Optional.of((PoolChoice.Location) PoolChoice.parse(choice()))).write(host.state());
        Set<String> before = host.everything().keySet();

        assertRefused(host, choice(), id.abbreviated(), other.abbreviated());
        assertRefused(host, "auto", id.abbreviated(), other.abbreviated());

        assertThat(host.everything()).containsOnlyKeys(before);
    }

    @Test
    void aSettingThatNamesAnotherPlaceIsRefused() throws IOException {
        makePool();
        Map<String, String> before = host.everything();

        assertRefused(host, "plain:" + disk.root().resolve("elsewhere"), "elsewhere", choice());

        assertThat(host.everything()).isEqualTo(before);
    }

    @Test
    void aPoolWhoseRecordWasLostIsAdopted() throws IOException {
        RandomId id = makePool();
        Files.delete(host.state().resolve(PoolRecord.FILE_NAME));

        try (Daemon daemon = host.start(choice())) {
            assertThat(daemon.pool().id()).isEqualTo(id);
            assertThat(file(daemon)).hasContent("text");
        }
        try (Daemon daemon = host.start("auto")) {
            assertThat(daemon.pool().id()).isEqualTo(id);
        }
    }

    @Test
    void aDamagedRecordIsRefused() throws IOException {
        makePool();
        Files.writeString(host.state().resolve(PoolRecord.FILE_NAME), "{\"format\": 1,");

        assertRefused(host, choice(), "cannot be read", "backup");
    }

    @Test
    void aSecondDaemonOnTheStateDirectoryIsRefused() throws IOException {
        try (Daemon daemon = host.start(choice())) {
            Path file = makeTree(daemon);

            assertRefused(host, choice(), "another flockerj daemon is using");
            assertThat(file).hasContent("text");
        }
    }

    @Test
    void whatIsMountedStaysUsableWhileNoDaemonRuns() throws IOException {
        Path volume = Files.createDirectory(disk.beside("volume"));
        try (Daemon daemon = host.start(choice())) {
            Path file = makeTree(daemon);
            Mounts.bind(file.resolveSibling("."), volume);
        }

        Files.writeString(volume.resolve("meanwhile"), "text");
        try (Daemon daemon = host.start(choice())) {
            assertThat(file(daemon).resolveSibling("meanwhile")).hasContent("text");
            Files.writeString(file(daemon).resolveSibling("later"), "text");
        }

        assertThat(volume.resolve("later")).hasContent("text");
        Mounts.unmount(volume);
    }

    /** Each step of a first start may be its last. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aCreationThatWasInterruptedGoesOn(int stepsMissing) throws IOException {
        RandomId id;
        try (Daemon daemon = host.start(choice())) {
            id = daemon.pool().id();
            Path directory = daemon.pool().directory();
            List<Path> steps = List.of(
                    host.state().resolve(PoolRecord.FILE_NAME),
                    directory.resolve(PoolRecord.FILE_NAME),
                    directory.resolve(PoolOpener.RECORDS),
                    directory.resolve(PoolOpener.TREES),
                    directory.resolve(StateDirectory.LOCK_NAME));
            for (Path step : steps.subList(0, stepsMissing)) {
                Files.delete(step);
            }
            Files.writeString(directory.resolve(PoolRecord.FILE_NAME + DurableFile.TEMPORARY_SUFFIX), "half");
            Files.writeString(host.state().resolve(PoolRecord.FILE_NAME + DurableFile.TEMPORARY_SUFFIX), "half");
        }

        try (Daemon daemon = host.start(choice())) {
            assertThat(daemon.pool().id().equals(id)).isEqualTo(stepsMissing < 2);
            makeTree(daemon);
        }
        try (Daemon daemon = host.start("auto")) {
            assertThat(file(daemon)).hasContent("text");
        }
    }

    @Test
    void aPoolThatLacksItsRecordsIsRefusedAndNotTakenForEmpty() throws IOException {
        Path records;
        try (Daemon daemon = host.start(choice())) {
            records = daemon.pool().directory().resolve(PoolOpener.RECORDS);
            Files.delete(records);
        }

        assertRefused(host, choice(), "lacks its directory");
    }

    @Test
    void aPoolThatIsNeitherEmptyNorOneIsRefused() throws IOException {
        try (Daemon daemon = host.start(choice())) {
            Files.delete(daemon.pool().directory().resolve(PoolRecord.FILE_NAME));
            Files.writeString(daemon.pool().directory().resolve("precious"), "text");
        }
        Files.delete(host.state().resolve(PoolRecord.FILE_NAME));

        assertRefused(host, choice(), "precious", "empty");
        assertThat(host.state().resolve(PoolRecord.FILE_NAME)).doesNotExist();
    }

    @Test
    void nothingOfAFailedOpeningStaysMountedOrLocked() throws IOException {
        makePool();
        String recorded = Files.readString(host.state().resolve(PoolRecord.FILE_NAME));
        new PoolRecord(new RandomId("2".repeat(32)), Optional.of((PoolChoice.Location) PoolChoice.parse(choice())))
                .write(host.state());
        assertRefused(host, choice(), "holds the pool");
        assertThat(LoopFileSystem.run(List.of("cat", "/proc/self/mountinfo"))).doesNotContain(host.poolMount() + " ");
        Files.writeString(host.state().resolve(PoolRecord.FILE_NAME), recorded);

        try (Daemon daemon = host.start(choice())) {
            assertThat(file(daemon)).hasContent("text");
        }
    }

    static void assertCount(boolean counts, Pool pool) {
        assertThat(pool.driver().attributes().contains(TreeAttribute.SIZE)).isEqualTo(counts);
    }
}
