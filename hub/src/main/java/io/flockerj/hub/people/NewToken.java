package io.flockerj.hub.people;

import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.VolumesetPattern;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What somebody wants of a token.
 *
 * @param name by which its owner tells it from others
 * @param lifetime until it expires; empty if it does not
 */
public record NewToken(String name, List<VolumesetPattern> volumesets, Right highest, Optional<Duration> lifetime) {
    /** No token has more patterns. */
    public static final int MOST_PATTERNS = 100;

    /** No token that expires lives longer. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(3660);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    public NewToken {
        volumesets = List.copyOf(volumesets);
    }

    void check() throws InvalidException {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidException(
                    "name",
                    "a token's name is 1 to 64 letters, digits, '_', '.' or '-', beginning with a letter or a digit");
        }
        if (volumesets.isEmpty() || volumesets.size() > MOST_PATTERNS) {
            throw new InvalidException(
                    "volumesets", "a token is for 1 to " + MOST_PATTERNS + " patterns of volumesets; */* are all");
        }
        if (lifetime.filter(NewToken::isPossible).isEmpty() && lifetime.isPresent()) {
            throw new InvalidException(
                    "expires", "a token expires in the future, within " + LONGEST_LIFE.toDays() + " days, or never");
        }
    }

    private static boolean isPossible(Duration lifetime) {
        return lifetime.isPositive() && lifetime.compareTo(LONGEST_LIFE) <= 0;
    }
}
