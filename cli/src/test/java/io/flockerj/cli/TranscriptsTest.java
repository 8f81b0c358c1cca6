package io.flockerj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.cli.testing.FakeHub;
import io.flockerj.cli.testing.FakeServer;
import io.flockerj.cli.testing.FakeServer.Asked;
import io.flockerj.cli.testing.Person;
import io.flockerj.cli.testing.Transcript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pins what every command asks and shows. With {@code -Dtranscripts.write=true} the transcripts are written anew, to be
 * looked at before they are kept.
 */
class TranscriptsTest {
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");

    @TempDir
    private Path directory;

    static Stream<Path> transcripts() throws IOException {
        try (Stream<Path> files = Files.list(TRANSCRIPTS)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void everyConversationGoesAsWrittenDown(Path transcript) throws IOException {
        String expected = Files.readString(transcript);
        String actual = rerun(expected);
        if (Boolean.getBoolean("transcripts.write")) {
            Files.writeString(transcript, actual);
        }
        assertThat(actual).isEqualTo(expected);
    }

    private String rerun(String text) throws IOException {
        Transcript.Answers daemonSays = new Transcript.Answers();
        Transcript.Answers dockerSays = new Transcript.Answers();
        Transcript.Answers hubSays = new Transcript.Answers();
        try (FakeServer daemon = FakeServer.start(directory.resolve("control.sock"), daemonSays::to);
                FakeServer docker = FakeServer.start(directory.resolve("docker.sock"), dockerSays::to);
                FakeHub hub = FakeHub.start(directory, hubSays::to)) {
            return Transcript.rerun(text, daemonSays, dockerSays, hubSays, line -> {
                daemon.forget();
                docker.forget();
                hub.forget();
                return type(line, daemon, docker, hub);
            });
        }
    }

    private List<String> type(String line, FakeServer daemon, FakeServer docker, FakeHub hub) {
        List<String> words = words(line.replace("HUB", hub.url()).replace("DIRECTORY", directory.toString()));
        boolean terminal = words.remove("TTY");
        String input = "";
        if (words.getFirst().equals("echo")) {
            input = words.get(1).replace('|', '\n') + "\n";
            words = words.subList(3, words.size());
        }
        assertThat(words.removeFirst()).isEqualTo("fli");
        Person person = Person.in(
                        directory,
                        Map.of(
                                "FLOCKERJ_SOCKET",
                                daemon.socket().toString(),
                                "XDG_CONFIG_HOME",
                                directory.resolve("config").toString(),
                                "DOCKER_HOST",
                                "unix://" + docker.socket()))
                .typing(input.getBytes(StandardCharsets.UTF_8));
        Person seated = terminal ? person.atTerminal() : person;
        int status = Fli.run(seated.surroundings(), words.toArray(String[]::new));
        List<String> shown = new ArrayList<>();
        asked(daemon, ">").map(each -> stable(each, hub)).forEach(shown::add);
        asked(docker, ">docker").forEach(shown::add);
        asked(hub).map(each -> stable(each, hub)).forEach(shown::add);
        stable(seated.out(), hub).lines().forEach(shown::add);
        stable(seated.err(), hub).lines().map(each -> ("! " + each).strip()).forEach(shown::add);
        if (status != 0) {
            shown.add("[" + status + "]");
        }
        return shown;
    }

    private static Stream<String> asked(FakeServer server, String prefix) {
        return server.asked().stream().map(asked -> (prefix + " " + asked + " " + body(asked)).strip());
    }

    private static Stream<String> asked(FakeHub hub) {
        return hub.asked().stream()
                .map(asked -> (">hub " + asked + " " + body(asked)).strip()
                        + (asked.authorization().isEmpty() ? "" : " as " + asked.authorization()));
    }

    private static String body(Asked asked) {
        return asked.body().chars().allMatch(c -> c >= ' ' && c < 0x7f)
                ? asked.body()
                : asked.body().length() + " bytes";
    }

    private String stable(String text, FakeHub hub) {
        return text.replace(hub.url(), "HUB")
                .replaceAll("fli-[^ \"]*-([a-z]+)-20261104T090000Z", "fli-HOST-$1-20261104T090000Z")
                .replace(directory.toString(), "DIRECTORY")
                .replace("\u001b[", "^[");
    }

    /** Splits as a shell does, as far as quotes go. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        for (char c : (line + " ").toCharArray()) {
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        return words;
    }
}
