package io.flockerj.store.backend.hub;

import io.flockerj.store.backend.ObjectName;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An owner on a hub, and how to get there. There is no secret in it.
 *
 * @param hub the hub's address, {@code https://HOST[:PORT]}
 * @param owner a user or a team
 * @param tokenFile in it is the token by which the hub knows who asks; empty for what everybody may read
 * @param caFile certificates in PEM of those who sign the hub's, in place of the usual ones
 */
public record HubPlace(URI hub, String owner, Optional<Path> tokenFile, Optional<Path> caFile) {
    /** What URLs of hubs begin with. */
    public static final String SCHEME = "https://";

    private static final String TOKEN_FILE = "token-file";
    private static final String CA_FILE = "ca-file";
    private static final Set<String> OPTIONS = new TreeSet<>(Set.of(TOKEN_FILE, CA_FILE));
    private static final Pattern OWNER = Pattern.compile("(?=.{1,39}$)[a-z0-9]+(-[a-z0-9]+)*");

    public HubPlace {
        if (!OWNER.matcher(owner).matches()) {
            throw new IllegalArgumentException("no user and no team is called that: write https://HUB/OWNER, with the "
                    + "lower-case letters, digits and '-' of a user's or a team's name");
        }
    }

    /**
     * Reads {@code https://HUB/OWNER} and options: {@code token-file}, {@code ca-file}.
     *
     * @throws IllegalArgumentException saying what is wrong and what to write, without any secret
     */
    public static HubPlace parse(String url, Map<String, String> options) {
        if (!url.startsWith(SCHEME)) {
            throw new IllegalArgumentException("not the URL of an owner on a hub: write https://HUB/OWNER");
        }
        if (url.indexOf('@') >= 0) {
            throw new IllegalArgumentException("credentials have no place in a URL, which is shown and kept: leave out "
                    + "what stands before the '@', and name a token-file");
        }
        for (String option : options.keySet()) {
            if (!OPTIONS.contains(option)) {
                throw new IllegalArgumentException("a hub has no option '" + option + "', but these: " + OPTIONS);
            }
        }
        URI uri = uri(url);
        String path = Optional.ofNullable(uri.getRawPath()).orElse("");
        String owner = path.startsWith("/") ? path.substring(1) : path;
        return new HubPlace(
                URI.create(SCHEME + uri.getRawAuthority()),
                owner.endsWith("/") ? owner.substring(0, owner.length() - 1) : owner,
                Optional.ofNullable(options.get(TOKEN_FILE)).map(Path::of),
                Optional.ofNullable(options.get(CA_FILE)).map(Path::of));
    }

    private static URI uri(String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "not the URL of an owner on a hub (" + e.getReason() + "): write https://HUB/OWNER");
        }
        throw new IllegalArgumentException(
                "not the URL of an owner on a hub: write https://HUB/OWNER, and nothing else");
    }

    /** The same by another token. */
    public HubPlace withToken(Path file) {
        return new HubPlace(hub, owner, Optional.of(file), caFile);
    }

    /** The address at which who has a token gives it back. */
    URI session() {
        return URI.create(hub + "/api/v1/session");
    }

    /** The address of an object, a value or a folder; {@code kind} is what the hub's API calls it. */
    URI address(String kind, ObjectName name, String query) {
        return URI.create(hub + "/api/v1/owners/" + owner + "/" + kind + "/" + name + query);
    }

    /** Where it is, for people. */
    @Override
    public String toString() {
        return hub + "/" + owner;
    }
}
