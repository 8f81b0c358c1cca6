package io.flockerj.plugin.volume;

/**
 * The id by which an engine tells one user of a mounted volume from another: 1 to 256 characters without control characters
 * (Docker sends 64 hexadecimal digits, Podman one constant). The same id may mount the same volume more than once.
 */
public record MountId(String value) {
    private static final int LONGEST = 256;

    public MountId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a mount id");
        }
    }

    /** Reads an id from outside. */
    public static MountId parse(String text) throws InvalidNameException {
        if (!isValid(text)) {
            throw new InvalidNameException(
                    "the ID of a mount is 1 to " + LONGEST + " characters without control characters");
        }
        return new MountId(text);
    }

    private static boolean isValid(String text) {
        return !text.isEmpty() && text.length() <= LONGEST && text.chars().noneMatch(Character::isISOControl);
    }

    @Override
    public String toString() {
        return value;
    }
}
