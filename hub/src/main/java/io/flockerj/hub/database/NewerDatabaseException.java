package io.flockerj.hub.database;

/** A newer program has changed the database in ways that this one does not know. */
public final class NewerDatabaseException extends DatabaseException {
    private final String found;
    private final String known;

    NewerDatabaseException(String place, String found, String known) {
        super("the database " + place + " has version " + found + ", this program knows versions up to " + known
                + ": start the flockerhub that has changed it, or a newer one, or restore a backup that was"
                + " made before");
        this.found = found;
        this.known = known;
    }

    /** The version of the database. */
    public String found() {
        return found;
    }

    /** The newest version that this program knows. */
    public String known() {
        return known;
    }
}
