package io.flockerj.store.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.memory.MemoryBackend;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryingBackendTest extends BackendContract {
    private static final ObjectName NAME = new ObjectName("a/b");
    private static final RetryLimits LIMITS =
            new RetryLimits(4, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofMinutes(1));

    private final VirtualTime time = new VirtualTime();
    private final MemoryBackend place = new MemoryBackend(time);

    @Override
    protected Backend backend() {
        return retrying(place, LIMITS);
    }

    private Backend retrying(Backend next, RetryLimits limits) {
        return new RetryingBackend(next, limits, time, time, new Random(1));
    }

    private static UnavailableException down(boolean inDoubt) {
        return new UnavailableException("down", inDoubt, null);
    }

    @Test
    void whatIsUnavailableIsTriedAgainAfterLongerAndLongerPauses() throws IOException {
        Scripted next = new Scripted(place, down(false), down(true), down(true));

        assertThat(retrying(next, LIMITS).create(NAME, List.of(bytes("x")))).isTrue();

        assertThat(next.calls).containsExactly("create", "create", "create", "create");
        assertThat(time.sleeps()).hasSize(3);
        assertThat(time.sleeps().get(0)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(time.sleeps().get(1)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(time.sleeps().get(2)).isBetween(Duration.ofMillis(1500), Duration.ofSeconds(3));
    }

    @Test
    void hostsThatFailedTogetherDoNotComeBackTogether() {
        Random random = new Random(3);

        assertThat(List.of(LIMITS.pause(1, random), LIMITS.pause(1, random), LIMITS.pause(1, random)))
                .doesNotHaveDuplicates();
        assertThat(LIMITS.pause(1000, random)).isLessThanOrEqualTo(LIMITS.longestPause());
    }

    @Test
    void itGivesUpAfterSoManyAttempts() {
        Scripted next = new Scripted(place, down(false), down(false), down(false), down(false));

        assertThatThrownBy(() -> retrying(next, LIMITS).value(NAME))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("down (given up after 4 attempts)");
        assertThat(next.calls).hasSize(4);
    }

    @Test
    void itGivesUpAfterSoMuchTime() {
        RetryLimits limits =
                new RetryLimits(1000, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(10));
        Scripted next = new Scripted(place);
        next.always = down(false);

        assertThatThrownBy(() -> retrying(next, limits).value(NAME)).isInstanceOf(UnavailableException.class);

        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
    }

    @Test
    void whoGivesUpDoesNotWaitForTheNextAttempt() {
        Scripted next = new Scripted(place, down(false), down(true), down(true));
        IOException cancelled = new IOException("cancelled");
        Wanted forASecond = () -> {
            if (time.elapsed().compareTo(Duration.ofSeconds(1)) > 0) {
                throw cancelled;
            }
        };
        RetryLimits slow = new RetryLimits(9, Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(9));
        Backend backend = new RetryingBackend(next, slow, time, time.whileWanted(forASecond), new Random(1));

        assertThatThrownBy(() -> backend.create(NAME, List.of(bytes("x")))).isSameAs(cancelled);

        assertThat(next.calls).containsExactly("create");
        assertThat(time.elapsed()).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void whoGivesUpWhileASwapIsInDoubtIsToldThatItIs() {
        Scripted next = new Scripted(place, down(true));
        Sleeper cancelled = time.whileWanted(() -> {
            throw new IOException("cancelled");
        });
        Backend backend = new RetryingBackend(next, LIMITS, time, cancelled, new Random(1));

        assertThatThrownBy(() -> backend.swap(NAME, Optional.empty(), bytes("1")))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        failure -> assertThat(failure.isInDoubt()).isTrue());
    }

    @Test
    void whoGivesUpWhileHeLooksWhetherASwapHappenedIsToldThatItMayHave() {
        IOException cancelled = new IOException("cancelled");
        Scripted next = new Scripted(place, down(true), cancelled);

        assertThatThrownBy(() -> retrying(next, LIMITS).swap(NAME, Optional.empty(), bytes("1")))
                .satisfies(failure -> assertInDoubt(failure, cancelled));

        assertThat(next.calls).containsExactly("swap", "value");
    }

    @Test
    void whoGivesUpBeforeASwapIsRepeatedIsToldThatItMayHaveHappened() {
        IOException cancelled = new IOException("cancelled");
        Scripted next = new Scripted(place, down(true));
        next.beforeSecondSwap = () -> {
            throw cancelled;
        };

        assertThatThrownBy(() -> retrying(next, LIMITS).swap(NAME, Optional.empty(), bytes("1")))
                .satisfies(failure -> assertInDoubt(failure, cancelled));
    }

    @Test
    void whoGivesUpWhileTheAnswerToALookIsPaidForIsToldThatTheSwapMayHaveHappened() throws IOException {
        place.swap(NAME, Optional.empty(), new byte[1000]);
        IOException cancelled = new IOException("cancelled");
        Sleeper unwanted = time.whileWanted(() -> {
            throw cancelled;
        });
        Scripted next = new Scripted(place, down(true));
        Backend slow = new ThrottledBackend(next, Optional.empty(), Optional.of(new Bandwidth(1, time, unwanted)));
        Optional<Version> before = place.value(NAME).map(Value::version);

        assertThatThrownBy(() -> retrying(slow, LIMITS).swap(NAME, before, bytes("1")))
                .satisfies(failure -> assertInDoubt(failure, cancelled));
    }

    private static void assertInDoubt(Throwable failure, IOException because) {
        assertThat(failure)
                .hasMessage("down")
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.isInDoubt()).isTrue());
        assertThat(failure.getSuppressed()).containsExactly(because);
    }

    @Test
    void aSwapThatCertainlyDidNotHappenFailsWithWhatEndedIt() {
        IOException cancelled = new IOException("cancelled");
        Scripted next = new Scripted(place, down(false), cancelled);

        assertThatThrownBy(() -> retrying(next, LIMITS).swap(NAME, Optional.empty(), bytes("1")))
                .isSameAs(cancelled);
    }

    @Test
    void otherErrorsAreNotTriedAgain() {
        Scripted next = new Scripted(place, new IOException("no permission"));

        assertThatThrownBy(() -> retrying(next, LIMITS).read(NAME, 0, 1)).hasMessage("no permission");
        assertThatThrownBy(() -> retrying(next, LIMITS).read(NAME, 0, 1)).isInstanceOf(NoSuchObjectException.class);

        assertThat(next.calls).containsExactly("read", "read");
        assertThat(time.sleeps()).isEmpty();
    }

    @Test
    void anObjectThatWasMadeWithoutAnAnswerIsThere() throws IOException {
        Scripted next = new Scripted(place);
        next.lostAnswers = 1;

        assertThat(retrying(next, LIMITS).create(NAME, List.of(bytes("x")))).isFalse();

        assertThat(place.read(NAME, 0, 9)).isEqualTo(bytes("x"));
    }

    @Test
    void aSwapWhoseAnswerWasLostIsLookedAtAndNotRepeated() throws IOException {
        Scripted next = new Scripted(place);
        next.lostAnswers = 1;

        Optional<Version> version = retrying(next, LIMITS).swap(NAME, Optional.empty(), bytes("1"));

        assertThat(version).isEqualTo(place.value(NAME).map(Value::version));
        assertThat(next.calls).containsExactly("swap", "value");
    }

    @Test
    void aSwapThatDidNotHappenIsRepeated() throws IOException {
        Scripted next = new Scripted(place, down(true));

        assertThat(retrying(next, LIMITS).swap(NAME, Optional.empty(), bytes("1")))
                .isPresent();

        assertThat(next.calls).containsExactly("swap", "value", "swap");
    }

    @Test
    void aSwapThatHappensLateIsNotTakenForAnothers() throws IOException {
        Scripted next = new Scripted(place, down(true));
        next.beforeSecondSwap = () -> place.swap(NAME, Optional.empty(), bytes("1"));

        Optional<Version> version = retrying(next, LIMITS).swap(NAME, Optional.empty(), bytes("1"));

        assertThat(version).isEqualTo(place.value(NAME).map(Value::version));
    }

    @Test
    void aSwapOfWhichNobodyCanTellWhetherItHappenedFails() throws IOException {
        Scripted next = new Scripted(place);
        next.lostAnswers = 1;
        next.beforeValue = () -> place.swap(NAME, place.value(NAME).map(Value::version), bytes("another"));

        assertThatThrownBy(() -> retrying(next, LIMITS).swap(NAME, Optional.empty(), bytes("1")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(NAME.text())
                .hasMessageContaining("cannot tell");
    }

    @Test
    void aSwapThatCertainlyDidNotHappenLosesToAnother() throws IOException {
        Scripted next = new Scripted(place, down(false));
        place.swap(NAME, Optional.empty(), bytes("another"));

        assertThat(retrying(next, LIMITS).swap(NAME, Optional.empty(), bytes("1")))
                .isEmpty();

        assertThat(next.calls).containsExactly("swap", "swap");
    }

    @Test
    void aListThatBreaksOffTellsOfEachNameOnce() throws IOException {
        place.create(new ObjectName("a/1"), List.of());
        place.create(new ObjectName("a/2"), List.of());
        Scripted next = new Scripted(place);
        next.lostAnswers = 2;
        List<ObjectName> told = new ArrayList<>();

        retrying(next, LIMITS).list(new ObjectName("a"), each -> told.add(each.name()));

        assertThat(told).containsExactlyInAnyOrder(new ObjectName("a/1"), new ObjectName("a/2"));
        assertThat(next.calls).hasSize(3);
    }

    @Test
    void overABadNetworkWhatWasAcknowledgedIsThere() throws IOException {
        RetryLimits limits = new RetryLimits(50, Duration.ofMillis(1), Duration.ofSeconds(1), Duration.ofHours(1));
        for (int seed = 0; seed < 50; seed++) {
            MemoryBackend shared = new MemoryBackend(time);
            FaultyBackend faulty = new FaultyBackend(shared, FaultyBackend.Faults.SOME, seed);
            Backend backend = retrying(faulty, limits);
            Optional<Version> version = Optional.empty();
            for (int i = 0; i < 50; i++) {
                ObjectName name = new ObjectName("o/" + i);
                backend.create(name, List.of(bytes("object " + i)));
                version = backend.swap(NAME, version, bytes("value " + i));

                assertThat(version).as("seed " + seed).isPresent();
                assertThat(shared.read(name, 0, 99)).as("seed " + seed).isEqualTo(bytes("object " + i));
                assertThat(shared.value(NAME).map(Value::version))
                        .as("seed " + seed)
                        .isEqualTo(version);
            }
            faulty.deliver();
            assertThat(shared.value(NAME).map(Value::version))
                    .as("seed " + seed)
                    .isEqualTo(version);
        }
    }

    @Test
    void whoIsInterruptedStopsAndStaysInterrupted() {
        Backend backend = new RetryingBackend(
                new Scripted(place, down(false)),
                LIMITS,
                time,
                duration -> {
                    throw new InterruptedException();
                },
                new Random(1));

        assertThatThrownBy(() -> backend.value(NAME)).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private interface Deed {
        void run() throws IOException;
    }

    /** Fails as the script says, then does what it is asked for; or does it, and loses the answer. */
    private static final class Scripted implements Backend {
        private final Backend place;
        private final List<IOException> script;
        private final List<String> calls = new ArrayList<>();
        private @Nullable IOException always;
        private int lostAnswers;
        private int swaps;
        private Deed beforeValue = () -> {};
        private Deed beforeSecondSwap = () -> {};

        Scripted(Backend place, IOException... script) {
            this.place = place;
            this.script = new ArrayList<>(List.of(script));
        }

        private <T> T run(String call, Callable<T> effect) throws IOException {
            calls.add(call);
            if (always != null) {
                throw always;
            }
            if (!script.isEmpty()) {
                throw script.removeFirst();
            }
            T answer;
            try {
                answer = effect.call();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            if (!call.equals("value") && lostAnswers-- > 0) {
                throw down(true);
            }
            return answer;
        }

        @Override
        public byte[] read(ObjectName name, long from, int length) throws IOException {
            return run("read", () -> place.read(name, from, length));
        }

        @Override
        public boolean create(ObjectName name, List<byte[]> content) throws IOException {
            return run("create", () -> place.create(name, content));
        }

        @Override
        public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
            run("list", () -> {
                place.list(folder, each);
                return true;
            });
        }

        @Override
        public void delete(ObjectName name) throws IOException {
            run("delete", () -> {
                place.delete(name);
                return true;
            });
        }

        @Override
        public Optional<Value> value(ObjectName name) throws IOException {
            beforeValue.run();
            return run("value", () -> place.value(name));
        }

        @Override
        public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
            if (swaps++ == 1) {
                beforeSecondSwap.run();
            }
            return run("swap", () -> place.swap(name, expected, value));
        }
    }
}
