package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class VolumeLocksTest {
    private static final VolumeName DB = new VolumeName("db");
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void oneVolumeIsChangedByOneThreadAtATime() throws Exception {
        VolumeLocks locks = new VolumeLocks(LONG);
        int[] changes = {0};
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> done = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                done.add(threads.submit(() -> locks.during(DB, () -> {
                    int before = changes[0];
                    changes[0] = before + 1;
                    return before;
                })));
            }
            for (Future<Integer> each : done) {
                each.get();
            }
        }
        assertThat(changes[0]).isEqualTo(500);
    }

    @Test
    void aCallWhoseTurnDoesNotComeGivesUpAndSaysWhy() throws Exception {
        VolumeLocks locks = new VolumeLocks(Duration.ofMillis(1));
        CountDownLatch isWorking = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> working = threads.submit(() -> locks.during(DB, () -> {
                isWorking.countDown();
                return await(mayEnd);
            }));
            isWorking.await();

            assertThatThrownBy(() -> locks.during(DB, () -> "never"))
                    .isInstanceOf(VolumeBusyException.class)
                    .hasMessage("another call has been working on volume db for more than 0 s;"
                            + " try again when it is done");
            assertThat(locks.during(new VolumeName("other"), () -> "at once")).isEqualTo("at once");

            mayEnd.countDown();
            working.get();
            assertThat(locks.during(DB, () -> "now")).isEqualTo("now");
        }
    }

    @Test
    void aFailureEndsTheTurn() throws Exception {
        VolumeLocks locks = new VolumeLocks(LONG);

        assertThatIOException()
                .isThrownBy(() -> locks.during(DB, () -> {
                    throw new IOException("disk");
                }));

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.submit(() -> locks.during(DB, () -> "next")).get())
                    .isEqualTo("next");
        }
    }

    @Test
    void aThreadThatIsAskedToStopWaitsNoLonger() {
        VolumeLocks locks = new VolumeLocks(LONG);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> locks.during(DB, () -> "never")).isInstanceOf(VolumeBusyException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static boolean await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
