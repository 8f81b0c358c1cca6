package io.flockerj.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {
    private static final Instant NOW = Instant.parse("2026-11-04T09:00:00Z");
    private static final Times TIMES = new Times(Clock.fixed(NOW, ZoneId.of("UTC")), ZoneId.of("Europe/Berlin"));

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1288490188, 1.2 GiB",
        "1048575, 1.0 MiB",
        "-1536, -1.5 KiB",
        "9223372036854775807, 8.0 EiB"
    })
    void sizesAreReadable(long bytes, String text) {
        assertThat(Sizes.text(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.9S, now",
        "PT1S, 1 second ago",
        "PT59S, 59 seconds ago",
        "PT1M, 1 minute ago",
        "PT47H, 47 hours ago",
        "PT48H, 2 days ago",
        "P14D, 2 weeks ago",
        "P800D, 2 years ago",
        "PT-2H, in 2 hours"
    })
    void agesAreReadable(Duration passed, String text) {
        assertThat(TIMES.age(NOW.minus(passed))).isEqualTo(text);
    }

    @Test
    void timesAreLocalAndTellTheirOffsetThen() {
        assertThat(TIMES.full(Instant.parse("2026-07-01T22:05:09Z")))
                .isEqualTo("2026-07-02 00:05:09 +02:00 (17 weeks ago)");
    }

    @Test
    void whatATerminalWouldObeyIsEscaped() {
        assertThat(Printable.of("a\u001b[31mb\n\u202ec\u009b")).isEqualTo("a\\x1b[31mb\\n\\" + "u202ec\\x9b");
        assertThat(Printable.of("Müller 🐑")).isEqualTo("Müller 🐑");
    }

    @Test
    void threeBranchesAreJoinedWhereTheyPart() {
        History history = new History(List.of("c", "b", "a", "root"), false);

        List<String> lines = new ArrayList<>();
        for (String id : List.of("c", "b", "a")) {
            lines.addAll(history.next(id, Optional.of("root")));
        }
        lines.addAll(history.next("root", Optional.empty()));

        assertThat(lines).containsExactly("*", "| *", "| | *", "|_|/", "|/", "*");
    }

    @Test
    void aLineEndsWhereItsParentIsNotShown() {
        History history = new History(List.of("b", "other"), false);

        assertThat(history.next("b", Optional.of("removed"))).containsExactly("*");
        assertThat(history.next("other", Optional.empty())).containsExactly("*");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aDiffLeadsFromOneTextToTheOther(long seed) {
        Random random = new Random(seed);
        List<String> before = lines(random, 40);
        List<String> after = new ArrayList<>(before);
        for (int i = 0; i < random.nextInt(12); i++) {
            if (random.nextBoolean() && !after.isEmpty()) {
                after.remove(random.nextInt(after.size()));
            } else {
                after.add(random.nextInt(after.size() + 1), "new " + i);
            }
        }

        List<String> hunks = UnifiedDiff.of(before, after).orElseThrow();

        assertThat(patched(before, hunks)).as("seed " + seed).isEqualTo(after);
    }

    @Test
    void textsWithNothingInCommonAreNotComparedForEver() {
        assertThat(UnifiedDiff.of(lines(new Random(1), 3000), List.of("x"))).isEmpty();
        assertThat(UnifiedDiff.of(List.of(), List.of())).contains(List.of());
    }

    private static List<String> lines(Random random, int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add("line " + (count > 100 ? i : random.nextInt(10)));
        }
        return lines;
    }

    private static List<String> patched(List<String> before, List<String> hunks) {
        List<String> after = new ArrayList<>();
        int at = 0;
        for (String line : hunks) {
            if (line.startsWith("@@")) {
                String range = line.substring(4, line.indexOf(' ', 4));
                int from = Integer.parseInt(range.split(",", -1)[0]);
                int start = range.endsWith(",0") ? from : from - 1;
                after.addAll(before.subList(at, start));
                at = start;
            } else if (line.startsWith("+")) {
                after.add(line.substring(1));
            } else {
                assertThat(before.get(at)).isEqualTo(line.substring(1));
                if (line.startsWith(" ")) {
                    after.add(before.get(at));
                }
                at++;
            }
        }
        after.addAll(before.subList(at, before.size()));
        return after;
    }
}
