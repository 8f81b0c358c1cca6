package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every remote promises. */
public abstract class RemoteContract {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final Id OTHER = new Id(2, 2);

    /** A new remote, without anything in it. */
    protected abstract Remote create() throws IOException;

    /** The same remote, as another host reaches it. */
    protected abstract Remote again(Remote remote) throws IOException;

    @Test
    void itIsTheSameRemoteForEverybody() throws IOException {
        Remote remote = create();

        assertThat(again(remote).id()).isEqualTo(remote.id());
    }

    @Test
    void aNameStandsForTheVolumesetThatItWasGiven() throws IOException {
        Remote remote = create();

        remote.create(VOLUMESET);
        remote.create(OTHER);
        assertThat(remote.find("db")).isEmpty();
        assertThat(remote.name("db", VOLUMESET)).isEqualTo(new Remote.Naming.Named());
        assertThat(remote.name("db", VOLUMESET)).isEqualTo(new Remote.Naming.Named());
        assertThat(remote.name("other", OTHER)).isEqualTo(new Remote.Naming.Named());

        assertThat(again(remote).find("db")).contains(VOLUMESET);
        assertThat(again(remote).names()).containsExactly(Map.entry("db", VOLUMESET), Map.entry("other", OTHER));
    }

    @Test
    void aNameThatIsTakenStaysAsItIs() throws IOException {
        Remote remote = create();
        remote.create(VOLUMESET);
        remote.create(OTHER);
        remote.name("db", VOLUMESET);

        assertThat(remote.name("db", OTHER)).isEqualTo(new Remote.Naming.Taken(VOLUMESET));

        assertThat(remote.find("db")).contains(VOLUMESET);
    }

    @Test
    void aNameIsFreedByWhoKnowsWhatItStandsFor() throws IOException {
        Remote remote = create();
        remote.create(VOLUMESET);
        remote.create(OTHER);
        remote.name("db", VOLUMESET);

        assertThat(remote.unname("db", OTHER)).isFalse();
        assertThat(remote.unname("db", VOLUMESET)).isTrue();
        assertThat(remote.unname("db", VOLUMESET)).isFalse();

        assertThat(remote.find("db")).isEmpty();
        assertThat(remote.names()).isEmpty();
        assertThat(remote.name("db", OTHER)).isEqualTo(new Remote.Naming.Named());
    }

    @Test
    void whatCanBeNoNameStandsForNothing() throws IOException {
        Remote remote = create();

        for (String name : List.of("", "../db", "a/b", ".hidden", "-a", "ä", "a\n", "x".repeat(129))) {
            assertThat(remote.name(name, VOLUMESET)).as(name).isEqualTo(new Remote.Naming.Invalid());
            assertThat(remote.find(name)).as(name).isEmpty();
            assertThat(remote.unname(name, VOLUMESET)).as(name).isFalse();
        }
        assertThat(remote.names()).isEmpty();
    }

    @Test
    void aRepositoryIsThereOnceItWasMade() throws IOException {
        Remote remote = create();
        assertThatThrownBy(() -> remote.open(VOLUMESET)).isInstanceOf(NoRepositoryException.class);

        Id made = remote.create(VOLUMESET).id();

        assertThat(again(remote).open(VOLUMESET).id()).isEqualTo(made);
        assertThat(again(remote).create(VOLUMESET).id()).isEqualTo(made);
        assertThatThrownBy(() -> remote.open(OTHER)).isInstanceOf(NoRepositoryException.class);
    }

    @Test
    void ofManyWhoWantOneNameOneGetsIt() throws IOException, InterruptedException, ExecutionException {
        Remote remote = create();
        List<Callable<Remote.Naming>> wishes = new ArrayList<>();
        for (int host = 1; host <= 8; host++) {
            Id volumeset = new Id(0, host);
            remote.create(volumeset);
            wishes.add(() -> again(remote).name("db", volumeset));
        }
        List<Remote.Naming> outcomes = new ArrayList<>();
        try (ExecutorService hosts = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Remote.Naming> outcome : hosts.invokeAll(wishes)) {
                outcomes.add(outcome.get());
            }
        }

        Id winner = remote.find("db").orElseThrow();
        assertThat(outcomes).containsOnlyOnce(new Remote.Naming.Named());
        assertThat(outcomes.stream().filter(new Remote.Naming.Taken(winner)::equals))
                .hasSize(7);
    }
}
