package io.flockerj.hub.people;

/** Something that was given cannot be. */
public final class InvalidException extends PeopleException {
    private final String field;

    /** @param field which of what was given */
    public InvalidException(String field, String message) {
        super(message);
        this.field = field;
    }

    public String field() {
        return field;
    }
}
