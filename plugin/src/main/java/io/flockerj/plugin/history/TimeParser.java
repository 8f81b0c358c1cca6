package io.flockerj.plugin.history;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads one time as {@link RefParser} describes them.
 *
 * @param now what {@code now}, {@code ago}, and days by name are counted from
 * @param zone for a time that names none
 */
record TimeParser(Instant now, ZoneId zone) {
    /** What a time looks like, for messages. */
    static final String TIMES = "a time is, for example, 2026-11-03 23:32, 2026-11-03T23:32:05Z,"
            + " 2026-11-03 23:32 Europe/Berlin, 2026-11-03, 23:32, yesterday 23:32, last tuesday, now or 2 hours ago";

    private static final String DAY = "(?:(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})|(?<name>(?:last )?[a-z]+))";
    private static final String TIME = "(?<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?)";
    private static final String ZONE = "(?<zone>[+-][0-9]{2}(?::?[0-9]{2})?|[a-z][a-z0-9/_+:-]*)";
    private static final Pattern WITH_TIME = Pattern.compile(
            "(?:" + DAY + "(?: |(?<=[0-9])T))?" + TIME + "(?: ?" + ZONE + ")?", Pattern.CASE_INSENSITIVE);
    /** A {@code -} right behind the date would look like one more part of it. */
    private static final Pattern DAY_ALONE =
            Pattern.compile(DAY + "(?:(?: |(?<=[0-9])(?!-))" + ZONE + ")?", Pattern.CASE_INSENSITIVE);

    private static final Pattern SPACES = Pattern.compile(" +");
    /** Zones whose names are as short as this have them in capitals. */
    private static final int ABBREVIATION = 3;

    private static final int WEEKDAY_ABBREVIATION = 3;

    /** Whether a text would be a time. */
    static boolean isTime(String text) {
        try {
            new TimeParser(Revision.At.LAST, ZoneOffset.UTC).parse(text);
            return true;
        } catch (InvalidRefException e) {
            return false;
        }
    }

    Instant parse(String text) throws InvalidRefException {
        String tidied =
                SPACES.splitAsStream(text).filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
        try {
            Optional<Instant> time = read(tidied);
            if (time.isEmpty()) {
                throw new InvalidRefException(Quoted.text(text) + " is not a time; " + TIMES);
            }
            if (!Revision.At.isPossible(time.get())) {
                throw new DateTimeException("outside the years 1 to 9999");
            }
            return time.get();
        } catch (DateTimeException e) {
            throw new InvalidRefException(Quoted.text(text) + " is in no calendar of the years 1 to 9999; " + TIMES);
        }
    }

    private Optional<Instant> read(String text) throws InvalidRefException {
        if (text.equalsIgnoreCase("now")) {
            return Optional.of(now);
        }
        Optional<Age> age = Age.parse(text);
        if (age.isPresent()) {
            return Optional.of(age.get().before(now, zone));
        }
        Matcher matcher = WITH_TIME.matcher(text);
        if (matcher.matches()) {
            return inItsZone(matcher).read(matcher, Optional.of(LocalTime.parse(matcher.group("time"))));
        }
        matcher.usePattern(DAY_ALONE);
        return matcher.matches() ? inItsZone(matcher).read(matcher, Optional.empty()) : Optional.empty();
    }

    private TimeParser inItsZone(Matcher matcher) throws InvalidRefException {
        String name = matcher.group("zone");
        if (name == null) {
            return this;
        }
        try {
            return new TimeParser(now, ZoneId.of(name.length() > ABBREVIATION ? name : name.toUpperCase(Locale.ROOT)));
        } catch (DateTimeException e) {
            throw new InvalidRefException("no time zone is called " + Quoted.text(name) + "; " + TIMES);
        }
    }

    private Optional<Instant> read(Matcher matcher, Optional<LocalTime> time) {
        LocalDate today = LocalDate.ofInstant(now, zone);
        String date = matcher.group("date");
        if (date != null) {
            return Optional.of(at(LocalDate.parse(date), time));
        }
        String name = Optional.ofNullable(matcher.group("name")).orElse("today").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "today" -> Optional.of(at(today, time));
            case "yesterday" -> Optional.of(at(today.minusDays(1), time));
            default -> weekday(name).map(day -> latest(today.with(TemporalAdjusters.previousOrSame(day)), time));
        };
    }

    private static Optional<DayOfWeek> weekday(String name) {
        String day = name.replaceFirst("^last ", "");
        return Arrays.stream(DayOfWeek.values())
                .filter(candidate -> {
                    String whole = candidate.name().toLowerCase(Locale.ROOT);
                    return day.equals(whole) || day.equals(whole.substring(0, WEEKDAY_ABBREVIATION));
                })
                .findFirst();
    }

    private Instant latest(LocalDate date, Optional<LocalTime> time) {
        Instant moment = at(date, time);
        return moment.isAfter(now) ? at(date.minusWeeks(1), time) : moment;
    }

    private Instant at(LocalDate date, Optional<LocalTime> time) {
        return time.map(local -> date.atTime(local).atZone(zone))
                .orElseGet(() -> date.atStartOfDay(zone))
                .toInstant();
    }
}
