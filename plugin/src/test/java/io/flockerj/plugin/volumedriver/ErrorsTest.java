package io.flockerj.plugin.volumedriver;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.volume.NotBroughtException;
import io.flockerj.plugin.volume.VolumeInUseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of every call but Get, which has a test of its own. */
class ErrorsTest {
    @TempDir
    Path directory;

    private TestingDriver driver;

    @BeforeEach
    void start() throws IOException {
        driver = TestingDriver.open(directory, TestingDriver.PATIENT);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    static Stream<String> callsOfAVolume() {
        return Stream.of("Create", "Remove", "Mount", "Unmount", "Path");
    }

    @ParameterizedTest
    @MethodSource("callsOfAVolume")
    void emptyBodyIsAnError(String call) throws IOException {
        assertThat(driver.fail(call, "")).contains("no body");
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("callsOfAVolume")
    void missingNameIsAnError(String call) throws IOException {
        assertThat(driver.fail(call, "{}")).contains("lacks \"Name\"");
        assertThat(driver.fail(call, "{\"ID\":\"x\",\"Name\":null}")).contains("lacks \"Name\"");
        assertThat(driver.fail(call, "{\"name\":\"v\",\"NAME\":\"v\"}")).contains("lacks \"Name\"");
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("callsOfAVolume")
    void nameThatIsNoStringIsAnError(String call) throws IOException {
        for (String value : new String[] {"7", "true", "[]", "{}", "[\"v\"]"}) {
            assertThat(driver.fail(call, "{\"Name\":" + value + "}")).contains("\"Name\"", "must be a string");
        }
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("callsOfAVolume")
    void bodyThatIsNoJsonObjectIsAnError(String call) throws IOException {
        for (String body : new String[] {
            " ",
            "null",
            "7",
            "\"v\"",
            "[]",
            "{",
            "{\"Name\":\"v\"",
            "{\"Name\":\"v\"}}",
            "{\"Name\":\"v\"} {}",
            "{'Name':'v'}",
            "{\"Name\":\"v\",}",
            "{\"Name\":\"v\"}\u0000",
            "{\"Name\":\"\u0001\"}",
            "{\"Name\":\"v\",\"x\":NaN}"
        }) {
            assertThat(driver.fail(call, body)).as(body).contains("JSON");
        }
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("callsOfAVolume")
    void bodyThatIsTooDeepOrHasTooManyPartsIsAnError(String call) throws IOException {
        String deep = "[".repeat(1000) + "]".repeat(1000);
        String many = "[" + "1,".repeat(20_000) + "1]";
        for (String value : new String[] {deep, many, "1".repeat(1000)}) {
            assertThat(driver.fail(call, "{\"Name\":\"v\",\"ID\":\"x\",\"More\":" + value + "}"))
                    .contains("JSON");
        }
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("callsOfAVolume")
    void everyNameThatCannotBeIsAnErrorThatStatesTheRule(String call) throws IOException {
        for (String name : NamesTable.IMPOSSIBLE) {
            assertThat(driver.fail(call, "{\"Name\":" + NamesTable.json(name) + ",\"ID\":\"x\"}"))
                    .as(name)
                    .contains("1 to 128 letters, digits");
        }
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @Test
    void everyNameThatCanBeIsTaken() throws IOException {
        for (String name : NamesTable.POSSIBLE) {
            driver.succeed("Create", "{\"Name\":" + NamesTable.json(name) + "}");
        }
        assertThat(driver.volumes.calls())
                .containsExactlyElementsOf(NamesTable.POSSIBLE.stream()
                        .map(name -> "create " + name)
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mount", "Unmount"})
    void idThatCannotBeIsAnError(String call) throws IOException {
        assertThat(driver.fail(call, "{\"Name\":\"v\"}")).contains("lacks \"ID\"");
        assertThat(driver.fail(call, "{\"Name\":\"v\",\"ID\":7}")).contains("\"ID\"", "must be a string");
        assertThat(driver.fail(call, "{\"Name\":\"v\",\"ID\":\"\"}")).contains("ID");
        assertThat(driver.fail(call, "{\"Name\":\"v\",\"ID\":\"a\\nb\"}")).contains("ID");
        assertThat(driver.fail(call, "{\"Name\":\"v\",\"ID\":\"" + "x".repeat(257) + "\"}"))
                .contains("ID");
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @Test
    void optionThatIsNoStringIsAnErrorThatNamesIt() throws IOException {
        for (String value : new String[] {"7", "true", "null", "[]", "{}"}) {
            assertThat(driver.fail("Create", "{\"Name\":\"v\",\"Opts\":{\"uid\":\"0\",\"size\":" + value + "}}"))
                    .contains("'size'", "string");
        }
        for (String opts : new String[] {"7", "\"x\"", "[\"size\"]", "true"}) {
            assertThat(driver.fail("Create", "{\"Name\":\"v\",\"Opts\":" + opts + "}"))
                    .contains("\"Opts\"", "object");
        }
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @Test
    void optionsBeyondTheirLimitsAreErrors() throws IOException {
        String many = IntStream.rangeClosed(0, Arguments.MOST_OPTIONS)
                .mapToObj(i -> "\"k" + i + "\":\"\"")
                .collect(Collectors.joining(","));
        String longKey = "\"" + "k".repeat(Arguments.LONGEST_OPTION_KEY + 1) + "\":\"\"";
        String longValue = "\"key\":\"" + "x".repeat(Arguments.LONGEST_OPTION_VALUE + 1) + "\"";
        for (String options : new String[] {many, longKey, longValue}) {
            assertThat(driver.fail("Create", "{\"Name\":\"v\",\"Opts\":{" + options + "}}"))
                    .contains("option")
                    .hasSizeLessThan(300);
        }
        assertThat(driver.volumes.calls()).isEmpty();
    }

    @Test
    void hugeNameIsRefusedAsAName() throws IOException {
        assertThat(driver.fail("Create", "{\"Name\":\"" + "x".repeat(1_000_000) + "\"}"))
                .contains("1 to 128 letters, digits")
                .hasSizeLessThan(300);
    }

    @Test
    void whatTheVolumesRefuseIsToldInTheirWords() throws IOException {
        driver.volumes.interruptWith(call -> {
            throw new VolumeInUseException("volume 'v' is in use by PID 7; stop its container first");
        });
        assertThat(driver.fail("Remove", "{\"Name\":\"v\"}"))
                .isEqualTo("volume 'v' is in use by PID 7; stop its container first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Create", "Remove", "Mount", "Unmount"})
    void failureOfTheDiskIsAnErrorThatSaysWhy(String call) throws IOException {
        driver.volumes.interruptWith(volume -> {
            throw new IOException("No space left on device");
        });
        assertThat(driver.fail(call, "{\"Name\":\"v\",\"ID\":\"x\"}")).contains("No space left on device", "log");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Create", "Remove", "Mount", "Unmount", "Path", "List"})
    void failureOfTheDiskWhereNoneCanBeDeclaredIsToldTheSame(String call) throws IOException {
        driver.volumes.interruptWith(volume -> {
            throw new UncheckedIOException(new IOException("No space left on device"));
        });
        assertThat(driver.fail(call, "{\"Name\":\"v\",\"ID\":\"x\"}"))
                .startsWith("the pool or the host's file system failed: No space left on device");
    }

    @Test
    void aRemoteThatGivesNothingIsNotTakenForTheDisk() throws IOException {
        driver.volumes.interruptWith(volume -> {
            throw new NotBroughtException(
                    new IOException("cannot read flockerj on https://hub.example/team: nothing answers there"));
        });
        assertThat(driver.fail("Create", "{\"Name\":\"v\"}"))
                .isEqualTo("cannot read flockerj on https://hub.example/team: nothing answers there."
                        + " The log of flockerj tells more");
    }

    @Test
    void aFailureOnTheWayThatSaysLittleIsToldWithItsKind() throws IOException {
        driver.volumes.interruptWith(volume -> {
            throw new NotBroughtException(new NoSuchFileException("/pool/tracking"));
        });
        assertThat(driver.fail("Create", "{\"Name\":\"v\"}"))
                .startsWith("/pool/tracking: there is no such file or directory. ");
        driver.volumes.interruptWith(volume -> {
            throw new NotBroughtException(new ClosedChannelException());
        });
        assertThat(driver.fail("Create", "{\"Name\":\"v\"}"))
                .isEqualTo("java.nio.channels.ClosedChannelException. The log of flockerj tells more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Create", "Remove", "Mount", "Unmount", "Path", "List"})
    void mistakeOfOursIsAnErrorAndTheNextCallIsServed(String call) throws IOException {
        driver.volumes.interruptWith(volume -> {
            throw new IllegalStateException("broken on purpose");
        });
        assertThat(driver.fail(call, "{\"Name\":\"v\",\"ID\":\"x\"}")).contains("mistake", "broken on purpose");
        driver.volumes.interruptWith(volume -> {});
        driver.succeed("Create", "{\"Name\":\"v\"}");
    }

    @Test
    void halfOfASurrogatePairInAMessageIsAnsweredAsAQuestionMark() throws IOException {
        driver.volumes.interruptWith(call -> {
            throw new VolumeInUseException("half \ud800 pair");
        });
        assertThat(driver.fail("Remove", "{\"Name\":\"v\"}")).isEqualTo("half ? pair");
    }
}
