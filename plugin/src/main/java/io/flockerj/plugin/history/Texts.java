package io.flockerj.plugin.history;

import java.util.Map;
import java.util.regex.Pattern;

/** Reads what people say of snapshots, and refuses what could not be shown or kept. */
public final class Texts {
    public static final int LONGEST_MESSAGE = 4096;
    public static final int LONGEST_AUTHOR = 256;
    public static final int MOST_LABELS = 64;
    public static final int LONGEST_LABEL = 1024;

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,127}");
    private static final Pattern FORBIDDEN = Pattern.compile("[\\p{Cntrl}&&[^\\n\\t]]");
    private static final String LATEST = "latest";
    private static final String LIVE = "live";

    private Texts() {}

    /** A message; lines are allowed, other control characters are not. */
    public static String message(String text) throws InvalidTextException {
        return checked("message", text, LONGEST_MESSAGE);
    }

    public static String author(String text) throws InvalidTextException {
        return checked("author", text, LONGEST_AUTHOR);
    }

    /** Labels; answers them as they are. */
    public static Map<String, String> labels(Map<String, String> labels) throws InvalidTextException {
        if (labels.size() > MOST_LABELS) {
            throw new InvalidTextException(
                    "a snapshot has at most " + MOST_LABELS + " labels, and these are " + labels.size());
        }
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (!KEY.matcher(label.getKey()).matches()) {
                throw new InvalidTextException(Quoted.text(label.getKey())
                        + " cannot be the key of a label: a key is 1 to 128 letters, digits, '.', '_', '/' or '-',"
                        + " beginning with a letter or a digit");
            }
            checked("label '" + label.getKey() + "'", label.getValue(), LONGEST_LABEL);
        }
        return labels;
    }

    /** The name of a tag or branch that is to be made. */
    public static Name newName(String what, String text) throws RefusedException {
        Name name = Name.parse(text)
                .orElseThrow(() -> new InvalidTextException(
                        Quoted.text(text) + " cannot be the name of a " + what + ": a name is " + Name.RULE));
        if (isReserved(name)) {
            throw new NameTakenException("'" + name + "' has a meaning of its own in refs; choose another name");
        }
        return name;
    }

    /** Whether a name has a meaning of its own in refs. */
    public static boolean isReserved(Name name) {
        return name.value().equals(LATEST) || name.value().equals(LIVE);
    }

    private static String checked(String what, String text, int longest) throws InvalidTextException {
        if (text.length() > longest) {
            throw new InvalidTextException(
                    "the " + what + " has " + text.length() + " characters; at most " + longest + " are kept");
        }
        if (FORBIDDEN.matcher(text).find()) {
            throw new InvalidTextException("the " + what + " holds control characters: " + Quoted.text(text));
        }
        return text;
    }
}
