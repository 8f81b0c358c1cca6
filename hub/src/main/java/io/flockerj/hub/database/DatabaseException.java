package io.flockerj.hub.database;

import java.io.IOException;

/** The database could not do what was asked: it is out of reach, full, broken, or too busy. Nothing was changed, or all of it. */
public class DatabaseException extends IOException {
    public DatabaseException(String message) {
        super(message);
    }

    public DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
