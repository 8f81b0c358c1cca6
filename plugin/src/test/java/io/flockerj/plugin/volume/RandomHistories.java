package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.storage.TestingStorageDriver.Step;
import io.flockerj.plugin.storage.TreeId;
import io.flockerj.plugin.volume.TestingRecords.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Histories of random calls, failures, crashes of either side and passing time, compared after every step with a model that is
 * too simple to be wrong. A failure names the seed and the steps that led to it.
 */
@SuppressWarnings("NullAway.Init") // The pool is made by the test itself.
abstract class RandomHistories {
    private static final int STEPS = 400;
    private static final int STEPS_TOLD = 30;
    private static final List<VolumeName> NAMES = IntStream.range(0, 6)
            .mapToObj(i -> new VolumeName(i < 4 ? "v" + i : Integer.toString(i).repeat(64)))
            .toList();

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<String> history = new ArrayList<>();

    private TestingPool<?> pool;
    private PoolVolumes volumes;

    /** The text in a file of each volume that exists. */
    private final Map<VolumeName, String> expected = new TreeMap<>();

    private final List<Container> containers = new ArrayList<>();
    private final Set<VolumeName> busy = new HashSet<>();
    private final Set<TreeId> unnamed = new HashSet<>();
    private int made;

    /** A running container with the tree that it was given. */
    private record Container(String name, VolumeName volume, MountId id, Path tree, String text) {}

    /** An empty pool. */
    abstract TestingPool<?> pool() throws IOException;

    @RepeatedTest(4)
    void whateverHappensVolumesAreWhatTheyWereAcknowledgedToBe() throws Exception {
        pool = pool();
        volumes = pool.load();
        try {
            for (int i = 0; i < STEPS; i++) {
                step();
                check();
            }
        } catch (Exception | AssertionError e) {
            List<String> last = history.subList(Math.max(0, history.size() - STEPS_TOLD), history.size());
            throw new AssertionError("seed " + seed + ", step " + history.size() + ": " + last, e);
        }
    }

    private void step() throws Exception {
        VolumeName name = NAMES.get(random.nextInt(NAMES.size()));
        switch (random.nextInt(16)) {
            case 0, 1 -> create(name);
            case 2, 3, 4 -> start(name, new MountId("id" + made++));
            case 5 -> startWhileTheDaemonCrashes(name);
            case 6, 7 -> stop();
            case 8 -> crashOfTheEngine();
            case 9 -> copy();
            case 10, 11 -> remove(name);
            case 12 -> resize(name);
            case 13 -> toggleBusy(name);
            case 14 -> pass(Duration.ofSeconds(random.nextInt(60_000)));
            default -> restart();
        }
    }

    private void told(String step) {
        history.add(step);
    }

    private void create(VolumeName name) throws Exception {
        boolean isNew = !expected.containsKey(name);
        boolean fails = isNew && random.nextInt(3) == 0;
        told("create " + name + (fails ? " with a failure" : ""));
        List<TreeId> before = pool.driver.list();
        if (fails) {
            injectIntoCreate();
            assertThatThrownBy(() -> volumes.create(name, Map.of())).isInstanceOf(IOException.class);
            pool.driver.list().stream().filter(tree -> !before.contains(tree)).forEach(unnamed::add);
            pool.driver.fail(Step.DESTROY, 0);
            return;
        }
        volumes.create(name, Map.of());
        if (isNew) {
            String text = "text " + made++;
            Path tree = tree(name);
            assertThat(tree).isEmptyDirectory();
            Files.writeString(tree.resolve("file"), text);
            expected.put(name, text);
        }
    }

    private void injectIntoCreate() {
        switch (random.nextInt(4)) {
            case 0 -> pool.driver.fail(Step.CREATE, 1);
            case 1 -> {
                pool.driver.fail(Step.CHARGE, 1);
                pool.driver.fail(Step.DESTROY, random.nextInt(2));
            }
            case 2 -> pool.records.failNext(Moment.BEFORE);
            default -> pool.records.failNext(Moment.AFTER);
        }
    }

    private void start(VolumeName name, MountId id) throws Exception {
        told("start a container on " + name + " as " + id);
        if (!expected.containsKey(name)) {
            assertThatThrownBy(() -> volumes.mount(name, id)).isInstanceOf(UnknownVolumeException.class);
            return;
        }
        bind(name, id, volumes.mount(name, id));
    }

    private void startWhileTheDaemonCrashes(VolumeName name) throws Exception {
        if (expected.containsKey(name)) {
            MountId id = new MountId("id" + made++);
            Path promised = volumes.mount(name, id);
            restart();
            told("an engine comes for what a dead daemon has promised: " + name);
            bind(name, id, promised);
        }
    }

    private void bind(VolumeName name, MountId id, Path point) throws IOException {
        String container = "container" + made++;
        Path tree = pool.mounts.bind(container, point);
        String text = expected.getOrDefault(name, "none");
        containers.add(new Container(container, name, id, tree, text));
        assertThat(tree.resolve("file")).hasContent(text);
    }

