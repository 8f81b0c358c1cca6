package io.flockerj.plugin.history;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long ago something was. Months and days are of the calendar, of different lengths; seconds are exact.
 *
 * @param months 12 for each year
 * @param days 7 for each week
 * @param seconds for what is shorter than a day
 */
record Age(long months, long days, long seconds) {
    private static final Age NONE = new Age(0, 0, 0);
    private static final Pattern TEXT = Pattern.compile("(?<parts>.+) ago", Pattern.CASE_INSENSITIVE);
    /** So many digits that all the parts of a text add up to a long. */
    private static final Pattern PART =
            Pattern.compile("\\G ?(?:(?<count>[0-9]{1,9}) ?|an? )(?<unit>[a-z]+)", Pattern.CASE_INSENSITIVE);

    private static final Map<String, Age> UNITS = units();

    private static Map<String, Age> units() {
        Map<String, Age> units = new HashMap<>();
        name(units, new Age(0, 0, 1), "s", "sec", "secs", "second", "seconds");
        name(units, new Age(0, 0, 60), "m", "min", "mins", "minute", "minutes");
        name(units, new Age(0, 0, 3600), "h", "hour", "hours");
        name(units, new Age(0, 1, 0), "d", "day", "days");
        name(units, new Age(0, 7, 0), "w", "week", "weeks");
        name(units, new Age(1, 0, 0), "month", "months");
        name(units, new Age(12, 0, 0), "y", "year", "years");
        return Map.copyOf(units);
    }

    private static void name(Map<String, Age> units, Age unit, String... names) {
        for (String name : names) {
            units.put(name, unit);
        }
    }

    /** Reads {@code 1 day 3 hours ago}, its words one space apart; empty if it is not of this form. */
    static Optional<Age> parse(String text) {
        Matcher whole = TEXT.matcher(text);
        if (!whole.matches()) {
            return Optional.empty();
        }
        String parts = whole.group("parts");
        Age sum = NONE;
        int end = 0;
        Matcher part = PART.matcher(parts);
        while (part.find()) {
            Optional<Age> unit = unit(part.group("unit"));
            if (unit.isEmpty()) {
                return Optional.empty();
            }
            sum = sum.plus(
                    unit.get(),
                    Optional.ofNullable(part.group("count"))
                            .map(Long::parseLong)
                            .orElse(1L));
            end = part.end();
        }
        return end == parts.length() ? Optional.of(sum) : Optional.empty();
    }

    /** Of one letter only if it is small: {@code M} may be meant for months. */
    private static Optional<Age> unit(String name) {
        return Optional.ofNullable(UNITS.get(name.length() > 1 ? name.toLowerCase(Locale.ROOT) : name));
    }

    private Age plus(Age unit, long count) {
        return new Age(months + count * unit.months, days + count * unit.days, seconds + count * unit.seconds);
    }

    /**
     * The moment so long before another one, as {@link RefParser} describes it.
     *
     * @throws DateTimeException if that is before all calendars
     */
    Instant before(Instant now, ZoneId zone) {
        // Exact ages must not go through local time, which cannot tell two moments at the change from summer time.
        Instant day = months == 0 && days == 0
                ? now
                : LocalDateTime.ofInstant(now, zone)
                        .minusMonths(months)
                        .minusDays(days)
                        .atZone(zone)
                        .toInstant();
        return day.minusSeconds(seconds);
    }
}
