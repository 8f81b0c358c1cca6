package io.flockerj.plugin.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefParserTest {
    private static final Instant NOW = Instant.parse("2026-11-04T10:20:30.123456789Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final String LETTERS = "abzABZ019_.-";
    private static final int ROUNDS = 20_000;

    private final RefParser parser = new RefParser(Clock.fixed(NOW, ZoneOffset.ofHours(-7)));

    @Test
    void aVolumeAloneHasNoRevision() throws InvalidRefException {
        assertThat(parser.parse("db", BERLIN)).isEqualTo(new Ref("db", Optional.empty()));
        assertThat(parser.parse("0_a.B-", BERLIN).volume()).isEqualTo("0_a.B-");
    }

    @ParameterizedTest
    @CsvSource({
        "v1.0, v1.0, 0",
        "main, main, 0",
        "3f2a91, 3f2a91, 0",
        "latest, latest, 0",
        "latest~, latest, 1",
        "latest~2, latest, 2",
        "latest~0, latest, 0",
        "latest~002, latest, 2",
        "v1.0~1~2, v1.0, 3",
        "v1.0~~, v1.0, 2",
        "v1.0~~3~, v1.0, 5",
        "x~1000000, x, 1000000",
        "x~999999~, x, 1000000",
        "2026-11-03, 2026-11-03, 0",
        "now, now, 0"
    })
    void aNameMayBeFollowedByStepsBack(String text, String name, int back) throws InvalidRefException {
        assertThat(parser.parse("db@" + text, BERLIN))
                .isEqualTo(new Ref("db", Optional.of(new Revision.Named(name, back))));
    }

    @Test
    void namesHaveUpTo128Characters() throws InvalidRefException {
        String longest = "n".repeat(128);

        assertThat(parser.parse(longest + "@" + longest + "~1000000", BERLIN))
                .isEqualTo(new Ref(longest, Optional.of(new Revision.Named(longest, 1_000_000))));
        isRefused(longest + "n");
        isRefused("db@" + longest + "n");
    }

    @ParameterizedTest
    @CsvSource({
        "db@{2026-11-03 23:32}, 2026-11-03T22:32:00Z",
        "db@{ 2026-11-03  23:32Z }, 2026-11-03T23:32:00Z",
        "db@{2 hours ago}, 2026-11-04T08:20:30.123456789Z",
        "db@{now}, 2026-11-04T10:20:30.123456789Z"
    })
    void aTimeStandsInBraces(String text, Instant when) throws InvalidRefException {
        assertThat(parser.parse(text, BERLIN)).isEqualTo(new Ref("db", Optional.of(new Revision.At(when))));
    }

    @ParameterizedTest
    @CsvSource({
        "db, db",
        "db@v1~0, db@v1",
        "db@v1~, db@v1~1",
        "db@v1~01~2, db@v1~3",
        "db@{2026-11-03 23:32:10.5}, db@{2026-11-03T22:32:10.500Z}",
        "db@{2 hours ago}, db@{2026-11-04T08:20:30.123456789Z}"
    })
    void theCanonicalTextIsWhatWasMeant(String text, String canonical) throws InvalidRefException {
        assertThat(parser.parse(text, BERLIN)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "@",
                "@v1",
                "db@",
                "db@@",
                "db@a@b",
                " db",
                "db ",
                "db @v1",
                "db@ v1",
                "db@v1 ",
                ".db",
                "-db@v1",
                "_db",
                "a/b",
                "../up",
                "dü",
                "db~1",
                "db:v1",
                "db@~1",
                "db@.v1",
                "db@-v1",
                "db@v1^",
                "db@v1~-1",
                "db@v1~+1",
                "db@v1~x",
                "db@v1~1.5",
                "db@v1~ 1",
                "db@v1~1x",
                "db@v1~٣",
                "db@v1~1000001",
                "db@v1~999999~2",
                "db@v1~0000000001",
                "db@v1~99999999999999999999",
                "db@{",
                "db@}",
                "db@{}",
                "db@{ }",
                "db@{2 hours ago",
                "db@2 hours ago",
                "db@2026-11-03 23:32",
                "db@23:32",
                "db@{now}~1",
                "db@{now} ",
                "db@{{now}}",
                "db@{now}{now}",
                "db@x{now}",
                "db{now}",
                "db@{v1}",
                "db@\0",
                "db\n",
                "db@v1\r\n",
                "db@{now\n}",
                "db@{\tnow}",
                "db@{no\u007Fw}",
                "db@{no\u0085w}",
                "db@{now\u00A0}",
                "db@{\u2003now}",
                "db@{now\u2028}",
                "db@\uD800",
                "db@ｖ1",
                "db@v\u202E1"
            })
    void everythingElseIsRefusedWithExamples(String text) {
        isRefused(text);
    }

    private void isRefused(String text) {
        assertThatThrownBy(() -> parser.parse(text, BERLIN))
                .isInstanceOf(InvalidRefException.class)
                .message()
                .containsPattern("'.*' (cannot be|names|goes|is|has)")
                .containsAnyOf("a ref is, for example, db, db@v1.0,", "a time is, for example, 2026-11-03 23:32,");
    }

    @Test
    void aMessageSaysWhatIsWrong() {
        assertThatThrownBy(() -> parser.parse("d/b@v1", BERLIN))
                .hasMessageStartingWith("'d/b' cannot be the name of a volume: a name is 1 to 128 letters,");
        assertThatThrownBy(() -> parser.parse("db@yesterday 23:32", BERLIN))
                .hasMessageStartingWith("'yesterday 23:32' is a time, and stands in braces")
                .hasMessageContaining("'db@{yesterday 23:32}'");
        assertThatThrownBy(() -> parser.parse("db@v1~1000001", BERLIN))
                .hasMessageStartingWith("'v1~1000001' goes back too far: by at most 1000000 snapshots");
        assertThatThrownBy(() -> parser.parse("db@{soon}", BERLIN)).hasMessageStartingWith("'soon' is not a time; ");
        assertThatThrownBy(() -> parser.parse("db@{2026-02-30}", BERLIN))
                .hasMessageStartingWith("'2026-02-30' is in no calendar");
        assertThatThrownBy(() -> parser.parse("db@{11:32 pm}", BERLIN))
                .hasMessageStartingWith("no time zone is called 'pm'; ");
        assertThatThrownBy(() -> parser.parse("db\n", BERLIN)).hasMessageStartingWith("'db?' has a control character");
    }

    @Test
    void textsOfMoreThan300CharactersAreRefused() throws InvalidRefException {
        String spaces = " ".repeat(300 - "db@{now}".length());

        assertThat(parser.parse("db@{now" + spaces + "}", BERLIN))
                .isEqualTo(new Ref("db", Optional.of(new Revision.At(NOW))));
        assertThatThrownBy(() -> parser.parse("db@{now " + spaces + "}", BERLIN))
                .isInstanceOf(InvalidRefException.class)
                .hasMessageContaining("is longer than 300 characters");
        assertThatThrownBy(() -> parser.parseTime("now" + " ".repeat(298), BERLIN))
                .isInstanceOf(InvalidRefException.class)
                .hasMessageContaining("is longer than 300 characters");
    }

    @Test
    void aMessageRepeatsHostileTextHarmlesslyAndNotForLong() {
        String hostile = "\u001B[31m\r\n\u0085\u202E\u2028\uD800" + "x".repeat(1_000_000);

        for (String text : List.of(hostile, "db@" + hostile, "db@{" + hostile + "}")) {
            assertThatThrownBy(() -> parser.parse(text, BERLIN))
                    .isInstanceOf(InvalidRefException.class)
                    .hasMessageContaining("?[31m??????xxx")
                    .extracting(Throwable::getMessage)
                    .satisfies(message -> assertThat(message).hasSizeLessThan(400));
        }
    }

    @Test
    void whatIsMadeWithoutTheParserIsChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Ref("d@b", Optional.empty()));
        assertThatIllegalArgumentException().isThrownBy(() -> new Revision.Named("", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Revision.Named("v1~1", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Revision.Named("v1", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Revision.Named("v1", 1_000_001));
        assertThatIllegalArgumentException().isThrownBy(() -> new Revision.At(Instant.MIN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Revision.At(Revision.At.LAST.plusNanos(1)));
    }

    @Test
    void theCanonicalTextIsReadBackAsTheSameRefInEveryZone() throws InvalidRefException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<ZoneId> zones =
                ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
        for (int i = 0; i < ROUNDS; i++) {
            Ref ref = new Ref(name(random), revision(random));
            ZoneId zone = zones.get(random.nextInt(zones.size()));

            assertThat(parser.parse(ref.toString(), zone))
                    .as("%s in %s, seed %d", ref, zone, seed)
                    .isEqualTo(ref);
        }
    }

    @Test
    void noiseIsReadOrRefusedButNeverAnythingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<String> pieces = List.of(
                "db",
                "@",
                "{",
                "}",
                "~",
                "1",
                "9".repeat(20),
                " ",
                "  ",
                "-",
                ":",
                "+",
                ".",
                "T",
                "Z",
                "utc",
                "ago",
                "a",
                "last",
                "tue",
                "today",
                "month",
                "m",
                "2026-11-03",
                "0000-00-00",
                "23:32",
                "99:99",
                ":59.123456789",
                "999999999",
                "years",
                "Europe/Berlin",
                "+18:01",
                "GMT+9",
                "/",
                "\0",
                "\u2028",
                "\uD83D",
                "é");
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "db@{" : "");
            for (int n = random.nextInt(8); n > 0; n--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            text.append(random.nextBoolean() ? "}" : "");

            assertThat(isReadTwiceAlike(text.toString()))
                    .as("'%s', seed %d", text, seed)
                    .isTrue();
        }
    }

    private boolean isReadTwiceAlike(String text) {
        try {
            Ref ref = parser.parse(text, BERLIN);
            return parser.parse(ref.toString(), ZoneOffset.UTC).equals(ref);
        } catch (InvalidRefException e) {
            return true;
        }
    }

    private static String name(Random random) {
        int length = random.nextInt(8) == 0 ? 128 : 1 + random.nextInt(12);
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < length; i++) {
            name.append(LETTERS.charAt(random.nextInt(i == 0 ? 9 : LETTERS.length())));
        }
        return name.toString();
    }

    private static Optional<Revision> revision(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> Optional.empty();
            case 1 ->
                Optional.of(new Revision.Named(name(random), random.nextInt(1 + (1_000_000 >> random.nextInt(20)))));
            default -> Optional.of(new Revision.At(moment(random)));
        };
    }

    private static Instant moment(Random random) {
        long second = random.nextLong(Revision.At.EARLIEST.getEpochSecond(), Revision.At.LAST.getEpochSecond() + 1);
        int unit = List.of(1_000_000_000, 1_000_000, 1_000, 1).get(random.nextInt(4));
        return Instant.ofEpochSecond(second, random.nextLong(1_000_000_000) / unit * unit);
    }
}
