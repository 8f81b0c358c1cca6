package io.flockerj.plugin.local;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.linux.DirectoryEntries;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileSystemStat;
import io.flockerj.plugin.linux.Inodes;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.storage.TreeDeletion;
import io.flockerj.plugin.volume.LocalVolumes.Place;
import io.flockerj.plugin.volume.UnknownVolumeException;
import io.flockerj.plugin.volume.VolumeBusyException;
import io.flockerj.plugin.volume.VolumeConflictException;
import io.flockerj.plugin.volume.VolumeInUseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A volume of Docker's own driver that is nothing but a directory: {@code …/volumes/NAME/_data}. What is to be in it is filled beside it, under a
 * name that says so, and then changes places with it, at once. Beside it lie
 *
 * <ul>
 *   <li>{@code .flockerj-incoming-TIME}, what is being filled. It never was the volume's content, and may be deleted;
 *   <li>{@code .flockerj-earlier-TIME}, what an attempt that was cut off has filled: likewise;
 *   <li>{@code .flockerj-kept-TIME}, what the volume held until then. Before the exchange what is to come has this name, for a moment: so whoever
 *       comes after a crash finds what a volume held under no other name than this or its own. Nobody but a person deletes it;
 *   <li>{@code .flockerj-doomed-TIME}, of which a part may be deleted already.
 * </ul>
 *
 * The engine looks at none of them, and deletes them with the volume. For one thread; nobody else has it meanwhile, on this host.
 */
public final class VolumeDirectory implements AutoCloseable {
    private static final String CONTENT = "_data";
    private static final String INCOMING = "incoming";
    private static final String EARLIER = "earlier";
    private static final String KEPT = "kept";
    private static final String DOOMED = "doomed";
    private static final Pattern BESIDE =
            Pattern.compile("\\.flockerj-(" + String.join("|", INCOMING, EARLIER, KEPT, DOOMED) + ")-([0-9]{1,15})");

    /** So long what an attempt has filled is there for the next one. */
    private static final Duration EARLIER_KEPT = Duration.ofDays(3);

    private final EngineView view;
    private final Place place;
    private final Path above;
    private final FileHandle directory;
    private final Exchange exchange;
    /** What the volume held, as long as it holds what was staged. */
    private Optional<Before> before = Optional.empty();

    private VolumeDirectory(EngineView view, Place place, Path above, FileHandle directory, Exchange exchange) {
        this.view = view;
        this.place = place;
        this.above = above;
        this.directory = directory;
        this.exchange = exchange;
    }

    /** Lets two names of a directory change places, at once, as {@link DirectoryEntries#exchange} does. */
    @FunctionalInterface
    interface Exchange {
        void run(FileHandle directory, byte[] name, byte[] other) throws IOException;
    }

    /**
     * What a volume held before an exchange.
     *
     * @param kept where on the host that is; empty if it was nothing
     */
    public record Before(Optional<Path> kept) {
        /** Where it is, for people. */
        public String told() {
            return kept.map(path -> "what it held before is in " + path).orElse("it held nothing before");
        }
    }

    /**
     * Opens one, to put something into it.
     *
     * @throws VolumeConflictException if more than a directory is meant
     * @throws VolumeBusyException if somebody else has it
     */
    public static VolumeDirectory open(EngineView view, Place place) throws RefusedException, IOException {
        return open(view, place, DirectoryEntries::exchange);
    }

    static VolumeDirectory open(EngineView view, Place place, Exchange exchange) throws RefusedException, IOException {
        EngineView.Seen seen = view.see(place.mountPoint());
        boolean isPlain = place.driver().equals("local")
                && !place.options()
                && !place.mounted()
                && place.mountPoint().endsWith(Path.of(place.name(), CONTENT));
        if (!isPlain || seen.isMountPoint()) {
            throw new VolumeConflictException(place.written() + " is not just a directory of Docker's: its driver, "
                    + place.driver() + ", or its options make more of it, which cannot be exchanged at once, and a"
                    + " volume is not left half replaced. Make a volume of flockerj's, with: fli clone REMOTE/NAME NEW;"
                    + " and copy from that what is needed");
        }
        if (!Inodes.isDirectory(seen.path())) {
            throw gone(place);
        }
        Path above =
                view.see(Objects.requireNonNull(place.mountPoint().getParent())).path();
        if (!seen.path().equals(above.resolve(CONTENT))) {
            throw new VolumeConflictException(place.mountPoint() + " is a link to " + seen.path() + ", and not the"
                    + " directory that could be exchanged; make a volume of flockerj's, with: fli clone REMOTE/NAME NEW;"
                    + " and copy from that what is needed");
        }
        FileHandle directory = FileHandle.openDirectory(above);
        boolean isOurs = false;
        try {
            isOurs = directory.tryLockExclusive();
            if (!isOurs) {
                throw new VolumeBusyException(
                        "another job is at work on " + place.written() + "; see: fli jobs, and wait for its end");
            }
            return new VolumeDirectory(view, place, above, directory, exchange);
        } finally {
            if (!isOurs) {
                directory.close();
            }
        }
    }

