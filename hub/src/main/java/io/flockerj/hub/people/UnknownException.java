package io.flockerj.hub.people;

/** There is no such thing, or none that who asked may know of. */
public final class UnknownException extends PeopleException {
    private final String kind;
    private final String name;

    /** @param kind what it would be, as {@code account} */
    public UnknownException(String kind, String name) {
        super("there is no " + kind + " '" + name + "'");
        this.kind = kind;
        this.name = name;
    }

    public String kind() {
        return kind;
    }

    public String name() {
        return name;
    }
}
