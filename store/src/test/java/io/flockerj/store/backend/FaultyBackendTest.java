package io.flockerj.store.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.backend.FaultyBackend.Faults;
import io.flockerj.store.backend.memory.MemoryBackend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FaultyBackendTest extends BackendContract {
    private static final ObjectName NAME = new ObjectName("a/b");
    private static final ObjectName FOLDER = new ObjectName("a");

    private final MemoryBackend place = new MemoryBackend(new VirtualTime());

    @Override
    protected Backend backend() {
        return new FaultyBackend(place, Faults.NONE, 1);
    }

    private FaultyBackend always(double before, double after, double later, double twice, double stale) {
        return new FaultyBackend(place, new Faults(before, after, later, twice, stale), 1);
    }

    @Test
    void anErrorBeforeChangesNothingAndOneAfterDoes() {
        assertThatThrownBy(() -> always(1, 0, 0, 0, 0).create(NAME, List.of()))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.isInDoubt()).isFalse());
        assertThat(names(place)).isEmpty();

        assertThatThrownBy(() -> always(0, 1, 0, 0, 0).create(NAME, List.of()))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.isInDoubt()).isTrue());
        assertThat(names(place)).containsExactly(NAME);
    }

    @Test
    void aLateWriteHappensLater() throws IOException {
        FaultyBackend faulty = always(0, 0, 1, 0, 0);
        assertThatThrownBy(() -> faulty.create(NAME, List.of())).isInstanceOf(UnavailableException.class);
        assertThat(names(place)).isEmpty();

        faulty.deliver();

        assertThat(names(place)).containsExactly(NAME);
    }

    @Test
    void aSwapThatArrivesTwiceChangesTheValueOnce() throws IOException {
        FaultyBackend faulty = always(0, 0, 0, 1, 0);
        Optional<Version> version = Optional.empty();
        int lost = 0;
        for (int i = 0; i < 20; i++) {
            try {
                version = faulty.swap(NAME, version, bytes("value " + i));
            } catch (UnavailableException e) {
                lost++;
                version = place.value(NAME).map(Value::version);
            }
            assertThat(place.value(NAME).orElseThrow().bytes()).hasToString("value " + i);
        }
        assertThat(lost).isBetween(1, 19);
    }

    @Test
    void aStaleListIsTheLastOneThatWasSeenOrLacksTheNewest() throws IOException {
        FaultyBackend faulty = always(0, 0, 0, 0, 1);
        place.create(new ObjectName("a/1"), List.of());
        names(faulty);
        place.create(new ObjectName("a/2"), List.of());

        assertThat(names(faulty)).containsExactly(new ObjectName("a/1"));
        assertThat(names(faulty)).hasSize(2);

        List<Integer> sizes = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            sizes.add(names(new FaultyBackend(place, new Faults(0, 0, 0, 0, 1), seed))
                    .size());
        }
        assertThat(sizes).contains(0, 1, 2);
    }

    @Test
    void aHostDiesAtItsWriteBeforeOrAfterAndStaysDead() throws IOException {
        FaultyBackend faulty = always(0, 0, 0, 0, 0);
        faulty.crashAt(1, false);
        faulty.create(new ObjectName("a/0"), List.of());
        assertThatThrownBy(() -> faulty.create(new ObjectName("a/1"), List.of()))
                .isInstanceOf(FaultyBackend.Crash.class);
        assertThatThrownBy(() -> faulty.value(NAME)).isInstanceOf(FaultyBackend.Crash.class);
        assertThat(names(place)).containsExactly(new ObjectName("a/0"));
        assertThat(faulty.writes()).isEqualTo(2);

        FaultyBackend other = always(0, 0, 0, 0, 0);
        other.crashAt(0, true);
        assertThatThrownBy(() -> other.create(NAME, List.of())).isInstanceOf(FaultyBackend.Crash.class);
        assertThat(names(place)).contains(NAME);
    }

    @Test
    void theSameSeedMakesTheSameFaults() {
        assertThat(outcomes(5)).isEqualTo(outcomes(5)).isNotEqualTo(outcomes(6));
    }

    private static List<String> outcomes(long seed) {
        FaultyBackend faulty = new FaultyBackend(new MemoryBackend(new VirtualTime()), Faults.SOME, seed);
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            try {
                outcomes.add("" + faulty.create(NAME.child("" + i % 7), List.of()));
            } catch (IOException e) {
                outcomes.add(e.getMessage());
            }
        }
        return outcomes;
    }

    private static List<ObjectName> names(Backend backend) {
        List<ObjectName> names = new ArrayList<>();
        try {
            backend.list(FOLDER, each -> names.add(each.name()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return names;
    }
}
