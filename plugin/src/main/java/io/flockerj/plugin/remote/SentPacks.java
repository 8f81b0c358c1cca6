package io.flockerj.plugin.remote;

import io.flockerj.plugin.storage.RandomId;
import io.flockerj.store.Repository;
import io.flockerj.store.Session;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.PackInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Notes of packs that were sent and that perhaps no commit names yet, so that what a push that was cut off has sent is not sent again. A
 * file for each push, which goes when the push is done. Nothing is synced, anybody may delete anything: what is not noted is sent again,
 * and of what is noted it is looked whether it is there.
 *
 * @param directory for these files alone
 */
record SentPacks(Path directory, InstantSource clock) {
    /** What is older may be garbage by now to whoever collects it. */
    private static final Duration KEPT = Duration.ofHours(20);

    /** 2 TiB in packs of 32 MiB. */
    private static final int MOST_PACKS = 65_536;

    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) ([0-9]{1,9}) ([0-9]{1,9}) ([0-9a-f]{64})");

    /** Begins to take notes of a push. */
    Notes begin(Id repository, RandomId push, Session session) {
        List<Path> before = new ArrayList<>();
        List<PackInfo> packs = new ArrayList<>();
        Instant oldest = clock.instant().minus(KEPT);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                    Files.deleteIfExists(file);
                } else if (String.valueOf(file.getFileName()).startsWith(repository.hex())) {
                    before.add(file);
                    packs.addAll(read(file));
                }
            }
        } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
            // There are none, or they cannot be read; then it is sent again.
        }
        Path file = directory.resolve(repository.hex() + "-" + push.hex());
        return new Notes(
                directory,
                file,
                before,
                packs.stream().distinct().limit(MOST_PACKS).toList(),
                session);
    }

    /** Of a line that was cut off nothing is left. */
    private static List<PackInfo> read(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return lines.map(LINE::matcher)
                    .filter(Matcher::matches)
                    .limit(MOST_PACKS)
                    .map(fields -> new PackInfo(
                            Hash.parse(fields.group(1)),
                            Long.parseLong(fields.group(2)),
                            Integer.parseInt(fields.group(3)),
                            Hash.parse(fields.group(4))))
                    .toList();
        }
    }

    /** The notes of one push, and of those before it that were cut off. For many threads. */
    static final class Notes implements Repository.Keeping {
        private final Path directory;
        private final Path file;
        private final List<Path> before;
        private final List<PackInfo> earlier;
        private final Session session;

        private Notes(Path directory, Path file, List<Path> before, List<PackInfo> earlier, Session session) {
            this.directory = directory;
            this.file = file;
            this.before = before;
            this.earlier = earlier;
            this.session = session;
        }

        /** What pushes to the same repository have sent that were not done, or are not yet. */
        List<PackInfo> earlier() {
            return earlier;
        }

        @Override
        public void keep() throws IOException {
            session.keep();
        }

        @Override
        public synchronized void sent(PackInfo pack) {
            String line = "%s %d %d %s%n"
                    .formatted(
                            pack.name().hex(),
                            pack.size(),
                            pack.footerLength(),
                            pack.footerHash().hex());
            try {
                Files.createDirectories(directory);
                Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                // It would be sent again, if this push were cut off.
            }
        }

        /** The push is done: all that was sent is named by a commit. */
        void done() {
            for (Path each : Stream.concat(before.stream(), Stream.of(file)).toList()) {
                try {
                    Files.deleteIfExists(each);
                } catch (IOException e) {
                    // It is forgotten when it is old.
                }
            }
        }
    }
}
