package io.flockerj.cli.command;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people type them, for what no daemon is asked: {@code 2026-11-03}, {@code '2026-11-03 23:32'}, an instant, a span. */
final class TypedTime {
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,6}) (minute|hour|day|week)s?");
    private static final Map<String, Duration> UNITS = Map.of(
            "minute", Duration.ofMinutes(1),
            "hour", Duration.ofHours(1),
            "day", Duration.ofDays(1),
            "week", Duration.ofDays(7));
    private static final String AGO = " ago";

    private TypedTime() {}

    /** A moment; a span, such as {@code 2 hours ago}, is before now. */
    static Instant of(Session session, String typed) throws CommandException {
        if (typed.endsWith(AGO)) {
            Matcher span = SPAN.matcher(typed.substring(0, typed.length() - AGO.length()));
            if (span.matches()) {
                return session.around().clock().instant().minus(length(span));
            }
        }
        return moment(session, typed, "'2 hours ago'");
    }

    /** A moment to come; a span, such as {@code 90 days}, is from now on. */
    static Instant ahead(Session session, String typed) throws CommandException {
        Matcher span = SPAN.matcher(typed);
        return span.matches()
                ? session.around().clock().instant().plus(length(span))
                : moment(session, typed, "'90 days'");
    }

    private static Duration length(Matcher span) {
        return UNITS.getOrDefault(span.group(2), Duration.ZERO).multipliedBy(Long.parseLong(span.group(1)));
    }

    private static Instant moment(Session session, String typed, String span) throws CommandException {
        try {
            if (typed.endsWith("Z")) {
                return Instant.parse(typed);
            }
            return (typed.length() == "2026-11-03".length()
                            ? LocalDate.parse(typed).atStartOfDay()
                            : LocalDateTime.parse(typed.replace(' ', 'T')))
                    .atZone(session.around().zone())
                    .toInstant();
        } catch (DateTimeException e) {
            throw CommandException.usage(
                    "'" + typed + "' is no time; write it as 2026-11-03, '2026-11-03 23:32', or " + span);
        }
    }
}
