package io.flockerj.cli.text;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * Times for people: local ones, and how long ago.
 *
 * @param clock tells the present
 * @param zone the reader's
 */
public record Times(Clock clock, ZoneId zone) {

    /** Such as {@code 2026-11-03 23:32:00}, in the zone; parts of a second are left out. */
    public String local(Instant time) {
        // Not by DateTimeFormatter, which takes longer to load than all the rest of a short answer.
        ZonedDateTime local = time.atZone(zone);
        StringBuilder text = new StringBuilder();
        padded(text, local.getYear(), 4).append('-');
        padded(text, local.getMonthValue(), 2).append('-');
        padded(text, local.getDayOfMonth(), 2).append(' ');
        padded(text, local.getHour(), 2).append(':');
        padded(text, local.getMinute(), 2).append(':');
        return padded(text, local.getSecond(), 2).toString();
    }

    private static StringBuilder padded(StringBuilder text, int number, int digits) {
        String written = Integer.toString(number);
        return text.repeat('0', Math.max(0, digits - written.length())).append(written);
    }

    /** With the offset of the zone then and the age: {@code 2026-11-03 23:32:00 +01:00 (10 hours ago)}. */
    public String full(Instant time) {
        return local(time) + " " + time.atZone(zone).getOffset().getId().replace("Z", "+00:00") + " (" + age(time)
                + ")";
    }

    /** How long ago, or in how long: {@code 10 hours ago}, {@code in 2 minutes}, {@code now}. */
    public String age(Instant time) {
        return age(time, true);
    }

    /** The same for a column of a table: {@code 10 h ago}. */
    public String shortAge(Instant time) {
        return age(time, false);
    }

    private String age(Instant time, boolean inWords) {
        Duration passed = Duration.between(time, clock.instant());
        Duration size = passed.abs();
        if (size.toSeconds() < 1) {
            return "now";
        }
        Unit unit = Unit.of(size);
        long number = size.dividedBy(unit.length);
        String amount = number + " " + (inWords ? unit.name() + (number == 1 ? "" : "s") : unit.symbol);
        return passed.isNegative() ? "in " + amount : amount + " ago";
    }

    private enum Unit {
        second(Duration.ofSeconds(1), "s", 60),
        minute(Duration.ofMinutes(1), "min", 60),
        hour(Duration.ofHours(1), "h", 48),
        day(Duration.ofDays(1), "d", 14),
        week(Duration.ofDays(7), "wk", 104),
        year(Duration.ofDays(365), "y", Long.MAX_VALUE);

        private final Duration length;
        private final String symbol;
        private final long upTo;

        Unit(Duration length, String symbol, long upTo) {
            this.length = length;
            this.symbol = symbol;
            this.upTo = upTo;
        }

        /** The first of which there are not too many. */
        static Unit of(Duration size) {
            for (Unit unit : values()) {
                if (size.dividedBy(unit.length) < unit.upTo) {
                    return unit;
                }
            }
            return year;
        }
    }
}
