package io.flockerj.store.backend.s3;

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
 * A bucket, or a part of one, and how to get there. There is no secret in it.
 *
 * @param prefix what all keys begin with, without a slash at either end; empty for the whole bucket
 * @param endpoint the store's address; empty for that of AWS in the region
 * @param region empty for what the environment or the profile says, or, at an endpoint, {@code us-east-1}
 * @param pathStyle whether the bucket stands in the path of a URL, not in the host's name
 * @param caFile certificates in PEM of those who sign the endpoint's, in place of the usual ones
 * @param profile whose credentials in the credentials file are used, in place of the usual chain
 * @param credentialsFile in the form of {@code ~/.aws/credentials}, in place of it and of the usual chain
 */
public record S3Place(
        String bucket,
        String prefix,
        Optional<URI> endpoint,
        Optional<String> region,
        boolean pathStyle,
        Optional<Path> caFile,
        Optional<String> profile,
        Optional<Path> credentialsFile) {

    /** What URLs of buckets begin with. */
    public static final String SCHEME = "s3://";

    private static final Set<String> OPTIONS =
            new TreeSet<>(Set.of("endpoint", "region", "path-style", "ca-file", "profile", "credentials-file"));

    /** AWS takes 3 to 63 of lower-case ones, Ceph and older buckets more. */
    private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{2,254}");

    /** Characters that AWS calls safe in keys; a key has at most 1024 bytes, and the longest name of ours 300. */
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9!_.*'()/-]{0,512}");

    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");

    public S3Place {
        if (!BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("'" + bucket + "' cannot be the name of a bucket: write "
                    + "s3://BUCKET/PREFIX with 3 or more letters, digits, '-' and '.'");
        }
        if (!PREFIX.matcher(prefix).matches()
                || ("/" + prefix + "/").matches(".*/\\.{1,2}/.*|/.*//.*")
                || prefix.startsWith("/")) {
            throw new IllegalArgumentException("'" + prefix + "' cannot be what keys begin with: write names of "
                    + "letters, digits and any of !_.*'()- with '/' between them, 512 characters at most");
        }
        endpoint.ifPresent(S3Place::checkEndpoint);
        if (region.isPresent() && !REGION.matcher(region.get()).matches()) {
            throw new IllegalArgumentException("'" + region.get() + "' is no region: write one such as eu-central-1");
        }
    }

    private static void checkEndpoint(URI endpoint) {
        boolean plain = endpoint.getRawUserInfo() == null
                && endpoint.getRawQuery() == null
                && endpoint.getRawFragment() == null
                && (endpoint.getRawPath() == null || endpoint.getRawPath().matches("/?"));
        boolean http = "http".equalsIgnoreCase(endpoint.getScheme()) || "https".equalsIgnoreCase(endpoint.getScheme());
        if (!plain || !http || endpoint.getHost() == null) {
            // Not repeated here: there may be a password in it.
            throw new IllegalArgumentException("the endpoint is not an address of a store: write http://HOST:PORT or "
                    + "https://HOST:PORT, without user, path or anything else");
        }
    }

    /**
     * Reads {@code s3://BUCKET/PREFIX} and options: {@code endpoint}, {@code region}, {@code path-style} (true or false; true if there is
     * an endpoint), {@code ca-file}, {@code profile}, {@code credentials-file}.
     *
     * @throws IllegalArgumentException saying what is wrong and what to write, without any secret
     */
    public static S3Place parse(String url, Map<String, String> options) {
        if (!url.startsWith(SCHEME)) {
            throw new IllegalArgumentException("not the URL of a bucket: write s3://BUCKET/PREFIX");
        }
        if (url.indexOf('@') >= 0) {
            throw new IllegalArgumentException("credentials have no place in a URL, which is shown and kept: leave out "
                    + "what stands before the '@', and name a profile or a credentials-file");
        }
        for (String option : options.keySet()) {
            if (!OPTIONS.contains(option)) {
                throw new IllegalArgumentException("a bucket has no option '" + option + "', but these: " + OPTIONS);
            }
        }
        String path = url.substring(SCHEME.length());
        int slash = path.indexOf('/');
        String prefix = slash < 0 ? "" : path.substring(slash + 1);
        Optional<URI> endpoint = Optional.ofNullable(options.get("endpoint")).map(S3Place::uri);
        return new S3Place(
                slash < 0 ? path : path.substring(0, slash),
                prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix,
                endpoint,
                Optional.ofNullable(options.get("region")),
                isTrue(options.getOrDefault("path-style", Boolean.toString(endpoint.isPresent()))),
                Optional.ofNullable(options.get("ca-file")).map(Path::of),
                Optional.ofNullable(options.get("profile")),
                Optional.ofNullable(options.get("credentials-file")).map(Path::of));
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the endpoint is not a URL: write https://HOST:PORT");
        }
    }

    private static boolean isTrue(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("path-style is true or false, not '" + text + "'");
        }
        return text.equals("true");
    }

    String key(ObjectName name) {
        return prefix.isEmpty() ? name.text() : prefix + "/" + name;
    }

    /** The name of the object with this key; empty if it is not one of ours. */
    Optional<ObjectName> name(String key) {
        int from = prefix.isEmpty() ? 0 : prefix.length() + 1;
        String text = key.length() < from ? "" : key.substring(from);
        return ObjectName.isValid(text) ? Optional.of(new ObjectName(text)) : Optional.empty();
    }

    /** Whether bytes go over the wire as they are. */
    boolean isPlainHttp() {
        return endpoint.map(URI::getScheme).filter("http"::equalsIgnoreCase).isPresent();
    }

    /** Where it is, for people: the URL, and the endpoint if it is not that of AWS. */
    @Override
    public String toString() {
        return SCHEME
                + bucket
                + (prefix.isEmpty() ? "" : "/" + prefix)
                + endpoint.map(at -> " at " + at).orElse("");
    }
}
