package io.flockerj.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemotePlaceTest {
    @ParameterizedTest
    @ValueSource(strings = {"team/db", "team/db@main", "team/db@{2026/11/03}", "team/", "/srv/data", "file:///mnt/nas"})
    void aSlashBeforeAnyAtMeansAPlaceOnARemote(String text) {
        assertThat(RemotePlace.isMeant(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "db", "db@main", "db@team/main", "db@{2026/11/03 23:32}", "@/"})
    void everythingElseMeansAVolume(String text) {
        assertThat(RemotePlace.isMeant(text)).isFalse();
    }

    @Test
    void thePartsAreTakenApart() throws CommandException {
        assertThat(RemotePlace.ofVolumeset("team"))
                .isEqualTo(new RemotePlace("team", Optional.empty(), Optional.empty()));
        assertThat(RemotePlace.ofVolumeset("team/app-db"))
                .isEqualTo(new RemotePlace("team", Optional.of("app-db"), Optional.empty()));
        assertThat(RemotePlace.ofSnapshot("team/db"))
                .isEqualTo(new RemotePlace("team", Optional.of("db"), Optional.empty()));
        assertThat(RemotePlace.ofSnapshot("team/db@a/b@c"))
                .isEqualTo(new RemotePlace("team", Optional.of("db"), Optional.of("a/b@c")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "team/", "/db", "a/b/c", "team/db@", "team/db@main", "team@main", "team/@main"})
    void whatIsNoVolumesetOnARemoteIsRefused(String text) {
        assertThatThrownBy(() -> RemotePlace.ofVolumeset(text))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("'" + text + "' is no place on a remote; write REMOTE or REMOTE/NAME, and");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "team", "team/", "/db", "a/b/c", "team/db@", "team@main", "team/@main"})
    void whatIsNoSnapshotOnARemoteIsRefused(String text) {
        assertThatThrownBy(() -> RemotePlace.ofSnapshot(text))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(
                        "'" + text + "' is no place on a remote; write REMOTE/NAME or REMOTE/NAME@REF, and");
    }

    @Test
    void aUrlIsToBeGivenAName() {
        assertThatThrownBy(() -> RemotePlace.ofVolumeset("file:///mnt/nas"))
                .hasMessageContaining("fli remote add NAME file:///mnt/nas");
    }
}
