package io.flockerj.hub.audit;

import io.flockerj.store.id.Id;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that was done, or refused.
 *
 * @param volumeset what it was done to
 * @param volumesetName as {@code owner/name}, at that time
 * @param subject the branch, the tag, the account, the token, by its name
 * @param details what else there is to say, such as where a branch stood before
 */
public record Act(
        ActKind kind,
        Outcome outcome,
        Actor actor,
        Optional<Id> volumeset,
        Optional<String> volumesetName,
        Optional<String> subject,
        SortedMap<String, String> details) {
    private static final int LONGEST_NAME = 256;
    private static final int LONGEST_DETAIL = 512;
    private static final int MOST_DETAILS = 16;

    public Act {
        volumesetName = volumesetName.map(text -> Written.text(text, LONGEST_NAME));
        subject = subject.map(text -> Written.text(text, LONGEST_NAME));
        if (details.size() > MOST_DETAILS) {
            throw new IllegalArgumentException("an act has " + MOST_DETAILS + " details at most");
        }
        SortedMap<String, String> written = new TreeMap<>();
        details.forEach(
                (key, value) -> written.put(Written.text(key, LONGEST_NAME), Written.text(value, LONGEST_DETAIL)));
        details = Collections.unmodifiableSortedMap(written);
    }

    /** An act that concerns no volumeset. */
    public static Act of(ActKind kind, Outcome outcome, Actor actor) {
        return new Act(kind, outcome, actor, Optional.empty(), Optional.empty(), Optional.empty(), new TreeMap<>());
    }

    /** The same, of a volumeset. */
    public Act on(Id id, String name) {
        return new Act(kind, outcome, actor, Optional.of(id), Optional.of(name), subject, details);
    }

    /** The same, of this branch, account or token. */
    public Act about(String name) {
        return new Act(kind, outcome, actor, volumeset, volumesetName, Optional.of(name), details);
    }

    /** The same, with one more detail. */
    public Act with(String key, String value) {
        SortedMap<String, String> more = new TreeMap<>(details);
        more.put(key, value);
        return new Act(kind, outcome, actor, volumeset, volumesetName, subject, more);
    }

    /** The same, with further details. */
    public Act with(Map<String, String> further) {
        SortedMap<String, String> more = new TreeMap<>(details);
        more.putAll(further);
        return new Act(kind, outcome, actor, volumeset, volumesetName, subject, more);
    }

    /** The same, when it is known what came of it. */
    public Act came(Outcome result) {
        return new Act(kind, result, actor, volumeset, volumesetName, subject, details);
    }
}
