package io.flockerj.cli.command;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place on a remote, as people write it: {@code REMOTE}, {@code REMOTE/NAME} or {@code REMOTE/NAME@REF}. Which names there can be
 * is the daemon's to say.
 *
 * @param name of the volumeset there
 * @param ref of a snapshot there
 */
record RemotePlace(String remote, Optional<String> name, Optional<String> ref) {
    private static final Pattern FORM = Pattern.compile("([^/@]+)(?:/([^/@]+)(?:@(.+))?)?");

    /** Whether this is a place on a remote, and not a volume or one of its snapshots: there is a slash, and no @ before it. */
    static boolean isMeant(String text) {
        int slash = text.indexOf('/');
        return slash >= 0 && text.lastIndexOf('@', slash) < 0;
    }

    /** {@code REMOTE/NAME[@REF]}. */
    static RemotePlace ofSnapshot(String text) throws CommandException {
        return parse(text, "REMOTE/NAME or REMOTE/NAME@REF", place -> place.name.isPresent());
    }

    /** {@code REMOTE[/NAME]}. */
    static RemotePlace ofVolumeset(String text) throws CommandException {
        return parse(text, "REMOTE or REMOTE/NAME", place -> place.ref.isEmpty());
    }

    /** {@code REMOTE[/NAME[@REF]]}. */
    static RemotePlace ofAny(String text) throws CommandException {
        return parse(text, "REMOTE, REMOTE/NAME or REMOTE/NAME@REF", place -> true);
    }

    private static RemotePlace parse(String text, String form, Predicate<RemotePlace> isOfForm)
            throws CommandException {
        if (text.contains("://")) {
            throw CommandException.usage(
                    "'" + text + "' is a URL; give it a name, and write that, with: fli remote add NAME " + text);
        }
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            RemotePlace place = new RemotePlace(
                    matcher.group(1), Optional.ofNullable(matcher.group(2)), Optional.ofNullable(matcher.group(3)));
            if (isOfForm.test(place)) {
                return place;
            }
        }
        throw CommandException.usage(
                "'" + text + "' is no place on a remote; write " + form + ", and see: fli remote list");
    }
}
