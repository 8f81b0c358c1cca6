package io.flockerj.store.place;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Bandwidth;
import io.flockerj.store.backend.BoundedBackend;
import io.flockerj.store.backend.NotAllowedException;
import io.flockerj.store.backend.RetryingBackend;
import io.flockerj.store.backend.Sleeper;
import io.flockerj.store.backend.ThrottledBackend;
import io.flockerj.store.backend.TracedBackend;
import io.flockerj.store.backend.Traffic;
import io.flockerj.store.backend.Wanted;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.backend.hub.HubBackend;
import io.flockerj.store.backend.hub.HubPlace;
import io.flockerj.store.backend.s3.S3Backend;
import io.flockerj.store.backend.s3.S3Place;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Opens what URLs name: {@code file:///DIRECTORY}, or an absolute path; {@code s3://BUCKET/PREFIX}, whose options {@link S3Place} tells; and
 * {@code https://HUB/OWNER}, whose options {@link HubPlace} tells.
 * From the outside inwards, attempts are repeated, limited in number, limited in bandwidth, counted, and made.
 */
public final class Places {
    private static final String TOKEN_FILE = "token-file";
    private static final List<String> OPTIONS_WITH_PATHS = List.of("ca-file", "credentials-file", TOKEN_FILE);

    private final InstantSource clock;
    private final Sleeper sleeper;
    private final RandomGenerator random;
    private final Supplier<Id> ids;
    private final HostPaths seen;

    /** Where paths of the host are seen from here. */
    @FunctionalInterface
    public interface HostPaths {
        Path resolve(Path path) throws IOException;
    }

    /**
     * @param random used by many threads at once
     * @param ids names for temporary things
     */
    public Places(InstantSource clock, Sleeper sleeper, RandomGenerator random, Supplier<Id> ids, HostPaths seen) {
        this.clock = clock;
        this.sleeper = sleeper;
        this.random = random;
        this.ids = ids;
        this.seen = seen;
    }

    /** The same; in what it opens, attempts are repeated and limits of bandwidth kept only as long as that is wanted. */
    public Places whileWanted(Wanted wanted) {
        return new Places(clock, sleeper.whileWanted(wanted), random, ids, seen);
    }

    /**
     * Looks at a URL and its options, and at nothing else.
     *
     * @throws IllegalArgumentException saying what is wrong with them and what to write instead, without any secret
     */
    public static void check(String url, Map<String, String> options) {
        if (isDirectory(url)) {
            DirectoryPlace.parse(url, options);
        } else if (url.startsWith(S3Place.SCHEME)) {
            S3Place.parse(url, options);
        } else if (url.startsWith(HubPlace.SCHEME)) {
            HubPlace.parse(url, options);
        } else {
            throw new IllegalArgumentException(
                    "not the URL of a remote: write file:///DIRECTORY, s3://BUCKET/PREFIX or https://HUB/OWNER");
        }
    }

    /**
     * As {@link #check(String, Map)}.
     *
     * @param withToken whether there is a token for a hub as well
     */
    public static void check(String url, Map<String, String> options, boolean withToken) {
        check(url, options);
        if (withToken && !url.startsWith(HubPlace.SCHEME)) {
            throw new IllegalArgumentException("a token is for a hub only: write https://HUB/OWNER");
        }
        if (withToken && options.containsKey(TOKEN_FILE)) {
            throw new IllegalArgumentException("there are a token and a token-file: give one of them");
        }
    }

    /**
     * The directory of the host that a URL names; empty if it names none.
     *
     * @throws IllegalArgumentException as of {@link #check}
     */
    public static Optional<Path> directoryOf(String url, Map<String, String> options) {
        return isDirectory(url) ? Optional.of(DirectoryPlace.parse(url, options)) : Optional.empty();
    }

    /**
     * Finds out whether a place can hold a remote, by writing something and removing it; a hub is asked whether there is such an owner for who
     * asks. Nothing is tried twice, so that the answer comes soon. A directory is made if it is not there.
     *
     * @throws IllegalArgumentException as of {@link #check}
     * @throws NotAllowedException if this host may not write there
     * @throws IOException saying why not, and what to do
     */
    public void probe(String url, Map<String, String> options) throws IOException {
        probe(url, options, Optional.empty());
    }

    /**
     * As {@link #probe(String, Map)}.
     *
     * @param token a file that holds the token for a hub, as it is seen from here
     */
    public void probe(String url, Map<String, String> options, Optional<Path> token) throws IOException {
        check(url, options, token.isPresent());
        if (isDirectory(url)) {
            directory(url, options).requireWritable();
        } else if (url.startsWith(HubPlace.SCHEME)) {
            try (HubBackend hub = hub(url, options, token)) {
                hub.probe();
            }
        } else {
            try (S3Backend bucket = bucket(url, options)) {
                bucket.probe();
            }
        }
    }

    /**
     * Opens a place. Of a bucket or a hub nothing is asked yet; a directory is made if it is not there.
     *
     * @throws IllegalArgumentException as of {@link #check}
     */
    public OpenPlace open(String url, Map<String, String> options, PlaceLimits limits) throws IOException {
        return open(url, options, limits, Optional.empty());
    }

    /**
     * As {@link #open(String, Map, PlaceLimits)}.
     *
     * @param token a file that holds the token for a hub, as it is seen from here
     */
    public OpenPlace open(String url, Map<String, String> options, PlaceLimits limits, Optional<Path> token)
            throws IOException {
        check(url, options, token.isPresent());
        if (isDirectory(url)) {
            return decorated(directory(url, options), limits, () -> {});
        }
        if (url.startsWith(HubPlace.SCHEME)) {
            HubBackend hub = hub(url, options, token);
            return decorated(hub, limits, hub::close);
        }
        S3Backend bucket = bucket(url, options);
        return decorated(bucket, limits, bucket::close);
    }

    /**
     * Revokes the token for a hub, for ever; it is tried once.
     *
     * @param token the file that holds it, as it is seen from here
     * @throws IllegalArgumentException as of {@link #check(String, Map, boolean)}
     */
    public void revoke(String url, Map<String, String> options, Path token) throws IOException {
        check(url, options, true);
        try (HubBackend hub = hub(url, options, Optional.of(token))) {
            hub.revokeToken();
        }
    }

    private static boolean isDirectory(String url) {
        return url.startsWith("/") || url.startsWith(DirectoryPlace.SCHEME);
    }

    private DirectoryBackend directory(String url, Map<String, String> options) throws IOException {
        return DirectoryBackend.open(seen.resolve(DirectoryPlace.parse(url, options)), ids);
    }

    private HubBackend hub(String url, Map<String, String> options, Optional<Path> token) throws IOException {
        HubPlace place = HubPlace.parse(url, here(options));
        return HubBackend.open(token.map(place::withToken).orElse(place));
    }

    private S3Backend bucket(String url, Map<String, String> options) throws IOException {
        return S3Backend.open(S3Place.parse(url, here(options)), ids);
    }

    private Map<String, String> here(Map<String, String> options) throws IOException {
        Map<String, String> here = new HashMap<>(options);
        for (String option : OPTIONS_WITH_PATHS) {
            String path = options.get(option);
            if (path != null) {
                here.put(option, seen.resolve(Path.of(path)).toString());
            }
        }
        return here;
    }

    private OpenPlace decorated(Backend place, PlaceLimits limits, Runnable ending) {
        Traffic traffic = new Traffic();
        Backend traced = new TracedBackend(place, clock, traffic);
        Backend throttled = new ThrottledBackend(traced, bandwidth(limits.up()), bandwidth(limits.down()));
        Backend bounded = new BoundedBackend(throttled, limits.atOnce());
        return new OpenPlace(new RetryingBackend(bounded, limits.retries(), clock, sleeper, random), traffic, ending);
    }

    private Optional<Bandwidth> bandwidth(OptionalLong bytesPerSecond) {
        return bytesPerSecond.isPresent()
                ? Optional.of(new Bandwidth(bytesPerSecond.getAsLong(), clock, sleeper))
                : Optional.empty();
    }
}
