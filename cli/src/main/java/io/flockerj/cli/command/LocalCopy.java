package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Daemon;
import io.flockerj.cli.daemon.FileEntry;
import io.flockerj.cli.http.Response;
import io.flockerj.cli.text.Sizes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Copies out of a volume to the local file system. What lies in a volume is other people's: a directory is made anew, no
 * link is followed, links are made last, and nothing gets more rights than its permission bits.
 */
final class LocalCopy {
    private final Session session;
    private long entries;
    private long bytes;

    LocalCopy(Session session) {
        this.session = session;
    }

    /** Copies a file or a directory; into {@code target} if that is a directory. */
    void copy(Place source, Path target) throws IOException, CommandException {
        List<FileEntry> self = list(source, "self");
        if (self.size() != 1) {
            throw CommandException.failed("the daemon does not say what " + source + " is");
        }
        Path to = target;
        if (Files.isDirectory(target)) {
            String name = localName(Place.name(source.path()));
            to = name.isEmpty() ? target : target.resolve(name);
        }
        FileEntry entry = self.getFirst();
        if (entry.isDirectory()) {
            directory(source, entry, to);
        } else {
            one(source, entry, to, StandardOpenOption.TRUNCATE_EXISTING);
        }
        if (!session.json()) {
            session.say(source + " to " + to + ": " + entries + (entries == 1 ? " entry, " : " entries, ")
                    + Sizes.text(bytes));
        } else {
            session.say(Daemon.json().put("entries", entries).put("bytes", bytes));
        }
    }

    private List<FileEntry> list(Place place, String how) throws IOException {
        List<FileEntry> all = new ArrayList<>();
        session.daemon().lines(place.target(session, "files").with(how, "true"), line -> all.add(FileEntry.of(line)));
        return all;
    }

    private void directory(Place source, FileEntry self, Path to) throws IOException, CommandException {
        List<FileEntry> links = new ArrayList<>();
        List<FileEntry> directories = new ArrayList<>();
        Files.createDirectory(to);
        entries++;
        for (FileEntry entry : list(source, "recursive")) {
            Path path = to.resolve(checked(localName(source.below(entry.path()))));
            if (entry.isDirectory()) {
                Files.createDirectory(path);
                directories.addFirst(entry);
                entries++;
            } else if (entry.type().equals("symlink")) {
                links.add(entry);
            } else {
                Place one = new Place(source.ref(), entry.path());
                one(one, entry, path, StandardOpenOption.CREATE_NEW);
            }
        }
        for (FileEntry link : links) {
            symlink(link, to.resolve(checked(localName(source.below(link.path())))));
        }
        for (FileEntry each : directories) {
            dress(each, to.resolve(checked(localName(source.below(each.path())))));
        }
        dress(self, to);
    }

    private void one(Place place, FileEntry entry, Path to, StandardOpenOption how)
            throws IOException, CommandException {
        if (entry.type().equals("symlink")) {
            symlink(entry, to);
            return;
        }
        if (!entry.type().equals("file")) {
            session.remark(place + " is a " + entry.type() + ", and left out; fli export has those too");
            return;
        }
        Set<StandardOpenOption> options = EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE, how);
        try (Response response = session.daemon().download(place.target(session, "content"));
                OutputStream out = Files.newOutputStream(to, options.toArray(StandardOpenOption[]::new))) {
            bytes += response.body().transferTo(out);
        }
        entries++;
        dress(entry, to);
    }

    private void symlink(FileEntry link, Path to) throws IOException, CommandException {
        Files.createSymbolicLink(to, Path.of(localName(link.target().orElse(""))));
        entries++;
    }

    private static void dress(FileEntry entry, Path path) throws IOException {
        Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(FileMode.permissions(entry.mode()));
        if (!Files.isSymbolicLink(path)) {
            Files.setPosixFilePermissions(path, permissions);
            Files.setLastModifiedTime(path, FileTime.from(entry.modifiedAt()));
        }
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

    /** As a local name: what the control API escapes is taken back, as far as Java can name it. */
    private static String localName(String escaped) throws CommandException {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '\\' && i + 1 < escaped.length()) {
                i++;
                if (escaped.charAt(i) != '\\') {
                    throw CommandException.failed(escaped + " has a name that is not UTF-8; copy it by: fli export");
                }
            }
            name.append(c);
        }
        return name.toString();
    }
}
