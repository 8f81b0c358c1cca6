package io.flockerj.cli.command;

import java.util.Optional;
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
        String form = "REMOTE/NAME or REMOTE/NAME@REF";
        RemotePlace place = parse(text, form);
        if (place.name.isEmpty()) {
            throw malformed(text, form);
        }
        return place;
    }

    /** {@code REMOTE[/NAME]}. */
    static RemotePlace ofVolumeset(String text) throws CommandException {
        String form = "REMOTE or REMOTE/NAME";
        RemotePlace place = parse(text, form);
        if (place.ref.isPresent()) {
            throw malformed(text, form);
        }
        return place;
    }

    private static RemotePlace parse(String text, String form) throws CommandException {
        if (text.contains("://")) {
            throw CommandException.usage(
                    "'" + text + "' is a URL; give it a name, and write that, with: fli remote add NAME " + text);
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw malformed(text, form);
        }
        return new RemotePlace(
                matcher.group(1), Optional.ofNullable(matcher.group(2)), Optional.ofNullable(matcher.group(3)));
    }

    private static CommandException malformed(String text, String form) {
        return CommandException.usage(
                "'" + text + "' is no place on a remote; write " + form + ", and see: fli remote list");
    }
}
