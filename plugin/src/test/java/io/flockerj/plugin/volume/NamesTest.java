package io.flockerj.plugin.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.plugin.history.Name;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    private static final Path DIRECTORY = Path.of("/mounts");

    @ParameterizedTest
    @ValueSource(strings = {"a", "Z", "0", "db", "my_app.data-1", "a..b", "a.", "x-", "db.json", "con"})
    void acceptsOrdinaryNames(String text) throws InvalidNameException {
        VolumeName name = VolumeName.parse(text);

        assertThat(name).hasToString(text);
        assertThat(DIRECTORY.resolve(name.value()).normalize()).isEqualTo(Path.of("/mounts/" + text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".hid",
                "-dash",
                "_x",
                "../up",
                "/abs",
                "a/b",
                "x//y",
                "rel/../x",
                "a\\b",
                "a b",
                " a",
                "a ",
                "a@",
                "@b",
                "a@b@c",
                "a@b/c",
                "a@{now}",
                "a~1",
                "a:b",
                "a%2Fb",
                "a?b",
                "a#b",
                "a*b",
                "$HOME",
                "ünï",
                "a\nb",
                "db\n",
                "\0",
                "a\0",
                "a\u202Eb",
                "\uD800",
                "ａ"
            })
    void refusesWhatCouldBeAnythingElseThanAName(String text) {
        assertThatThrownBy(() -> VolumeName.parse(text))
                .isInstanceOf(InvalidNameException.class)
                .hasMessageContaining("cannot be the name of a volume: a name is " + VolumeName.RULE);
        assertThatIllegalArgumentException().isThrownBy(() -> new VolumeName(text));
        assertThatIllegalArgumentException().isThrownBy(() -> new Name(text));
    }

    @Test
    void acceptsUpTo128Characters() throws InvalidNameException {
        assertThat(VolumeName.parse("n".repeat(128)).value()).hasSize(128);
        assertThatThrownBy(() -> VolumeName.parse("n".repeat(129))).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void acceptsExactlyWhatTheRuleSays() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = randomText(random);
            int at = text.indexOf('@');
            boolean follows = at < 0
                    ? isPlainName(text)
                    : text.length() <= 200
                            && isPlainName(text.substring(0, at))
                            && isPlainName(text.substring(at + 1).replaceFirst("~[0-9]{0,7}$", ""));

            assertThat(accepts(text)).as("'%s', seed %d", text, seed).isEqualTo(follows);
        }
    }

    @Test
    void aMessageRepeatsAHostileNameHarmlesslyAndNotForLong() {
        String hostile = "\u001B[31m\r\n\u0085\u202E\u2028\uD800" + "x".repeat(1_000_000);

        assertThatThrownBy(() -> VolumeName.parse(hostile))
                .hasMessageStartingWith("'?[31m??????xxx")
                .hasMessageContaining("x…' cannot be")
                .extracting(Throwable::getMessage)
                .satisfies(message -> assertThat(message).hasSizeLessThan(250));
    }

    @Test
    void namesOf64HexadecimalDigitsAreAnonymous() {
        assertThat(new VolumeName("0123456789abcdef".repeat(4)).isAnonymous()).isTrue();
        assertThat(new VolumeName("0123456789abcdef".repeat(4) + "0").isAnonymous())
                .isFalse();
        assertThat(new VolumeName("0123456789ABCDEF".repeat(4)).isAnonymous()).isFalse();
        assertThat(new VolumeName("0123456789abcdeg".repeat(4)).isAnonymous()).isFalse();
        assertThat(new VolumeName("db").isAnonymous()).isFalse();
    }

    @Test
    void namesAreOrderedAsText() {
        assertThat(new VolumeName("a")).isLessThan(new VolumeName("b")).isGreaterThan(new VolumeName("B"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2f73349cfc4630255319c6c8dfc1b46a8996ace9d14d8e07563b165915918ec2", "x", "../up", "a b/ü"})
    void acceptsAnyIdOfAMount(String text) throws InvalidNameException {
        assertThat(MountId.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\0", "\u0085"})
    void refusesIdsWithControlCharacters(String text) {
        assertThatThrownBy(() -> MountId.parse(text)).isInstanceOf(InvalidNameException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> new MountId(text));
    }

    @Test
    void acceptsIdsOfUpTo256Characters() throws InvalidNameException {
        assertThat(MountId.parse("i".repeat(256)).value()).hasSize(256);
        assertThatThrownBy(() -> MountId.parse("i".repeat(257))).isInstanceOf(InvalidNameException.class);
    }

    private static String randomText(Random random) {
        String letters = "aZ09_.-/ \0\n@ü";
        int length = random.nextInt(8) == 0 ? 120 + random.nextInt(16) : random.nextInt(5);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(length > 100 ? 400 : 20);
            text.append(kind == 0 ? (char) random.nextInt(0x10000) : letters.charAt(random.nextInt(kind < 3 ? 13 : 7)));
        }
        return text.toString();
    }

    private static boolean isPlainName(String text) {
        return !text.isEmpty()
                && text.length() <= 128
                && text.chars().allMatch(c -> isLetterOrDigit(c) || c == '_' || c == '.' || c == '-')
                && isLetterOrDigit(text.charAt(0));
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static boolean accepts(String text) {
        try {
            return VolumeName.parse(text).value().equals(text);
        } catch (InvalidNameException e) {
            return false;
        }
    }
}
