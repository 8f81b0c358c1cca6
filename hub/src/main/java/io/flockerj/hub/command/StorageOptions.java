package io.flockerj.hub.command;

import io.flockerj.hub.audit.StoredHeads;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.backend.s3.S3Backend;
import io.flockerj.store.backend.s3.S3Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the repositories of a hub are: in a directory, or in a bucket. */
final class StorageOptions {
    private static final String ENVIRONMENT = "FLOCKERHUB_STORAGE_";

    @Option(
            names = "--storage",
            paramLabel = "DIR|URL",
            description = {
                "The directory of the repositories, instead of 'storage' in the directory of the hub; or"
                        + " s3://BUCKET/PREFIX.",
                "Credentials of a bucket come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ~/.aws or the machine.",
                "What follows may stand in " + ENVIRONMENT + "ENDPOINT, …_REGION and so on."
            })
    private Optional<String> storage;

    @Option(
            names = "--storage-endpoint",
            paramLabel = "URL",
            description = "The address of the bucket's store, if it is not AWS.")
    private Optional<String> endpoint;

    @Option(names = "--storage-region", paramLabel = "REGION", description = "The bucket's region.")
    private Optional<String> region;

    @Option(
            names = "--storage-path-style",
            paramLabel = "true|false",
            description = "Whether the bucket stands in the path of addresses; true if there is an endpoint.")
    private Optional<String> pathStyle;

    @Option(
            names = "--storage-ca-file",
            paramLabel = "FILE",
            description = "Certificates of those who sign the endpoint's, PEM.")
    private Optional<String> caFile;

    @Option(names = "--storage-profile", paramLabel = "NAME", description = "A profile in ~/.aws.")
    private Optional<String> profile;

    @Option(
            names = "--storage-credentials-file",
            paramLabel = "FILE",
            description = "A file like ~/.aws/credentials, in place of it.")
    private Optional<String> credentialsFile;

    /**
     * A storage that is in use.
     *
     * @param ending ends all connections
     */
    record Opened(StreamingBackend backend, Runnable ending) implements AutoCloseable {
        @Override
        public void close() {
            ending.run();
        }
    }

    /**
     * Opens the storage, which is made if it is a directory that is not there. Of a bucket it is found out whether it can hold repositories.
     *
     * @param usual the directory if none is given
     */
    Opened open(Surroundings around, Path usual) throws IOException, CommandException {
        Optional<S3Place> bucket = bucket(around);
        if (bucket.isEmpty()) {
            DirectoryBackend directory = DirectoryBackend.open(directory(around, usual), around.ids());
            directory.requireWritable();
            return new Opened(directory, () -> {});
        }
        S3Backend opened = S3Backend.open(bucket.get(), around.ids());
        boolean usable = false;
        try {
            opened.probe();
            usable = true;
            return new Opened(opened, opened::close);
        } finally {
            if (!usable) {
                opened.close();
            }
        }
    }

    /** Opens the storage that is there: an empty one in its place would seem to have lost everything. */
    Opened openPresent(Surroundings around, Path usual) throws IOException, CommandException {
        Optional<S3Place> bucket = bucket(around);
        if (bucket.isPresent()) {
            return present(bucket.get(), around);
        }
        Path directory = directory(around, usual);
        if (!Files.isDirectory(directory)) {
            throw new CommandException(
                    "there is no storage " + directory + ": is --data right, or is --storage missing?");
        }
        return new Opened(DirectoryBackend.open(directory, around.ids()), () -> {});
    }

    /** Each hub has left its mark where it served from. */
    private static Opened present(S3Place bucket, Surroundings around) throws IOException, CommandException {
        S3Backend opened = S3Backend.open(bucket, around.ids());
        boolean[] found = {false};
        try {
            opened.list(StoredHeads.FOLDER, _ -> found[0] = true);
            if (!found[0]) {
                throw new CommandException("no hub has ever served from " + bucket + ": is --storage right?");
            }
            return new Opened(opened, opened::close);
        } finally {
            if (!found[0]) {
                opened.close();
            }
        }
    }

    boolean isBucket(Surroundings around) {
        return given(around, "--storage", storage)
                .filter(text -> text.startsWith(S3Place.SCHEME))
                .isPresent();
    }

    private Path directory(Surroundings around, Path usual) throws CommandException {
        String given = given(around, "--storage", storage).orElse(usual.toString());
        if (given.contains("://")) {
            throw new CommandException("--storage: a storage is a directory or s3://BUCKET/PREFIX, not " + given);
        }
        Map<String, String> options = options(around);
        if (!options.isEmpty()) {
            throw new CommandException("a directory has no " + options.keySet() + ": is --storage missing?");
        }
        return Path.of(given).toAbsolutePath().normalize();
    }

    private Optional<S3Place> bucket(Surroundings around) throws CommandException {
        if (!isBucket(around)) {
            return Optional.empty();
        }
        try {
            return Optional.of(S3Place.parse(given(around, "--storage", storage).orElseThrow(), options(around)));
        } catch (IllegalArgumentException e) {
            throw new CommandException("--storage: " + e.getMessage());
        }
    }

    private Map<String, String> options(Surroundings around) {
        Map<String, Optional<String>> all = Map.of(
                "endpoint", endpoint,
                "region", region,
                "path-style", pathStyle,
                "ca-file", caFile,
                "profile", profile,
                "credentials-file", credentialsFile);
        Map<String, String> options = new HashMap<>();
        all.forEach((name, option) ->
                given(around, "--storage-" + name, option).ifPresent(value -> options.put(name, value)));
        return options;
    }

    /** What an option says, or else the variable that is named like it. */
    private static Optional<String> given(Surroundings around, String option, Optional<String> value) {
        String variable = "FLOCKERHUB_"
                + option.substring("--".length()).toUpperCase(Locale.ROOT).replace('-', '_');
        return value.or(
                () -> Optional.ofNullable(around.environment().get(variable)).filter(text -> !text.isEmpty()));
    }
}
