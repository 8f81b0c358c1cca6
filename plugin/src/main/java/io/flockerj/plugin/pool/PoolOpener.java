package io.flockerj.plugin.pool;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LoopDevices;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the pool of a state directory; the first time, chooses and makes it.
 *
 * <p>A pool once recorded is the pool for good: whatever stands in the way of opening it is told, and nothing is made in its
 * place. The order in which a new pool comes to be makes every interruption harmless: first the medium, then the pool's own
 * record in it, and last the record in the state directory.
 */
public final class PoolOpener implements AutoCloseable {
    /** Where a pool keeps its trees. */
    static final String TREES = "volumes";

    /** Where a pool keeps the records of its volumes. */
    public static final String RECORDS = "records";

    /** Where a pool keeps the records of snapshots. */
    public static final String SNAPSHOTS = "snapshots";

    /** Where a pool keeps the records of volumesets. */
    public static final String VOLUMESETS = "volumesets";

    private static final List<String> DIRECTORIES = List.of(TREES, RECORDS, SNAPSHOTS, VOLUMESETS);

    private static final Logger LOG = LoggerFactory.getLogger(PoolOpener.class);

    private final HostRoot host;
    private final StateDirectory state;
    private final PoolChoice choice;
    private final MediumOpener media;
    private final Supplier<RandomId> ids;

    private PoolOpener(
            HostRoot host, StateDirectory state, PoolChoice choice, MediumOpener media, Supplier<RandomId> ids) {
        this.host = host;
        this.state = state;
        this.choice = choice;
        this.media = media;
        this.ids = ids;
    }

    /**
     * Takes the state directory, which stays taken until this is closed.
     *
     * @throws PoolException if another daemon has it, or it records no pool while the disk that it belongs on is absent
     */
    public static PoolOpener take(PoolHost here, PoolChoice choice) throws IOException {
        if (PoolRecord.read(here.state()).isEmpty()) {
            new Fstab(here.host()).requireMounted(here.hostState());
        }
        LoopDevices loops = new LoopDevices(here.host().resolve(Path.of("/dev")), here.sys());
        return new PoolOpener(
                here.host(),
                StateDirectory.take(here.state()),
                choice,
                new HostMedia(here, loops, Btrfs::supportedByKernel),
                here.ids());
    }

