package io.flockerj.plugin.history;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads refs and times as people write them.
 *
 * <p>A ref is {@code VOLUME}, {@code VOLUME@NAME}, {@code VOLUME@REMOTE/BRANCH}, either with {@code ~N} behind it, or
 * <code>VOLUME@{TIME}</code>. {@code ~N} means N
 * snapshots back, {@code ~} alone one; several add up, to at most {@value Revision.Named#FARTHEST}.
 *
 * <p>A time is one of these, with letters in either case and any number of spaces between words:
 *
 * <ul>
 *   <li>{@code now};
 *   <li>{@code 2026-11-03T23:32}, with {@code T} or a space, seconds and up to nine decimals as one likes;
 *   <li>{@code 2026-11-03}, {@code today}, {@code yesterday}: the first moment of that day;
 *   <li>{@code 23:32} and {@code today 23:32}, even if that is still to come; {@code yesterday 23:32};
 *   <li>{@code tuesday}, {@code tue}, {@code tuesday 23:32}: the most recent such moment that is not in the future, today's
 *       if there is one. {@code last} before it changes nothing;
 *   <li>{@code 2 hours ago}, {@code 90m ago}, {@code 1 day 3 hours ago}, {@code a week ago}. Seconds, minutes and hours are
 *       exact. Days, weeks, months and years are of the calendar: yesterday at the same time of day, a month ago on the same
 *       day of the month or else its last. They are taken off first. A unit of one letter is written small, for {@code M}
 *       may be taken for a month.
 * </ul>
 *
 * <p>All but {@code now} and {@code ago} may end with a time zone: {@code Z}, {@code UTC}, {@code +02:00}, {@code +0200},
 * {@code Europe/Berlin}. It needs no space before it behind figures, save a {@code -} behind a date alone. Without one, times
 * are of the zone that comes with the text.
 *
 * <p>A local time that the zone skips, at the change to summer time, is moved forward by what is skipped: 02:30 means 03:30. Of
 * one that it has twice the earlier is meant.
 */
public final class RefParser {
    /** What a ref looks like, for messages. */
    private static final String REFS =
            "a ref is, for example, db, db@v1.0, db@main, db@3f2a91, db@latest~2 or db@{2 hours ago}";

    private static final String NAMES = "1 to 128 letters, digits, '_', '.' or '-', beginning with a letter or a digit";
    private static final int LONGEST = 300;
    private static final Pattern BRACED = Pattern.compile("\\{(?<time>[^{}]*)}");
    private static final Pattern NAMED = Pattern.compile("(?<name>[^~]+)(?<steps>(?:~[0-9]*)*)");
    private static final Pattern STEP = Pattern.compile("~(?<count>[0-9]*)");
    /** Of the greatest number of steps; so the sum of all that fit into a text fits into an int. */
    private static final int MOST_DIGITS = 7;

    private final Clock clock;

    /** @param clock says when now is; its zone does not matter */
    public RefParser(Clock clock) {
        this.clock = clock;
    }

    /**
     * Reads a ref of at most 300 characters.
     *
     * @param zone for times in it that name none
     * @throws InvalidRefException if the text is no ref; its message quotes what is not understood, and shows what is
     */
    public Ref parse(String text, ZoneId zone) throws InvalidRefException {
        return parse(text, zone, clock.instant());
    }

    /**
     * As {@link #parse(String, ZoneId)}, also of what was written a while ago.
     *
     * @param now when it was
     */
    public static Ref parse(String text, ZoneId zone, Instant now) throws InvalidRefException {
        refuseUnreadable(text, REFS);
        int at = text.indexOf('@');
        String volume = at < 0 ? text : text.substring(0, at);
        if (!Ref.isVolume(volume)) {
            throw new InvalidRefException(
                    Quoted.text(volume) + " cannot be the name of a volume: a name is " + NAMES + "; " + REFS);
        }
        return new Ref(volume, at < 0 ? Optional.empty() : Optional.of(revision(text.substring(at + 1), zone, now)));
    }

    /**
     * Reads a time of at most 300 characters, in braces or not.
     *
     * @param zone for a time that names none
     * @return a moment from {@link Revision.At#EARLIEST} to {@link Revision.At#LAST}, perhaps in the future
     * @throws InvalidRefException if the text is no time; its message quotes it, and shows what is understood
     */
    public Instant parseTime(String text, ZoneId zone) throws InvalidRefException {
        return parseTime(text, zone, clock.instant());
    }

    /**
     * As {@link #parseTime(String, ZoneId)}, also of what was written a while ago.
     *
     * @param now when it was
     */
    public static Instant parseTime(String text, ZoneId zone, Instant now) throws InvalidRefException {
        refuseUnreadable(text, TimeParser.TIMES);
        Matcher braced = BRACED.matcher(text);
        return new TimeParser(now, zone).parse(braced.matches() ? braced.group("time") : text);
    }

    private static Revision revision(String text, ZoneId zone, Instant now) throws InvalidRefException {
        if (BRACED.matcher(text).matches()) {
            return new Revision.At(parseTime(text, zone, now));
        }
        if (!Ref.isName(text) && TimeParser.isTime(text)) {
            throw new InvalidRefException(
                    Quoted.text(text) + " is a time, and stands in braces behind '@': 'db@{" + text + "}'; " + REFS);
        }
        Matcher named = NAMED.matcher(text);
        if (!named.matches() || !Revision.Named.isName(named.group("name"))) {
            throw new InvalidRefException(
                    Quoted.text(text) + " names no snapshot: behind '@' is the name of a tag or branch,"
                            + " the beginning of an id, or a time in braces; " + REFS);
        }
        return new Revision.Named(named.group("name"), steps(text, named.group("steps")));
    }

    private static int steps(String text, String steps) throws InvalidRefException {
        int sum = 0;
        Matcher step = STEP.matcher(steps);
        while (step.find()) {
            String count = step.group("count");
            if (count.length() > MOST_DIGITS) {
                throw tooFarBack(text);
            }
            sum += count.isEmpty() ? 1 : Integer.parseInt(count);
        }
        if (sum > Revision.Named.FARTHEST) {
            throw tooFarBack(text);
        }
        return sum;
    }

    private static InvalidRefException tooFarBack(String text) {
        return new InvalidRefException(Quoted.text(text) + " goes back too far: by at most " + Revision.Named.FARTHEST
                + " snapshots, written without leading zeros; " + REFS);
    }

    private static void refuseUnreadable(String text, String examples) throws InvalidRefException {
        if (text.length() > LONGEST) {
            throw new InvalidRefException(
                    Quoted.text(text) + " is longer than " + LONGEST + " characters; " + examples);
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidRefException(Quoted.text(text) + " has a control character in it; " + examples);
        }
    }
}
