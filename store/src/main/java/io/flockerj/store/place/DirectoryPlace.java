package io.flockerj.store.place;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;

/** A directory that a URL names: {@code file:///DIRECTORY}, or its absolute path alone. */
final class DirectoryPlace {
    static final String SCHEME = "file:";

    private DirectoryPlace() {}

    static Path parse(String url, Map<String, String> options) {
        if (!options.isEmpty()) {
            throw new IllegalArgumentException("a directory has no options, so not " + options.keySet());
        }
        return url.startsWith("/") ? Path.of(url).normalize() : path(url);
    }

    private static Path path(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + url + "' is not a URL (" + e.getReason()
                    + "): write file:///DIRECTORY, with %20 for a blank");
        }
        String path = uri.getPath();
        boolean nothingElse =
                uri.getRawAuthority() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
        if (path == null || !path.startsWith("/") || !nothingElse) {
            throw new IllegalArgumentException(
                    "'" + url + "' names no directory of this host: write file:///DIRECTORY, "
                            + "with three slashes and the whole path");
        }
        return Path.of(path).normalize();
    }
}