    /** The refusal for a volume whose directory is not there. */
    public static UnknownVolumeException gone(Place place) {
        return new UnknownVolumeException("there is no directory " + place.mountPoint() + " on this host, where "
                + place.written() + " should lie; see: docker volume inspect " + place.name()
                + ", or create it with: docker volume create " + place.name());
    }

    /** What the volume holds. */
    public Path content() {
        return above.resolve(CONTENT);
    }

    /** Whether it holds nothing. */
    public boolean isEmpty() throws IOException {
        try (FileHandle content = directory.openDirectoryAt(bytes(CONTENT))) {
            return content.names().isEmpty();
        }
    }

    /** Refuses while somebody has it mounted, be it a container that is paused. */
    public void refuseInUse() throws RefusedException, IOException {
        refuse(users(CONTENT));
    }

    private void refuse(List<String> users) throws VolumeInUseException {
        if (!users.isEmpty()) {
            throw new VolumeInUseException(place.written() + " is in use, by " + String.join(", ", users)
                    + "; stop that first, for what it has open would not change");
        }
    }

    private List<String> users(String name) throws IOException {
        return view.users(view.see(place.mountPoint().resolveSibling(name)));
    }

    /** How many bytes may still be written beside it. */
    public long room() throws IOException {
        return FileSystemStat.of(directory).availableBytes();
    }

    /**
     * Makes an empty directory that is to be filled. What an attempt before has filled is {@link #earlier} from then on.
     *
     * @return where it is found here
     * @throws VolumeConflictException if the file system cannot exchange what will be there with what the volume holds
     */
    public Path stage(Instant now) throws RefusedException, IOException {
        refuseWithoutExchange(now);
        Optional<String> left = beside(INCOMING);
        if (left.isPresent()) {
            delete(EARLIER);
            rename(left.get(), name(EARLIER, now));
        }
        String name = name(INCOMING, now);
        DirectoryEntries.makeDirectory(directory, bytes(name), 0700);
        return above.resolve(name);
    }

    /** Some file systems, NFS among them, have no such call; that is better found out before anything was brought. */
    private void refuseWithoutExchange(Instant now) throws RefusedException, IOException {
        try {
            tryExchange(name(DOOMED, now), name(DOOMED, now.plusMillis(1)));
        } catch (LinuxException e) {
            if (e.is(Errno.EINVAL) || e.is(Errno.ENOSYS) || e.is(Errno.EOPNOTSUPP)) {
                throw new VolumeConflictException("the file system that " + place.written()
                        + " lies on cannot exchange two directories at once, and a volume is not left half replaced: "
                        + e.getMessage() + ". Make a volume of flockerj's, with: fli clone REMOTE/NAME NEW; and copy"
                        + " from that what is needed");
            }
            throw e;
        }
    }

    private void tryExchange(String one, String other) throws IOException {
        DirectoryEntries.makeDirectory(directory, bytes(one), 0700);
        try {
            DirectoryEntries.makeDirectory(directory, bytes(other), 0700);
            try {
                exchange.run(directory, bytes(one), bytes(other));
            } finally {
                directory.removeDirectory(bytes(other));
            }
        } finally {
            directory.removeDirectory(bytes(one));
        }
    }

    /** Deletes what was staged, and what an attempt before has filled: the room that they take is needed. */
    public void discard() throws IOException {
        discardEarlier();
        delete(INCOMING);
    }

    /** Deletes what an attempt that was cut off has filled; answers whether there was any. */
    public boolean discardEarlier() throws IOException {
        boolean isThere = beside(EARLIER).isPresent();
        delete(EARLIER);
        return isThere;
    }

    /** What an attempt that was cut off has filled; it may hold anything. */
    public Optional<Path> earlier() throws IOException {
        return beside(EARLIER).map(above::resolve);
    }

