package io.flockerj.hub.database;

/** An older program has made the database, or none has yet; only who serves changes it. */
public final class OlderDatabaseException extends DatabaseException {
    private final String found;
    private final String needed;

    OlderDatabaseException(String place, String found, String needed) {
        super("the database " + place + (found.equals(Migrations.NONE) ? empty() : older(found, needed)));
        this.found = found;
        this.needed = needed;
    }

    private static String empty() {
        return " is empty: is this the right one? 'flockerhub serve' makes the tables of a new hub";
    }

    private static String older(String found, String needed) {
        return " has version " + found + ", this program works with version " + needed
                + " only: make a backup by the flockerhub that it is of, then start 'flockerhub serve' of this program"
                + " once, which brings the database to version " + needed;
    }

    /** The version of the database. */
    public String found() {
        return found;
    }

    /** The version that this program works with. */
    public String needed() {
        return needed;
    }
}
