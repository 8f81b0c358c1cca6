package io.flockerj.plugin.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.Mounts;
import io.flockerj.plugin.volume.LocalVolumes.Place;
import io.flockerj.plugin.volume.VolumeConflictException;
import io.flockerj.plugin.volume.VolumeInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VolumeDirectoryTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private final EngineView view =
            new EngineView(Path.of("/proc"), () -> ProcessHandle.current().pid());

    @TempDir
    private Path directory;

    private Path data;
    private Place place;

    @BeforeEach
    void makeVolume() throws IOException {
        data = Files.createDirectories(directory.resolve("volumes/pgdata/_data"));
        Files.writeString(data.resolve("file"), "before");
        place = new Place("pgdata", "local", data, false, false);
    }

    private List<String> beside() throws IOException {
        try (Stream<Path> names = Files.list(data.getParent())) {
            return names.map(name -> name.getFileName().toString())
                    .filter(name -> !name.equals("_data"))
                    .toList();
        }
    }

    @Test
    void whatCannotBeExchangedIsRefusedBeforeAnythingIsBrought() throws Exception {
        VolumeDirectory.Exchange none = (handle, name, other) -> {
            throw new LinuxException("exchange two directories", Errno.EINVAL);
        };
        try (VolumeDirectory volume = VolumeDirectory.open(view, place, none)) {
            assertThatThrownBy(() -> volume.stage(NOW))
                    .isInstanceOf(VolumeConflictException.class)
                    .hasMessageContaining("cannot exchange two directories")
                    .hasMessageContaining("fli clone");
        }
        assertThat(beside()).isEmpty();
    }

    @Test
    void whatWasHeldIsToldFromTheExchangeOn() throws Exception {
        try (VolumeDirectory volume = VolumeDirectory.open(view, place)) {
            Files.writeString(volume.stage(NOW).resolve("file"), "after");
            assertThat(volume.before()).isEmpty();

            Path kept = volume.exchange(NOW).orElseThrow();

            assertThat(volume.before()).contains(new VolumeDirectory.Before(Optional.of(kept)));
            assertThat(kept.resolve("file")).hasContent("before");
            assertThat(data.resolve("file")).hasContent("after");
        }
    }

    @Test
    @Tag("root")
    void whoHasOpenWhatIsToComeIsAskedToCloseIt() throws Exception {
        Path looking = Files.createDirectory(directory.resolve("looking"));
        try (VolumeDirectory volume = VolumeDirectory.open(view, place)) {
            Path incoming = volume.stage(NOW);
            Mounts.bind(incoming, looking);
            try {
                assertThatThrownBy(() -> volume.exchange(NOW))
                        .isInstanceOf(VolumeInUseException.class)
                        .hasMessageContaining(looking.toString());
            } finally {
                Mounts.unmount(looking);
            }
            assertThat(volume.before()).isEmpty();
        }
        assertThat(data.resolve("file")).hasContent("before");
    }

    /** As two containers that are started just before the exchange, and just after it. */
    @Test
    @Tag("root")
    void whenBothHaveUsersTheExchangeStaysAndIsTold() throws Exception {
        Path earlier = Files.createDirectory(directory.resolve("earlier"));
        Path later = Files.createDirectory(directory.resolve("later"));
        AtomicInteger exchanges = new AtomicInteger();
        VolumeDirectory.Exchange inBetween = (handle, name, other) -> {
            boolean isReal = exchanges.incrementAndGet() > 1;
            if (isReal) {
                Mounts.bind(data, earlier);
            }
            DirectoryEntries.exchange(handle, name, other);
            if (isReal) {
                Mounts.bind(data, later);
            }
        };
        try (VolumeDirectory volume = VolumeDirectory.open(view, place, inBetween)) {
            Files.writeString(volume.stage(NOW).resolve("file"), "after");
            try {
                assertThatThrownBy(() -> volume.exchange(NOW))
                        .isInstanceOf(VolumeInUseException.class)
                        .hasMessageContaining(earlier.toString());
            } finally {
                Mounts.unmount(earlier);
                Mounts.unmount(later);
            }
            assertThat(volume.before().orElseThrow().told()).contains(".flockerj-kept-");
        }
        assertThat(data.resolve("file")).hasContent("after");
    }

    @Test
    @Tag("root")
    void whoCameJustBeforeTheExchangeGetsBackWhatHeHas() throws Exception {
        Path earlier = Files.createDirectory(directory.resolve("earlier"));
        AtomicInteger exchanges = new AtomicInteger();
        VolumeDirectory.Exchange inBetween = (handle, name, other) -> {
            if (exchanges.incrementAndGet() == 2) {
                Mounts.bind(data, earlier);
            }
            DirectoryEntries.exchange(handle, name, other);
        };
        try (VolumeDirectory volume = VolumeDirectory.open(view, place, inBetween)) {
            volume.stage(NOW);
            try {
                assertThatThrownBy(() -> volume.exchange(NOW)).isInstanceOf(VolumeInUseException.class);
            } finally {
                Mounts.unmount(earlier);
            }
            assertThat(volume.before()).isEmpty();
        }
        assertThat(data.resolve("file")).hasContent("before");
        assertThat(beside()).singleElement().asString().startsWith(".flockerj-incoming-");
    }
}
