package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.FileEntry;
import io.flockerj.cli.http.Response;
import io.flockerj.cli.local.NewFile;
import io.flockerj.cli.text.Escapes;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Copies out of a volume to the local file system. What lies in a volume is other people's: a directory is made anew, no
 * link is followed, links are made last, and nothing gets more rights than its permission bits.
 */
final class LocalCopy {
    private final Session session;
    private long entries;
    private long bytes;
    private boolean complete = true;

    LocalCopy(Session session) {
        this.session = session;
    }

    /** Copies a file or a directory; into {@code target} if that is a directory. Answers with the exit code. */
    int copy(Place source, Path target) throws IOException, CommandException {
        List<FileEntry> self = list(source, "self");
        if (self.size() != 1) {
            throw CommandException.failed("the daemon does not say what " + source + " is");
        }
        Path to = target;
        if (Files.isDirectory(target)) {
            String name = Place.name(source.path());
            to = name.isEmpty() ? target : local(target, name).orElseThrow(() -> notNameable(source));
        }
        FileEntry entry = self.getFirst();
        if (entry.isDirectory()) {
            directory(source, entry, to);
        } else {
            one(source, entry, to, NewFile::at);
        }
        if (!session.json()) {
            session.say(source + " to " + to + ": " + entries + (entries == 1 ? " entry, " : " entries, ")
                    + Sizes.text(bytes));
        } else {
            session.say(Daemon.json().put("entries", entries).put("bytes", bytes));
        }
        return complete ? ExitCode.OK : ExitCode.FAILED;
    }

    private List<FileEntry> list(Place place, String how) throws IOException {
        List<FileEntry> all = new ArrayList<>();
        session.daemon().lines(place.target(session, "files").with(how, "true"), line -> all.add(FileEntry.of(line)));
        return all;
    }

    private void directory(Place source, FileEntry self, Path to) throws IOException, CommandException {
        Map<Path, FileEntry> links = new LinkedHashMap<>();
        Deque<Map.Entry<Path, FileEntry>> directories = new ArrayDeque<>();
        Files.createDirectory(to, NewFile.PRIVATE_DIRECTORY);
        directories.push(Map.entry(to, self));
        entries++;
        for (FileEntry entry : list(source, "recursive")) {
            Optional<Path> local = local(to, source.below(entry.path()));
            Place place = source.at(entry.path());
            if (local.isEmpty()) {
                complete = false;
                session.tell(Failure.of(notNameable(place)));
            } else if (entry.isDirectory()) {
                Files.createDirectory(local.get(), NewFile.PRIVATE_DIRECTORY);
                directories.push(Map.entry(local.get(), entry));
                entries++;
            } else if (entry.type().equals("symlink")) {
                links.put(local.get(), entry);
            } else {
                one(place, entry, local.get(), NewFile::fresh);
            }
        }
        for (Map.Entry<Path, FileEntry> link : links.entrySet()) {
            symlink(source.at(link.getValue().path()), link.getValue(), link.getKey());
        }
        for (Map.Entry<Path, FileEntry> each : directories) {
            Files.setPosixFilePermissions(each.getKey(), permissions(each.getValue()));
            Files.setLastModifiedTime(
                    each.getKey(), FileTime.from(each.getValue().modifiedAt()));
        }
    }

    /** Begins a file. */
    @FunctionalInterface
    private interface Maker {
        NewFile at(Path path) throws IOException;
    }

    private void one(Place place, FileEntry entry, Path to, Maker maker) throws IOException {
        if (entry.type().equals("symlink")) {
            symlink(place, entry, to);
            return;
        }
        if (!entry.type().equals("file")) {
            session.remark(place + " is a " + entry.type() + ", and left out; fli export has those too");
            return;
        }
        try (Response response = session.daemon().download(place.target(session, "content"));
                NewFile file = maker.at(to)) {
            bytes += response.body().transferTo(file.out());
            file.complete(permissions(entry), FileTime.from(entry.modifiedAt()));
        }
        entries++;
    }

    private void symlink(Place place, FileEntry link, Path to) throws IOException {
        Optional<String> target = link.target().flatMap(Escapes::plain);
        if (target.isEmpty()) {
            complete = false;
            session.tell(Failure.of(notNameable(place)));
            return;
        }
        Files.createSymbolicLink(to, Path.of(target.get()));
        entries++;
    }

    private static Set<PosixFilePermission> permissions(FileEntry entry) {
        return PosixFilePermissions.fromString(FileMode.permissions(entry.mode()));
    }

    /** Where something goes below a directory of ours; empty if Java cannot name it. */
    private static Optional<Path> local(Path directory, String escaped) throws CommandException {
        Optional<String> path = Escapes.plain(escaped).filter(plain -> plain.indexOf('\0') < 0);
        return path.isEmpty() ? Optional.empty() : Optional.of(directory.resolve(checked(path.get())));
    }

    private static CommandException notNameable(Place place) {
        return CommandException.failed(
                place + " is left out, for its name, or the one it links to, is not UTF-8; fli export has those too");
    }

    /** The path may have been made up to lead elsewhere. */
    private static String checked(String path) throws CommandException {
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw CommandException.failed("the daemon names a path that leads elsewhere: " + path);
            }
        }
        return path;
    }
}
