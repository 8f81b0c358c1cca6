package io.flockerj.plugin.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link RefParser} reads as a time. */
class TimesTest {
    /** A Wednesday, 11:20:30 in Berlin. */
    private static final Instant NOW = Instant.parse("2026-11-04T10:20:30Z");

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final int ROUNDS = 5_000;

    private static Instant read(String text, Instant now, ZoneId zone) throws InvalidRefException {
        return new RefParser(Clock.fixed(now, ZoneOffset.ofHours(-7))).parseTime(text, zone);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-03T23:32, 2026-11-03T22:32:00Z",
        "2026-11-03 23:32, 2026-11-03T22:32:00Z",
        "2026-11-03t23:32, 2026-11-03T22:32:00Z",
        "2026-11-03T23:32:05, 2026-11-03T22:32:05Z",
        "2026-11-03 23:32:05.1, 2026-11-03T22:32:05.100Z",
        "2026-11-03 23:32:05.123456789, 2026-11-03T22:32:05.123456789Z",
        "'  2026-11-03   23:32  ', 2026-11-03T22:32:00Z",
        "{2026-11-03 23:32}, 2026-11-03T22:32:00Z",
        "{ 2026-11-03 23:32 }, 2026-11-03T22:32:00Z",
        "2026-11-03, 2026-11-02T23:00:00Z",
        "2024-02-29, 2024-02-28T23:00:00Z",
        "0001-01-02, 0001-01-01T23:06:32Z",
        "9999-12-31 23:32, 9999-12-31T22:32:00Z"
    })
    void datesAndTimesAreOfTheGivenZone(String text, Instant time) throws InvalidRefException {
        assertThat(read(text, NOW, BERLIN)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-03T23:32Z, 2026-11-03T23:32:00Z",
        "2026-11-03T23:32:05.5z, 2026-11-03T23:32:05.500Z",
        "2026-11-03 23:32 Z, 2026-11-03T23:32:00Z",
        "2026-11-03 23:32 UTC, 2026-11-03T23:32:00Z",
        "2026-11-03 23:32utc, 2026-11-03T23:32:00Z",
        "2026-11-03T23:32+02:00, 2026-11-03T21:32:00Z",
        "2026-11-03 23:32 +0200, 2026-11-03T21:32:00Z",
        "2026-11-03 23:32:05-0530, 2026-11-04T05:02:05Z",
        "2026-11-03 23:32 -05, 2026-11-04T04:32:00Z",
        "2026-11-03 23:32 America/New_York, 2026-11-04T04:32:00Z",
        "2026-11-03T23:32America/Argentina/Buenos_Aires, 2026-11-04T02:32:00Z",
        "2026-11-03 23:32 Etc/GMT-3, 2026-11-03T20:32:00Z",
        "2026-11-03 23:32 UTC+03:00, 2026-11-03T20:32:00Z",
        "2026-11-03 Asia/Tokyo, 2026-11-02T15:00:00Z",
        "2026-11-03Asia/Tokyo, 2026-11-02T15:00:00Z",
        "2026-11-03Z, 2026-11-03T00:00:00Z",
        "2026-11-03+02:00, 2026-11-02T22:00:00Z",
        "2026-11-03 -0500, 2026-11-03T05:00:00Z",
        "23:32 UTC, 2026-11-04T23:32:00Z",
        "09:00 Asia/Tokyo, 2026-11-04T00:00:00Z",
        "yesterday UTC, 2026-11-03T00:00:00Z",
        "tuesday 23:32Z, 2026-11-03T23:32:00Z"
    })
    void aZoneAtTheEndGoesFirst(String text, Instant time) throws InvalidRefException {
        assertThat(read(text, NOW, BERLIN)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "now, 2026-11-04T10:20:30Z",
        "NOW, 2026-11-04T10:20:30Z",
        "{now}, 2026-11-04T10:20:30Z",
        "today, 2026-11-03T23:00:00Z",
        "Today 09:00, 2026-11-04T08:00:00Z",
        "09:00, 2026-11-04T08:00:00Z",
        "23:32, 2026-11-04T22:32:00Z",
        "23:32:05.5, 2026-11-04T22:32:05.500Z",
        "yesterday, 2026-11-02T23:00:00Z",
        "yesterday 23:32, 2026-11-03T22:32:00Z",
        "YESTERDAY  23:32:05, 2026-11-03T22:32:05Z"
    })
    void daysNearNowHaveNames(String text, Instant time) throws InvalidRefException {
        assertThat(read(text, NOW, BERLIN)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "wednesday, 2026-11-03T23:00:00Z",
        "wednesday 11:20, 2026-11-04T10:20:00Z",
        "wednesday 11:20:30, 2026-11-04T10:20:30Z",
        "wednesday 11:20:30.000000001, 2026-10-28T10:20:30.000000001Z",
        "wed 23:32, 2026-10-28T22:32:00Z",
        "last wednesday, 2026-11-03T23:00:00Z",
        "last wed 23:32, 2026-10-28T22:32:00Z",
        "tuesday, 2026-11-02T23:00:00Z",
        "tuesday 23:32, 2026-11-03T22:32:00Z",
        "last tuesday 23:32, 2026-11-03T22:32:00Z",
        "Last  TUE 23:32, 2026-11-03T22:32:00Z",
        "mon, 2026-11-01T23:00:00Z",
        "Sunday, 2026-10-31T23:00:00Z",
        "sat, 2026-10-30T23:00:00Z",
        "fri, 2026-10-29T23:00:00Z",
        "thu, 2026-10-28T23:00:00Z",
        "thursday 00:00, 2026-10-28T23:00:00Z"
    })
    void aWeekdayIsTheMostRecentSuchMomentNotInTheFuture(String text, Instant time) throws InvalidRefException {
        assertThat(read(text, NOW, BERLIN)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "Asia/Tokyo, today, 2026-11-03T15:00:00Z",
        "Pacific/Kiritimati, today, 2026-11-04T10:00:00Z",
        "Pacific/Kiritimati, thursday, 2026-11-04T10:00:00Z",
        "Pacific/Pago_Pago, today, 2026-11-03T11:00:00Z",
        "Pacific/Pago_Pago, wednesday, 2026-10-28T11:00:00Z",
        "Pacific/Pago_Pago, yesterday 23:32, 2026-11-03T10:32:00Z"
    })
    void whichDayTodayIsDependsOnTheZone(ZoneId zone, String text, Instant time) throws InvalidRefException {
        assertThat(read(text, NOW, zone)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "90 s ago, 2026-11-04T10:19:00Z",
        "1sec ago, 2026-11-04T10:20:29Z",
        "30 seconds ago, 2026-11-04T10:20:00Z",
        "90m ago, 2026-11-04T08:50:30Z",
        "20 min ago, 2026-11-04T10:00:30Z",
        "1 minute ago, 2026-11-04T10:19:30Z",
        "2 hours ago, 2026-11-04T08:20:30Z",
        "2h ago, 2026-11-04T08:20:30Z",
        "an hour ago, 2026-11-04T09:20:30Z",
        "1 day 3 hours ago, 2026-11-03T07:20:30Z",
        "1d3h ago, 2026-11-03T07:20:30Z",
        "3h 1d ago, 2026-11-03T07:20:30Z",
        "{1 day 3 hours ago}, 2026-11-03T07:20:30Z",
        "A Week  Ago, 2026-10-28T10:20:30Z",
        "2w ago, 2026-10-21T09:20:30Z",
        "1 month ago, 2026-10-04T09:20:30Z",
        "2 MONTHS ago, 2026-09-04T09:20:30Z",
        "1 year ago, 2025-11-04T10:20:30Z",
        "2y 1 month ago, 2024-10-04T09:20:30Z",
        "0 days ago, 2026-11-04T10:20:30Z",
        "999999999 seconds ago, 1995-02-26T08:33:51Z"
    })
    void agesAreCountedFromNow(String text, Instant time) throws InvalidRefException {
        assertThat(read(text, NOW, BERLIN)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-31T12:00:00Z, 1 month ago, 2026-02-28T13:00:00Z",
        "2024-02-29T12:00:00Z, 1 year ago, 2023-02-28T12:00:00Z",
        "2024-02-29T12:00:00Z, 4 years ago, 2020-02-29T12:00:00Z",
        "2026-03-31T12:00:00Z, 1 month 1 day ago, 2026-02-27T13:00:00Z",
        "2026-03-29T10:00:00Z, 1 day ago, 2026-03-28T11:00:00Z",
        "2026-03-29T10:00:00Z, 24 hours ago, 2026-03-28T10:00:00Z",
        "2026-03-29T10:00:00Z, 1 day 1 hour ago, 2026-03-28T10:00:00Z"
    })
    void daysAndMoreAreOfTheCalendarAndHoursExact(Instant now, String text, Instant time) throws InvalidRefException {
        assertThat(read(text, now, BERLIN)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({
        // Skipped from 02:00 to 03:00.
        "2026-03-29T10:00:00Z, Europe/Berlin, 2026-03-29 01:59, 2026-03-29T00:59:00Z",
        "2026-03-29T10:00:00Z, Europe/Berlin, 2026-03-29 02:30, 2026-03-29T01:30:00Z",
        "2026-03-29T10:00:00Z, Europe/Berlin, 02:30, 2026-03-29T01:30:00Z",
        "2026-03-29T10:00:00Z, Europe/Berlin, 2026-03-29 02:30+01:00, 2026-03-29T01:30:00Z",
        "2026-03-30T00:30:00Z, Europe/Berlin, 1 day ago, 2026-03-29T01:30:00Z",
        // Twice from 02:00 to 03:00.
        "2026-10-25T10:00:00Z, Europe/Berlin, 2026-10-25 02:30, 2026-10-25T00:30:00Z",
        "2026-10-25T10:00:00Z, Europe/Berlin, sunday 02:30, 2026-10-25T00:30:00Z",
        "2026-10-25T10:00:00Z, Europe/Berlin, 2026-10-25 02:30+01:00, 2026-10-25T01:30:00Z",
        "2026-10-26T01:30:00Z, Europe/Berlin, 1 day ago, 2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z, Europe/Berlin, 30m ago, 2026-10-25T01:00:00Z",
        "2026-10-25T01:30:00Z, Europe/Berlin, 0 days ago, 2026-10-25T01:30:00Z",
        // A day that begins at 01:00, one that has its midnight twice, and one that there was not.
        "2018-11-04T12:00:00Z, America/Sao_Paulo, today, 2018-11-04T03:00:00Z",
        "2018-11-04T12:00:00Z, America/Sao_Paulo, 2018-11-04 00:30, 2018-11-04T03:30:00Z",
        "2018-11-04T12:00:00Z, America/Havana, today, 2018-11-04T04:00:00Z",
        "2012-01-01T12:00:00Z, Pacific/Apia, 2011-12-30, 2011-12-30T10:00:00Z"
    })
    void skippedTimesMoveForwardAndDoubledOnesAreTheEarlier(Instant now, ZoneId zone, String text, Instant time)
            throws InvalidRefException {
        assertThat(read(text, now, zone)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{}",
                "{now",
                "now}",
                "{{now}}",
                "2026",
                "2026-11",
                "2026-11-3",
                "26-11-03",
                "+2026-11-03",
                "-2026-11-03",
                "12026-11-03",
                "2026/11/03",
                "03.11.2026",
                "20261103",
                "20261103T2332Z",
                "2026-02-30",
                "2026-13-01",
                "2025-02-29 12:00",
                "0000-01-01",
                "0001-01-01",
                "9999-12-31T23:32-05:00",
                "２０２６-11-03",
                "2026-11-03T",
                "2026-11-03T23",
                "2026-11-03 T 23:32",
                "2026-11-03T 23:32",
                "2026-11-0323:32",
                "2026-11-03_23:32",
                "2026-11-03-05:00",
                "2026-11-03 23:3",
                "2026-11-03 9:05",
                "2026-11-03 24:00",
                "2026-11-03 23:60",
                "2026-11-03 23:59:60",
                "2026-11-03 23:32:",
                "2026-11-03 23:32:05.",
                "2026-11-03 23:32.5",
                "2026-11-03 23:32:05,5",
                "2026-11-03 23:32:05.1234567890",
                "2026-11-03 23:32 +2",
                "2026-11-03 23:32 +19:00",
                "2026-11-03 23:32 +02:00:00",
                "2026-11-03 23:32 + 02:00",
                "2026-11-03 23:32 UTC Z",
                "2026-11-03 23:32 Europe/Atlantis",
                "2026-11-03 23:32 europe/berlin",
                "2026-11-03T23:32+01:00[Europe/Berlin]",
                "2026-11-03 23:32 ../../etc/passwd",
                "2026-11-03 2026-11-03",
                "23:32 2026-11-03",
                "23:32 yesterday",
                "23:32 pm",
                "tomorrow",
                "noon",
                "yesterdayT23:32",
                "yesterday23:32",
                "yesterdayUTC",
                "last",
                "last yesterday",
                "last week",
                "last last tuesday",
                "next tuesday",
                "lasttuesday",
                "tues",
                "di",
                "tuesdays",
                "tuesday tuesday",
                "now UTC",
                "now 23:32",
                "ago",
                " ago",
                "2 ago",
                "hours ago",
                "2 hours",
                "2 hoursago",
                "2hours  later",
                "-2 hours ago",
                "+2 hours ago",
                "1.5 hours ago",
                "two hours ago",
                "an ago",
                "aweek ago",
                "a 2 weeks ago",
                "2 hours, 3 minutes ago",
                "2 hours and 3 minutes ago",
                "2 hours ago ago",
                "2 hours ago UTC",
                "2.hours.ago",
                "3M ago",
                "3 fortnights ago",
                "3 ms ago",
                "1000000000 seconds ago",
                "9999 years ago",
                "999999999 years 999999999 years ago",
                "999999999 weeks ago",
                "now\n",
                "\u00A0now",
                "2 hours\u00A0ago",
                "ＮＯＷ",
                "\u212Aow"
            })
    void everythingElseIsRefusedWithExamples(String text) {
        assertThatThrownBy(() -> read(text, NOW, BERLIN))
                .isInstanceOf(InvalidRefException.class)
                .message()
                .containsPattern("'.*'( is| has|;)")
                .contains("a time is, for example, 2026-11-03 23:32,");
    }

    @Test
    void everyExampleInTheMessageIsUnderstood() throws InvalidRefException {
        String examples = TimeParser.TIMES.substring("a time is, for example, ".length());
        List<String> texts = List.of(examples.split(",? or |, ", -1));

        assertThat(texts).hasSizeGreaterThan(5);
        for (String text : texts) {
            assertThat(read(text, NOW, BERLIN)).as(text).isAfter(Instant.parse("2026-10-01T00:00:00Z"));
        }
    }

    @Test
    void everyWayToWriteALocalTimeMeansWhatJavaTimeMeans() throws InvalidRefException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<ZoneId> zones =
                ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
        for (int i = 0; i < ROUNDS; i++) {
            LocalDateTime local = LocalDateTime.of(1900 + random.nextInt(300), 1, 1, 0, 0)
                    .plusSeconds(random.nextInt(366 * 24 * 60 * 60))
                    .withSecond(0);
            ZoneId zone = zones.get(random.nextInt(zones.size()));
            String text = local.format(DateTimeFormatter.ofPattern(
                    one(random, "uuuu-MM-dd'T'HH:mm", "uuuu-MM-dd HH:mm:ss", "uuuu-MM-dd HH:mm:ss.SSS"), Locale.ROOT));
            boolean isNamed = random.nextBoolean();

            assertThat(read(text + (isNamed ? one(random, "", " ") + zone : ""), NOW, isNamed ? BERLIN : zone))
                    .as("%s %s, seed %d", text, zone, seed)
                    .isEqualTo(local.atZone(zone).toInstant());
        }
    }

    private static String one(Random random, String... texts) {
        return texts[random.nextInt(texts.length)];
    }
}