    /**
     * Puts what was staged in the place of what the volume holds. If this fails, {@link #before} tells whether it is there.
     *
     * @return where on the host is what it held; empty if it was empty
     */
    public Optional<Path> exchange(Instant now) throws RefusedException, IOException {
        String incoming = beside(INCOMING).orElseThrow(() -> new IOException("nothing was staged in " + above));
        directory.syncFileSystem();
        refuseInUse();
        refuse(users(incoming));
        String kept = name(KEPT, now);
        rename(incoming, kept);
        directory.sync();
        exchange.run(directory, bytes(CONTENT), bytes(kept));
        before = Optional.of(new Before(Optional.of(place.mountPoint().resolveSibling(kept))));
        directory.sync();
        refuseUsedJustNow(kept, incoming);
        try (FileHandle held = directory.openDirectoryAt(bytes(kept))) {
            if (!held.names().isEmpty()) {
                return before.get().kept();
            }
        }
        directory.removeDirectory(bytes(kept));
        before = Optional.of(new Before(Optional.empty()));
        return Optional.empty();
    }

    /** What the volume held before; empty as long as it holds that. */
    public Optional<Before> before() {
        return before;
    }

    /**
     * A container that was started in between has what the volume held before, and gets it back as long as nobody has the other. Otherwise each keeps
     * what it has.
     */
    private void refuseUsedJustNow(String kept, String incoming) throws RefusedException, IOException {
        List<String> users = users(kept);
        if (!users.isEmpty() && users(CONTENT).isEmpty()) {
            exchange.run(directory, bytes(CONTENT), bytes(kept));
            before = Optional.empty();
            directory.sync();
            rename(kept, incoming);
        }
        refuse(users);
    }

    private void delete(String kind) throws IOException {
        Optional<String> there = beside(kind);
        while (there.isPresent()) {
            TreeDeletion.delete(above.resolve(there.get()));
            there = beside(kind);
        }
    }

    private void rename(String name, String other) throws IOException {
        DirectoryEntries.rename(directory, bytes(name), bytes(other));
    }

    /** The first name of that kind. */
    private Optional<String> beside(String kind) throws IOException {
        return names().stream()
                .filter(name -> BESIDE.matcher(name).matches() && name.startsWith(".flockerj-" + kind))
                .findFirst();
    }

    private List<String> names() throws IOException {
        // A handle tells the names once.
        try (FileHandle anew = directory.openDirectoryBelow(new byte[0])) {
            return anew.names().stream()
                    .map(name -> new String(name, StandardCharsets.ISO_8859_1))
                    .sorted()
                    .toList();
        }
    }

    private static String name(String kind, Instant now) {
        return ".flockerj-" + kind + "-" + now.toEpochMilli();
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Deletes what is left beside a volume and whose time is over, unless somebody is at work there, or has it mounted. The directory is held only while
     * names change.
     *
     * @param mountPoint of a volume that may be gone
     */
    static void tidy(EngineView view, Path mountPoint, Instant now) throws IOException {
        Path above = view.see(Objects.requireNonNull(mountPoint.getParent())).path();
        if (!Files.isDirectory(above)) {
            return;
        }
        List<String> doomed = new ArrayList<>();
        try (FileHandle directory = FileHandle.openDirectory(above)) {
            Place place = new Place("", "local", mountPoint, false, false);
            VolumeDirectory volume = new VolumeDirectory(view, place, above, directory, DirectoryEntries::exchange);
            List<String> over =
                    volume.names().stream().filter(name -> isOver(name, now)).toList();
            if (over.isEmpty() || !directory.tryLockExclusive()) {
                return;
            }
            for (String name : over) {
                volume.doom(name).ifPresent(doomed::add);
            }
        }
        for (String name : doomed) {
            TreeDeletion.delete(above.resolve(name));
        }
    }

    private static boolean isOver(String name, Instant now) {
        Matcher matcher = BESIDE.matcher(name);
        if (!matcher.matches() || matcher.group(1).equals(KEPT)) {
            return false;
        }
        Duration most = matcher.group(1).equals(DOOMED) ? Duration.ZERO : EARLIER_KEPT;
        return !now.isBefore(
                Instant.ofEpochMilli(Long.parseLong(matcher.group(2))).plus(most));
    }

    /** What a name is now, under which it may be deleted; empty if somebody has it mounted, or it is gone. */
    private Optional<String> doom(String name) throws IOException {
        Matcher matcher = BESIDE.matcher(name);
        if (!matcher.matches() || !names().contains(name)) {
            return Optional.empty();
        }
        if (matcher.group(1).equals(DOOMED)) {
            return Optional.of(name);
        }
        if (!users(name).isEmpty()) {
            return Optional.empty();
        }
        String doomed = ".flockerj-" + DOOMED + "-" + matcher.group(2);
        rename(name, doomed);
        return Optional.of(doomed);
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
