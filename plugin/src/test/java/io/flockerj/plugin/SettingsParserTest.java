package io.flockerj.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.Settings.LogLevel;
import io.flockerj.plugin.SettingsParser.BadSettingsException;
import io.flockerj.plugin.pool.PoolChoice;
import io.flockerj.plugin.pool.QuotaPolicy;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.RandomId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsParserTest {
    private static Settings parse(String... arguments) throws BadSettingsException {
        return SettingsParser.parse(List.of(arguments), Map.of());
    }

    private static Settings fromEnvironment(String variable, String value) throws BadSettingsException {
        return SettingsParser.parse(List.of(), Map.of(variable, value));
    }

    @Test
    void theKeysAndDefaultsAreThese() throws BadSettingsException {
        assertThat(Arrays.stream(SettingKey.values())
                        .map(key -> "--" + key.word() + " " + key.variable() + " " + key.defaultText()))
                .containsExactly(
                        "--socket FLOCKERJ_SOCKET /run/docker/plugins/flockerj.sock",
                        "--control FLOCKERJ_CONTROL /run/flockerj/control.sock",
                        "--host-root FLOCKERJ_HOST_ROOT /",
                        "--state FLOCKERJ_STATE /var/lib/flockerj",
                        "--mounts FLOCKERJ_MOUNTS /run/flockerj/mounts",
                        "--run FLOCKERJ_RUN /run/flockerj",
                        "--pool FLOCKERJ_POOL auto",
                        "--quotas FLOCKERJ_QUOTAS auto",
                        "--trash-keep FLOCKERJ_TRASH_KEEP 24h",
                        "--take-over FLOCKERJ_TAKE_OVER none",
                        "--log-level FLOCKERJ_LOG_LEVEL info");
        assertThat(parse())
                .isEqualTo(new Settings(
                        Path.of("/run/docker/plugins/flockerj.sock"),
                        Path.of("/run/flockerj/control.sock"),
                        Path.of("/"),
                        Path.of("/var/lib/flockerj"),
                        Path.of("/run/flockerj/mounts"),
                        Path.of("/run/flockerj"),
                        new PoolChoice.Automatic(),
                        QuotaPolicy.AUTO,
                        Duration.ofHours(24),
                        Optional.empty(),
                        LogLevel.INFO));
    }

    @Test
    void everySettingIsReadFromArguments() throws BadSettingsException {
        assertThat(parse(
                        "--socket=/s/x.sock",
                        "--control=/s/c.sock",
                        "--host-root=/host",
                        "--state=/srv/state",
                        "--mounts=/mnt/flockerj",
                        "--run=/run/other",
                        "--pool=file:20G",
                        "--quotas=off",
                        "--trash-keep=7d",
                        "--take-over=" + "5c".repeat(16),
                        "--log-level=debug"))
                .isEqualTo(ALL);
    }

    @Test
    void everySettingIsReadFromTheEnvironment() throws BadSettingsException {
        assertThat(SettingsParser.parse(
                        List.of(),
                        Map.ofEntries(
                                Map.entry("FLOCKERJ_SOCKET", "/s/x.sock"),
                                Map.entry("FLOCKERJ_CONTROL", "/s/c.sock"),
                                Map.entry("FLOCKERJ_HOST_ROOT", "/host/"),
                                Map.entry("FLOCKERJ_STATE", "/srv/./state"),
                                Map.entry("FLOCKERJ_MOUNTS", "/mnt/x/../flockerj"),
                                Map.entry("FLOCKERJ_RUN", "/run/other"),
                                Map.entry("FLOCKERJ_POOL", "file:20G"),
                                Map.entry("FLOCKERJ_QUOTAS", "off"),
                                Map.entry("FLOCKERJ_TRASH_KEEP", "168h"),
                                Map.entry("FLOCKERJ_TAKE_OVER", "5c".repeat(16)),
                                Map.entry("FLOCKERJ_LOG_LEVEL", "debug"),
                                Map.entry("PATH", "/bin"))))
                .isEqualTo(ALL);
    }

    private static final Settings ALL = new Settings(
            Path.of("/s/x.sock"),
            Path.of("/s/c.sock"),
            Path.of("/host"),
            Path.of("/srv/state"),
            Path.of("/mnt/flockerj"),
            Path.of("/run/other"),
            new PoolChoice.PoolFile(Optional.of(ByteSize.ofGibibytes(20))),
            QuotaPolicy.OFF,
            Duration.ofDays(7),
            Optional.of(new RandomId("5c".repeat(16))),
            LogLevel.DEBUG);

    @Test
    void anArgumentComesBeforeTheEnvironmentAndTheLastOneCounts() throws BadSettingsException {
        assertThat(SettingsParser.parse(
                                List.of("--state=/a", "--state=/b"),
                                Map.of("FLOCKERJ_STATE", "/c", "FLOCKERJ_RUN", "/d"))
                        .state())
                .isEqualTo(Path.of("/b"));
    }

    @Test
    void anEmptyVariableIsNotSet() throws BadSettingsException {
        assertThat(fromEnvironment("FLOCKERJ_STATE", "")).isEqualTo(parse());
    }

    @Test
    void allProblemsAreToldAtOnceEachWithItsKey() {
        assertThatThrownBy(() -> SettingsParser.parse(
                        List.of(
                                "--socket=flockerj.sock",
                                "--pool=lvm:/dev/vg",
                                "--quotas=maybe",
                                "--trash-keep=1w",
                                "--colour=blue",
                                "state",
                                "--log-level=TRACE"),
                        Map.of("FLOCKERJ_TAKE_OVER", "yes", "FLOCKERJ_PLACE", "x")))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("""
                        FLOCKERJ_PLACE is no setting; the settings are FLOCKERJ_SOCKET, FLOCKERJ_CONTROL, \
                        FLOCKERJ_HOST_ROOT, FLOCKERJ_STATE, FLOCKERJ_MOUNTS, FLOCKERJ_RUN, FLOCKERJ_POOL, \
                        FLOCKERJ_QUOTAS, FLOCKERJ_TRASH_KEEP, FLOCKERJ_TAKE_OVER, FLOCKERJ_LOG_LEVEL
                        '--colour=blue' is no setting; try --help
                        'state' is no setting; try --help
                        --socket (FLOCKERJ_SOCKET) 'flockerj.sock': not an absolute path
                        --pool (FLOCKERJ_POOL) 'lvm:/dev/vg': 'lvm:/dev/vg' is not one of auto, btrfs:DIR, \
                        device:/dev/…, file[:SIZE] or plain:DIR, with absolute paths
                        --quotas (FLOCKERJ_QUOTAS) 'maybe': not one of auto, on, off
                        --trash-keep (FLOCKERJ_TRASH_KEEP) '1w': not a time such as 90m, 24h or 7d
                        --take-over (FLOCKERJ_TAKE_OVER) 'yes': neither 'none' nor the 32 hexadecimal digits that a \
                        device's refusal names
                        --log-level (FLOCKERJ_LOG_LEVEL) 'TRACE': not one of error, warn, info, debug""");
    }

    @ParameterizedTest
    @EnumSource(
            value = SettingKey.class,
            names = {"SOCKET", "CONTROL", "STATE", "MOUNTS", "RUN"})
    void noPlaceOfOursIsTheRootDirectory(SettingKey key) {
        assertThatThrownBy(() -> parse("--" + key.word() + "=/x/.."))
                .isInstanceOf(BadSettingsException.class)
                .hasMessage("--" + key.word() + " (" + key.variable() + ") '/x/..': not a path below /");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--state",
                "--state=",
                "--state=a\0b",
                "--state=x",
                "--STATE=/x",
                "-state=/x",
                "--state /x",
                "--take-over",
                "--take-over=true",
                "--take-over=1",
                "--take-over=",
                "--pool=",
                "--log-level=",
                "--=x",
                "--",
                ""
            })
    void refusesWhatMeansNothing(String argument) {
        assertThatThrownBy(() -> parse(argument)).isInstanceOf(BadSettingsException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0s, 0", "90s, 90", "90m, 5400", "24h, 86400", "7d, 604800", "3650d, 315360000"})
    void removedVolumesAreKeptForATime(String text, long seconds) throws BadSettingsException {
        assertThat(parse("--trash-keep=" + text).keepRemoved()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1h", "1.5h", "h", "1H", "1 h", "3651d", "9999999s", "87601h"})
    void refusesTimesThatMeanNothing(String text) {
        assertThatThrownBy(() -> parse("--trash-keep=" + text))
                .isInstanceOf(BadSettingsException.class)
                .hasMessageStartingWith("--trash-keep (FLOCKERJ_TRASH_KEEP) '" + text + "': ");
    }

    @Test
    void helpTellsEverySetting() {
        String help = SettingsParser.help();

        assertThat(SettingKey.values())
                .allSatisfy(key -> assertThat(help)
                        .contains(
                                "--" + key.word(),
                                key.purpose(),
                                "(" + key.variable() + "; default " + key.defaultText()));
    }
}
