package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.VolumeDriverClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The host loses power, at many points of a run in which the daemon does one of everything. Whatever the disk has kept of
 * what nobody synced, a daemon started on it shows all that was acknowledged, and nothing half-made.
 */
@Tag("root")
@Tag("restarts")
@ExtendWith(OwnMounts.class)
class PowerLossTest {
    private static final boolean SOAK = Boolean.getBoolean("flockerj.soak");
    private static final long SEED = Long.getLong("flockerj.seed", 20_261_121);
    private static final int SAMPLE = 2;
    private static final int ACKNOWLEDGEMENTS = 3;
    private static final int SEEDS_OF_SOAK = 4;
    private static final int SEEDS_OF_NEGLECT = 5;

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"EXT4, FILE", "XFS, FILE", "EXT4, DEVICE", "EXT4, PLAIN", "XFS, PLAIN"})
    void whatWasAcknowledgedIsThereAfterALossOfPower(PowerLossHost.FileSystem fileSystem, PoolKind kind)
            throws Exception {
        try (PowerLossHost host = new PowerLossHost(fileSystem, kind, directory)) {
            int start = host.mark();
            try (Script script = new Script(host, kind)) {
                script.run();
            }
            int end = host.mark();
            host.endRecording();

            PowerLoss losses = host.losses(sync -> true);
            List<Cut> cuts = cuts(host, start, end);
            for (Cut cut : cuts) {
                assertThat(host.wrongAfter(losses, cut))
                        .as(
                                "%s (%s) on %s, %s, seed %s",
                                cut, host.timeline().at(cut.position()), fileSystem, kind, SEED)
                        .isEmpty();
            }
            System.out.printf(
                    "%s, %s: %d of %d cuts of %d events%n",
                    fileSystem, kind, cuts.size(), allCuts(host, start, end).size(), end - start);
        }
    }

    /** At acknowledgements with all unsynced writes lost, and at others: a sample of both, and the last one; all of them for a soak. */
    private static List<Cut> cuts(PowerLossHost host, int start, int end) {
        List<Integer> acknowledgements = host.timeline().acknowledgements();
        List<Cut> cuts = new ArrayList<>(sample(allCuts(host, start, end), SAMPLE));
        sample(acknowledgements.subList(0, acknowledgements.size() - 1), ACKNOWLEDGEMENTS - 1)
                .forEach(position -> cuts.add(Cut.lost(position)));
        cuts.add(Cut.lost(acknowledgements.getLast()));
        cuts.sort(Comparator.comparingInt(Cut::position));
        return cuts;
    }

    private static <T> List<T> sample(List<T> all, int size) {
        List<T> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(SEED));
        return SOAK ? shuffled : shuffled.subList(0, Math.min(size, shuffled.size()));
    }

    /** Before each sync, right after it, and between it and the one before. */
    private static List<Cut> allCuts(PowerLossHost host, int start, int end) {
        List<Cut> cuts = new ArrayList<>();
        int before = start;
        for (int sync : host.log().syncs(start, end)) {
            for (int n = 0; n < (SOAK ? SEEDS_OF_SOAK : 1); n++) {
                cuts.add(Cut.scrambled(sync, SEED + n));
                cuts.add(Cut.scrambled((before + sync) / 2, SEED + n));
            }
            cuts.add(Cut.lost(sync + 1));
            before = sync + 1;
        }
        return cuts;
    }

    @ParameterizedTest
    @CsvSource({"EXT4, FILE", "EXT4, DEVICE", "XFS, PLAIN"})
    void aDiskThatIgnoresTheSyncsOfACreateLosesIt(PowerLossHost.FileSystem fileSystem, PoolKind kind) throws Exception {
        try (PowerLossHost host = new PowerLossHost(fileSystem, kind, directory)) {
            int asked;
            try (Script script = new Script(host, kind)) {
                script.create("first", Volume.PLAIN);
                asked = host.mark();
                script.create("second", Volume.PLAIN);
            }
            int acknowledged = host.timeline().acknowledgements().getLast();
            host.endRecording();

            assertThat(host.wrongAfter(host.losses(sync -> true), Cut.lost(acknowledged)))
                    .isEmpty();
            assertThat(host.wrongAfter(host.losses(sync -> sync < asked), Cut.lost(acknowledged)))
                    .anyMatch(wrong -> wrong.startsWith("volume second is absent"));
        }
    }

    /** What a careless daemon would not do while it makes a volume. */
    enum Neglect {
        CONTENT_OF_RECORD {
            @Override
            boolean isOf(CallGate.Call call) {
                return call.call() == StateCall.FSYNC && call.on().endsWith(".json.new");
            }
        },
        NAME_OF_RECORD {
            @Override
            boolean isOf(CallGate.Call call) {
                return call.call() == StateCall.FSYNC && call.on().endsWith("/records");
            }
        },
        TREE {
            @Override
            boolean isOf(CallGate.Call call) {
                return call.call() == StateCall.IOCTL && call.request() == BTRFS_IOC_SET_RECEIVED_SUBVOL;
            }
        };

        /** The request that commits (include/uapi/linux/btrfs.h). */
        private static final long BTRFS_IOC_SET_RECEIVED_SUBVOL = 0xc0c89425L;

        abstract boolean isOf(CallGate.Call call);
    }

    @ParameterizedTest
    @CsvSource({
        "EXT4, FILE, CONTENT_OF_RECORD",
        "EXT4, FILE, NAME_OF_RECORD",
        "EXT4, FILE, TREE",
        "XFS, PLAIN, CONTENT_OF_RECORD",
        "XFS, PLAIN, NAME_OF_RECORD"
    })
    void aSyncThatTheDaemonLeavesOutIsFound(PowerLossHost.FileSystem fileSystem, PoolKind kind, Neglect neglect)
            throws Exception {
        try (PowerLossHost host = new PowerLossHost(fileSystem, kind, directory)) {
            createNegligently(host, neglect);
            int acknowledged = host.timeline().acknowledgements().getLast();
            host.endRecording();

            PowerLoss losses = host.losses(sync -> true);
            List<String> wrong = new ArrayList<>(host.wrongAfter(losses, Cut.lost(acknowledged)));
            for (long seed = SEED; wrong.isEmpty() && seed < SEED + SEEDS_OF_NEGLECT; seed++) {
                wrong.addAll(host.wrongAfter(losses, Cut.scrambled(acknowledged, seed)));
            }
            assertThat(wrong)
                    .as("what is wrong without a sync of the %s", neglect)
                    .isNotEmpty();
            System.out.printf("%s, %s, no sync of the %s: %s%n", fileSystem, kind, neglect, wrong.getFirst());
        }
    }

    private static void createNegligently(PowerLossHost host, Neglect neglect) throws Exception {
        DaemonProcess.Plan plan = host.plan().through(Gated.class);
        DaemonProcess daemon = plan.launch();
        AtomicBoolean neglects = new AtomicBoolean();
        AtomicInteger neglected = new AtomicInteger();
        CallGate gate = new CallGate(daemon.process(), call -> {
            if (neglects.get() && neglect.isOf(call)) {
                neglected.incrementAndGet();
                return CallGate.PRETEND;
            }
            return CallGate.PASS;
        });
        try (daemon;
                VolumeDriverClient client = connect(daemon)) {
            client.create("before", Map.of());
            host.sync();
            neglects.set(true);
            host.timeline().change("before", Optional.of(Volume.PLAIN), Optional.of(Volume.PLAIN), "", () -> {});
            host.timeline()
                    .change(
                            "v",
                            Optional.empty(),
                            Optional.of(Volume.PLAIN),
                            "Create v",
                            () -> client.create("v", Map.of()));
        }
        gate.close();
        assertThat(neglected).as("calls left out").hasPositiveValue();
    }

    private static VolumeDriverClient connect(DaemonProcess daemon) throws IOException, InterruptedException {
        daemon.awaitListening();
        VolumeDriverClient client = daemon.connect();
        client.list();
        return client;
    }
}