    /** Opens the pool. May be called again after it has failed. */
    public Pool open() throws IOException {
        Optional<PoolRecord> recorded = state.record();
        PoolChoice.Location location = recorded.isPresent() ? confirm(recorded.get()) : choose();
        Medium medium = media.open(location, recorded.isEmpty(), directory -> prove(directory, location, recorded));
        try {
            return open(medium, location, recorded);
        } catch (IOException | RuntimeException e) {
            close(medium, e);
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        state.close();
    }

    private static void close(Medium medium, Exception reason) {
        try {
            medium.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private Pool open(Medium medium, PoolChoice.Location location, Optional<PoolRecord> recorded) throws IOException {
        Path directory = medium.directory();
        if (Files.isSameFile(directory, state.path())) {
            throw new PoolException(
                    location + " is the state directory itself, whose files have the same names as a pool's;"
                            + " name a directory below it, or elsewhere");
        }
        prove(directory, location, recorded);
        FileHandle lock = StateDirectory.lock(directory, "the flockerj daemon of another state directory");
        boolean opened = false;
        try {
            RandomId id = recorded.isPresent() ? recorded.get().pool() : adoptOrMake(directory);
            upgrade(directory);
            requireDirectories(directory);
            PoolRecord here = new PoolRecord(id, Optional.of(location));
            if (!recorded.equals(Optional.of(here))) {
                here.write(state.path());
            }
            Pool pool = new OpenPool(id, medium, medium.driver(directory.resolve(TREES)), lock);
            medium.start();
            opened = true;
            return pool;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /** The recorded place; a setting may not name another, but may change how large a pool file grows. */
    private PoolChoice.Location confirm(PoolRecord recorded) throws PoolException {
        PoolChoice.Location location = recorded.location()
                .orElseThrow(() -> new PoolException("the record in " + state.path() + " names no pool; "
                        + "restore it from a backup, or set 'pool' to where the pool is after moving the record away"));
        if (choice instanceof PoolChoice.Automatic || choice.equals(location)) {
            return location;
        }
        if (choice instanceof PoolChoice.PoolFile wanted && location instanceof PoolChoice.PoolFile) {
            return wanted;
        }
        throw new PoolException("the volumes of " + state.path() + " are in the pool " + location
                + ", and the setting 'pool' names another, " + choice + "; set it to " + location
                + " or auto, or give the other pool a state directory of its own");
    }

    private PoolChoice.Location choose() throws IOException {
        return choice instanceof PoolChoice.Location location ? location : media.best();
    }

    private void prove(Path directory, PoolChoice.Location location, Optional<PoolRecord> recorded) throws IOException {
        if (recorded.isPresent()) {
            match(recorded.get(), PoolRecord.read(directory), location);
        } else {
            refuseForeignEntries(directory);
        }
    }

    private void match(PoolRecord recorded, Optional<PoolRecord> found, PoolChoice.Location location)
            throws PoolException {
        if (found.isEmpty()) {
            throw new PoolException(
                    location + " does not hold the pool " + recorded.pool().abbreviated() + " that " + state.path()
                            + " records, nor any other; is its file system mounted? If not, mount it"
                            + host.afterMounting());
        }
        if (!found.get().pool().equals(recorded.pool())) {
            throw new PoolException(location + " holds the pool "
                    + found.get().pool().abbreviated() + ", but "
                    + state.path() + " records the pool " + recorded.pool().abbreviated()
                    + "; bring that one back, or move the record away to adopt the one that is there");
        }
    }

    /** A pool that lacks its records would have all its volumes taken for nobody's. */
    private static void requireDirectories(Path directory) throws IOException {
        for (String name : DIRECTORIES) {
            if (!Presence.isDirectory(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                throw new PoolException("the pool lacks its directory " + directory.resolve(name)
                        + "; bring it back as it was, for its volumes are not known without it");
            }
        }
    }

    private RandomId adoptOrMake(Path directory) throws IOException {
        Optional<PoolRecord> found = PoolRecord.read(directory);
        if (found.isPresent()) {
            LOG.atInfo().addKeyValue("pool", found.get().pool().abbreviated()).log("Adopting the pool that is there");
            return found.get().pool();
        }
        makeDirectories(directory);
        PoolRecord made = new PoolRecord(ids.get(), Optional.empty());
        made.write(directory);
        LOG.atInfo().addKeyValue("pool", made.pool().abbreviated()).log("Made a new pool");
        return made.pool();
    }

    private static void makeDirectories(Path directory) throws IOException {
        for (String name : DIRECTORIES) {
            StateDirectory.makeClosed(directory.resolve(name));
        }
        DurableFile.syncDirectory(directory);
    }

    /** Brings the layout of a pool that an older version has made up to date; that version will refuse it from then on. */
    private static void upgrade(Path directory) throws IOException {
        Optional<PoolRecord> found = PoolRecord.read(directory);
        if (found.isPresent() && found.get().format() < PoolRecord.FORMAT) {
            makeDirectories(directory);
            new PoolRecord(found.get().pool(), found.get().location()).write(directory);
            LOG.atInfo().addKeyValue("format", PoolRecord.FORMAT).log("Brought the pool to this version's format");
        }
    }

    /** A directory that holds something else is somebody's: nothing of ours is mixed into it. */
    private static void refuseForeignEntries(Path directory) throws IOException {
        if (PoolRecord.read(directory).isPresent()) {
            return;
        }
        List<String> ours = List.of(
                StateDirectory.LOCK_NAME,
                TREES,
                RECORDS,
                SNAPSHOTS,
                VOLUMESETS,
                PoolRecord.FILE_NAME + DurableFile.TEMPORARY_SUFFIX,
                "lost+found");
        try (Stream<Path> entries = Files.list(directory)) {
            Optional<String> foreign = entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !ours.contains(name))
                    .findFirst();
            if (foreign.isPresent()) {
                throw new PoolException(directory + " is no pool, and not empty either: it holds '" + foreign.get()
                        + "'; name an empty directory for a new pool");
            }
        }
    }
}