    private void stop() throws Exception {
        if (!containers.isEmpty()) {
            Container container = containers.remove(random.nextInt(containers.size()));
            pool.mounts.release(container.name());
            boolean fails = random.nextInt(5) == 0;
            told("stop " + container.name() + " of " + container.volume() + (fails ? " with a failure" : ""));
            if (fails) {
                pool.mounts.fail(1);
            }
            try {
                volumes.unmount(container.volume(), container.id());
            } catch (IOException e) {
                assertThat(fails).isTrue();
            }
            pool.mounts.fail(0);
        }
    }

    private void crashOfTheEngine() throws Exception {
        told("the engine crashes with all its containers");
        List<Container> before = List.copyOf(containers);
        containers.clear();
        for (Container container : before) {
            pool.mounts.release(container.name());
        }
        for (Container container : before) {
            if (random.nextBoolean()) {
                start(container.volume(), container.id());
            }
        }
    }

    private void copy() throws Exception {
        if (!containers.isEmpty()) {
            Container container = containers.get(random.nextInt(containers.size()));
            told("copy from " + container.name() + " of " + container.volume());
            Path point = volumes.mount(container.volume(), container.id());
            assertThat(pool.mounts.bind("copy", point).resolve("file")).hasContent(container.text());
            pool.mounts.release("copy");
            volumes.unmount(container.volume(), container.id());
        }
    }

    private void remove(VolumeName name) throws Exception {
        boolean isUsed =
                containers.stream().anyMatch(container -> container.volume().equals(name));
        boolean fails = expected.containsKey(name) && random.nextInt(4) == 0;
        told("remove " + name + (fails ? " with a failure" : ""));
        boolean isRefused = expected.containsKey(name) && (isUsed || busy.contains(name));
        if (isRefused) {
            assertThatThrownBy(() -> volumes.remove(name)).isInstanceOf(VolumeInUseException.class);
        } else if (fails) {
            pool.records.failNext(random.nextBoolean() ? Moment.BEFORE : Moment.AFTER);
            assertThatThrownBy(() -> volumes.remove(name)).isInstanceOf(IOException.class);
        } else {
            volumes.remove(name);
            expected.remove(name);
            assertThatThrownBy(() -> pool.mounts.bind("late", pool.mounts.point(name)))
                    .isInstanceOf(NoSuchFileException.class);
        }
    }

    private void resize(VolumeName name) throws Exception {
        if (expected.containsKey(name)) {
            boolean fails = random.nextInt(3) == 0;
            told("resize " + name + (fails ? " with a failure" : ""));
            VolumeRecord before = record(name);
            if (fails) {
                pool.driver.fail(Step.LIMIT, 1);
                assertThatThrownBy(() -> volumes.resize(name, "3G")).isInstanceOf(IOException.class);
                assertThat(record(name)).isEqualTo(before);
            } else {
                volumes.resize(name, random.nextBoolean() ? "2G" : "none");
            }
            assertThat(pool.driver.limitOf(record(name).account()))
                    .isEqualTo(record(name).options().size());
        }
    }

    private void toggleBusy(VolumeName name) throws IOException {
        if (pool.mounts.mounted().contains(name)) {
            boolean isBusy = busy.add(name) || !busy.remove(name);
            told(name + (isBusy ? " is busy" : " is not busy any more"));
            pool.mounts.setBusy(name, isBusy);
        }
    }

    private void pass(Duration time) throws IOException {
        told(time + " pass");
        pool.clock.advance(time);
        volumes.tidy();
        Set<TreeId> kept = trees();
        for (VolumeRecord removed : pool.catalogue().trash()) {
            boolean isDue = removed.name().isAnonymous()
                    || !removed.removedAt().orElseThrow().plus(TestingPool.KEEP).isAfter(pool.clock.instant());
            assertThat(isDue).as("%s is still in the trash", removed).isFalse();
            kept.add(removed.tree());
        }
        kept.addAll(unnamed);
        assertThat(pool.driver.list()).containsExactlyInAnyOrderElementsOf(kept);
    }

    private void restart() throws IOException {
        told("the daemon crashes");
        volumes = pool.load();
        unnamed.clear();
    }

    private void check() throws IOException {
        assertThat(volumes.list().stream().map(VolumeView::name)).containsExactlyElementsOf(expected.keySet());
        Catalogue onDisk = pool.catalogue();
        for (VolumeName name : NAMES) {
            assertThat(volumes.get(name).isPresent()).isEqualTo(expected.containsKey(name));
            assertThat(onDisk.find(name).isPresent()).isEqualTo(expected.containsKey(name));
            if (expected.containsKey(name)) {
                Path tree = pool.driver.path(onDisk.find(name).orElseThrow().tree());
                assertThat(tree.resolve("file")).hasContent(expected.getOrDefault(name, ""));
                assertThat(volumes.get(name).orElseThrow().mountPoint().isPresent())
                        .isEqualTo(pool.mounts.mounted().contains(name));
            }
        }
        assertThat(expected.keySet()).containsAll(pool.mounts.mounted());
        assertThat(pool.mounts.bare()).isEmpty();
        for (Container container : containers) {
            assertThat(container.tree().resolve("file")).hasContent(container.text());
        }
    }

    private Set<TreeId> trees() throws IOException {
        return pool.catalogue().volumes().stream()
                .map(VolumeRecord::tree)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private VolumeRecord record(VolumeName name) throws IOException {
        return pool.catalogue().find(name).orElseThrow();
    }

    private Path tree(VolumeName name) throws IOException {
        return pool.driver.path(record(name).tree());
    }
}
