package io.flockerj.hub.people;

/** It could be done, but not as things are. */
public final class ConflictException extends PeopleException {
    public ConflictException(String message) {
        super(message);
    }
}
