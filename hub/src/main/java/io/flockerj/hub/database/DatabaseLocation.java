package io.flockerj.hub.database;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Where a database is. */
public sealed interface DatabaseLocation {
    /** For messages: never a secret. */
    String place();

    /** A file of SQLite, with two more beside it while it is open. It has to be on a file system of this host, not on NFS. */
    record SqliteFile(Path file) implements DatabaseLocation {
        @Override
        public String place() {
            return file.toString();
        }
    }

    /**
     * A database of a PostgreSQL server, of release 13 or newer.
     *
     * @param jdbcUrl without user and password
     */
    record PostgresServer(String jdbcUrl, Optional<String> user, Optional<String> password)
            implements DatabaseLocation {
        @Override
        public String place() {
            return jdbcUrl.substring("jdbc:".length()).replaceAll("\\?.*", "");
        }

        @Override
        public String toString() {
            return "PostgresServer[" + place() + "]";
        }
    }

    /**
     * Reads {@code postgresql://[USER@]HOST[:PORT]/DATABASE[?PARAMETER=VALUE&…]}, with the parameters of PostgreSQL's JDBC driver.
     *
     * @param password which is never a part of the address: arguments are seen by everybody on a host
     * @throws IllegalArgumentException that says what is wrong, and repeats no secret
     */
    static DatabaseLocation parse(String address, Optional<String> password) {
        URI uri = uri(address);
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
        String database = Optional.ofNullable(uri.getPath()).orElse("");
        if (!Set.of("postgresql", "postgres").contains(scheme) || uri.getHost() == null || database.length() < 2) {
            throw new IllegalArgumentException("a database is given as postgresql://USER@HOST/DATABASE");
        }
        Optional<String> user = Optional.ofNullable(uri.getUserInfo());
        String query =
                Optional.ofNullable(uri.getRawQuery()).map(text -> "?" + text).orElse("");
        if (user.orElse("").contains(":") || query.contains("password=")) {
            throw new IllegalArgumentException(
                    "the password of a database is not given in its address, where every process of the host sees it:"
                            + " use --database-password-file or FLOCKERHUB_DATABASE_PASSWORD");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new PostgresServer(
                "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query, user, password);
    }

    private static URI uri(String address) {
        try {
            return new URI(address);
        } catch (URISyntaxException _) {
            throw new IllegalArgumentException("the address of the database is not a URL");
        }
    }
}
