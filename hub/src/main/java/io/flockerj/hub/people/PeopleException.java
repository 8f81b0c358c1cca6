package io.flockerj.hub.people;

/** What people and rights do not allow. The message may be shown to who asked. */
public abstract sealed class PeopleException extends Exception
        permits InvalidException, UnknownException, ConflictException, SignInException, DeniedException {
    PeopleException(String message) {
        super(message);
    }
}
