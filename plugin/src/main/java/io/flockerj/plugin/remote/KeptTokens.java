package io.flockerj.plugin.remote;

import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.plugin.volume.RemoteException.Reason;
import io.flockerj.plugin.volume.Remotes.NewToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tokens that hubs know this host by, each in a file that only its owner can read. They lie outside of the pool, which may be carried
 * to another host, and which is backed up.
 */
final class KeptTokens {
    /** RFC 6750, section 2.1. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,512}=*");

    /** As a hub allows it. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    private final Path directory;
    private final RecordFiles files;

    KeptTokens(Path directory, RecordFiles files) {
        this.directory = directory;
        this.files = files;
    }

    /** Keeps one for a remote. */
    Path put(RandomId remote, NewToken token) throws RemoteException, IOException {
        if (!TOKEN.matcher(token.secret()).matches()
                || !NAME.matcher(token.name()).matches()) {
            throw new RemoteException(
                    Reason.INVALID,
                    "that is no token of a hub: it has to be as the hub has shown it, and have its name");
        }
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        files.replace(file(remote), token.secret().getBytes(StandardCharsets.US_ASCII));
        return file(remote);
    }

    /** Where the one of a remote lies, if it has one. */
    Optional<Path> of(RemoteRecord record) throws RemoteException {
        if (record.token().isEmpty()) {
            return Optional.empty();
        }
        Path file = file(record.id());
        if (!Files.exists(file)) {
            throw new RemoteException(
                    Reason.CONFLICT,
                    "the token " + record.token().get() + ", by which " + record.url()
                            + " knew who asks, is not on this host, as when a pool is brought from another one: remove the"
                            + " remote with fli remote remove " + record.name() + ", and add it again");
        }
        return Optional.of(file);
    }

    /** Forgets the one of a remote, if there is one. */
    void remove(RandomId remote) throws IOException {
        if (Files.exists(file(remote))) {
            files.delete(file(remote));
        }
    }

    /** Forgets those of no remote: a daemon may have ended in the midst of adding or removing one. */
    void keepOnly(List<RemoteRecord> records) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> wanted = records.stream().map(record -> file(record.id())).toList();
        List<Path> there;
        try (Stream<Path> entries = Files.list(directory)) {
            there = entries.toList();
        }
        for (Path file : there) {
            if (!wanted.contains(file)) {
                files.delete(file);
            }
        }
    }

    private Path file(RandomId remote) {
        return directory.resolve(remote.hex());
    }
}
