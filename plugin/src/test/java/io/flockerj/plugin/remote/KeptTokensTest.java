package io.flockerj.plugin.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.MoreExecutors;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.local.EngineView;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.Remotes;
import io.flockerj.plugin.volume.Remotes.NewToken;
import io.flockerj.plugin.volume.TestingHistories;
import io.flockerj.store.backend.Wanted;
import io.flockerj.store.place.OpenPlace;
import io.flockerj.store.place.PlaceLimits;
import io.flockerj.store.place.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the tokens that a daemon is given for hubs. */
class KeptTokensTest {
    private static final String URL = "https://hub.example/team";
    private static final NewToken TOKEN = new NewToken("fli-web1-hub", "flkt_1234");

    @TempDir
    Path directory;

    private TestingHistories histories;
    private PoolRemotes remotes;
    private final List<String> shown = new ArrayList<>();
    private final List<String> revoked = new ArrayList<>();
    private Optional<IOException> trouble = Optional.empty();

    @BeforeEach
    void setUp() throws Exception {
        histories = TestingHistories.in(Files.createDirectory(directory.resolve("pool")));
        Files.createDirectory(directory.resolve("storage"));
        remotes = load();
    }

    @Test
    void aTokenLiesOutsideOfThePoolInAFileForItsOwnerOnly() throws Exception {
        Remotes.RemoteView added = remotes.add("hub", URL, Map.of(), Optional.of(TOKEN));

        assertThat(added.token()).contains("fli-web1-hub");
        assertThat(added.options()).isEmpty();
        assertThat(shown).containsExactly("flkt_1234");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("state/tokens"))))
                .isEqualTo("rwx------");
        assertThat(kept()).singleElement().satisfies(file -> {
            assertThat(file).hasContent("flkt_1234");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        });
        try (Stream<Path> pool = Files.walk(histories.directory())) {
            assertThat(pool.filter(Files::isRegularFile)).noneMatch(file -> holds(file, "flkt_1234"));
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException notText) {
            return false;
        }
    }

    @Test
    void theNextDaemonUsesItToo() throws Exception {
        remotes.add("hub", URL, Map.of(), Optional.of(TOKEN));
        shown.clear();

        assertThat(load().volumesets("hub")).isEmpty();
        assertThat(shown).containsExactly("flkt_1234");
    }

    @Test
    void whatIsNotAddedLeavesNone() throws Exception {
        trouble = Optional.of(new IOException("nothing answers there"));

        assertThatThrownBy(() -> remotes.add("hub", URL, Map.of(), Optional.of(TOKEN)))
                .hasMessageContaining("nothing answers");

        assertThat(shown).containsExactly("flkt_1234");
        assertThat(kept()).isEmpty();
        assertThat(remotes.list()).isEmpty();
    }

    @Test
    void itIsRevokedWhenTheRemoteIsRemoved() throws Exception {
        remotes.add("hub", URL, Map.of(), Optional.of(TOKEN));

        assertThat(remotes.remove("hub")).isEmpty();

        assertThat(revoked).containsExactly("flkt_1234");
        assertThat(kept()).isEmpty();
        assertThat(remotes.list()).isEmpty();
    }

    @Test
    void aRemoteIsRemovedAlsoIfTheHubDoesNotAnswerAndThatIsTold() throws Exception {
        remotes.add("hub", URL, Map.of(), Optional.of(TOKEN));
        trouble = Optional.of(new IOException("nothing answers there"));

        assertThat(remotes.remove("hub").orElseThrow())
                .contains("nothing answers there", "fli hub token remove fli-web1-hub")
                .doesNotContain("flkt_1234");

        assertThat(kept()).isEmpty();
        assertThat(remotes.list()).isEmpty();
    }

    @Test
    void aPoolFromAnotherHostHasNone() throws Exception {
        remotes.add("hub", URL, Map.of(), Optional.of(TOKEN));
        for (Path file : kept()) {
            Files.delete(file);
        }

        assertThatThrownBy(() -> load().volumesets("hub"))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("is not on this host")
                .hasMessageContaining("fli remote remove hub");
        assertThat(load().remove("hub").orElseThrow()).contains("fli hub token remove fli-web1-hub");
        assertThat(load().list()).isEmpty();
    }

    @Test
    void whatADaemonThatWasKilledHasLeftGoesWithTheNextStart() throws Exception {
        remotes.add("hub", URL, Map.of(), Optional.of(TOKEN));
        Path left = Files.writeString(directory.resolve("state/tokens").resolve("0".repeat(32)), "flkt_left");

        load();

        assertThat(left).doesNotExist();
        assertThat(kept()).hasSize(1);
    }

    @Test
    void whatCanBeNoTokenIsRefused() {
        assertThatThrownBy(() -> remotes.add("hub", URL, Map.of(), Optional.of(new NewToken("name", "no token"))))
                .isInstanceOf(RemoteException.class)
                .hasMessageContaining("no token of a hub");
        assertThatThrownBy(() -> remotes.add("hub", URL, Map.of(), Optional.of(new NewToken("a name", "flkt_1"))))
                .isInstanceOf(RemoteException.class);
        assertThat(shown).isEmpty();
    }

    @Test
    void onlyAHubTakesOne() {
        assertThatThrownBy(() -> Places.check("file:///mnt/nas", Map.of(), true))
                .hasMessageContaining("for a hub only");
        assertThatThrownBy(() -> Places.check(URL, Map.of("token-file", "/root/token"), true))
                .hasMessageContaining("give one of them");
    }

    private List<Path> kept() throws IOException {
        Path tokens = directory.resolve("state/tokens");
        if (!Files.exists(tokens)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(tokens)) {
            return files.toList();
        }
    }

    private PoolRemotes load() throws IOException {
        PoolRemotes.Setting setting = new PoolRemotes.Setting(
                path -> path,
                histories.clock(),
                histories::nextId,
                MoreExecutors.directExecutor(),
                time -> {},
                new Random(1),
                "host",
                new EngineView(Path.of("/proc"), () -> ProcessHandle.current().pid()),
                directory.resolve("state/tokens"));
        return PoolRemotes.load(histories.exchange(), RecordFiles.durable(), setting, new OneHub(setting));
    }

    /** A hub whose only owner's storage is a directory. */
    private final class OneHub implements RemotePlaces {
        private final Places places;

        OneHub(PoolRemotes.Setting setting) {
            this.places =
                    new Places(setting.clock(), setting.sleeper(), setting.random(), setting.storeIds(), path -> path);
        }

        @Override
        public OpenPlace forNew(String url, Map<String, String> options, Optional<Path> token) throws IOException {
            return open(url, options, token, Wanted.ALWAYS);
        }

        @Override
        public OpenPlace open(String url, Map<String, String> options, Optional<Path> token, Wanted wanted)
                throws IOException {
            shown.add(Files.readString(token.orElseThrow()));
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            return places.open("file://" + directory.resolve("storage"), Map.of(), PlaceLimits.USUAL);
        }

        @Override
        public void revoke(String url, Map<String, String> options, Path token) throws IOException {
            if (trouble.isPresent()) {
                throw trouble.get();
            }
            revoked.add(Files.readString(token));
        }
    }
}
