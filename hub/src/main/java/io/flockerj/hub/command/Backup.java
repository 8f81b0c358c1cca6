package io.flockerj.hub.command;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The directory of a backup: a copy of the database, and a list of what the storage held at least, when the copy had been made. */
record Backup(Path directory) {
    private static final Pattern LINE = Pattern.compile("(\\d{1,19}) (\\S+)");
    private static final ObjectName OWNERS = new ObjectName("owners");

    Path database() {
        return directory.resolve("hub.db");
    }

    Path manifest() {
        return directory.resolve("storage.txt");
    }

    /** Writes the list: a line for each object, with its size. */
    long writeManifest(Backend storage) throws IOException {
        long[] count = {0};
        try (BufferedWriter writer = Files.newBufferedWriter(manifest(), StandardOpenOption.CREATE_NEW)) {
            storage.list(OWNERS, listed -> {
                try {
                    writer.write(listed.size() + " " + listed.name() + "\n");
                    count[0]++;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        sync(manifest());
        return count[0];
    }

    /** What the list names and the storage lacks. Values change, and garbage goes: what is missing is to be looked at, not always lost. */
    Map<String, Long> missingIn(Backend storage) throws IOException, CommandException {
        Map<String, Long> missing = new HashMap<>();
        try (BufferedReader reader = Files.newBufferedReader(manifest())) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Matcher matcher = LINE.matcher(line);
                if (!matcher.matches()) {
                    throw new CommandException(manifest() + " is not the list of a backup");
                }
                missing.put(matcher.group(2), Long.parseLong(matcher.group(1)));
            }
        }
        storage.list(OWNERS, listed -> missing.remove(listed.name().text()));
        return missing;
    }

    /** Waits until a file, or what a directory names, is on disk. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
