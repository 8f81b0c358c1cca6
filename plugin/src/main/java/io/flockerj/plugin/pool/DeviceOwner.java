package io.flockerj.plugin.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import io.flockerj.plugin.linux.BlockDevice;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The record on a block device of the host that has it. A disk that several hosts reach can be mounted by one at a time only;
 * a second mount destroys the file system without a word. So the record lies outside the file system, in the 64 KiB before its
 * superblock that btrfs leaves alone (BTRFS_SUPER_INFO_OFFSET, fs/btrfs/disk-io.h in the kernel), and the page cache,
 * which knows nothing of other hosts, is dropped before it is read.
 *
 * <p>Of hosts that take the device at the same moment the last to write has it: each writes, waits until the others have
 * written too, and reads again (Fischer's mutual exclusion, in Lamport, A Fast Mutual Exclusion Algorithm, 1987). No record is
 * like one before it, so a take-over that names it cannot hit the same host, or another, a second time.
 */
final class DeviceOwner {
    private static final long OFFSET = 32 * 1024;
    private static final int LENGTH = 4096;
    private static final String MAGIC = "flockerj owner 1\n";
    private static final int ID_DIGITS = 32;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path device;
    private final HostIdentity self;
    private final Optional<RandomId> takeOver;
    private final Pause pause;

    /**
     * @param self this host
     * @param takeOver the id of the record that does not count
     * @param pause longer than any host needs from reading a device's record to having written it
     */
    DeviceOwner(Path device, HostIdentity self, Optional<RandomId> takeOver, Pause pause) {
        this.device = device;
        this.self = self;
        this.takeOver = takeOver;
        this.pause = pause;
    }

    /** Waits for other hosts. */
    interface Pause {
        void await() throws IOException;

        static Pause of(Duration time) {
            return () -> {
                try {
                    TimeUnit.NANOSECONDS.sleep(time.toNanos());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw (IOException) new InterruptedIOException("interrupted while taking a device").initCause(e);
                }
            };
        }
    }

    /**
     * A record as it is on the device.
     *
     * @param id the digest of the record
     * @param host empty if it cannot be read
     */
    private record Found(RandomId id, Optional<HostIdentity> host) {}

    /**
     * Whether this host has the device already, in this life or an earlier one; else it is free.
     *
     * @throws PoolException if another host has it, and is not the one to take it from
     */
    boolean isThisHosts() throws IOException {
        return isThisHosts(found(readText()));
    }

    private boolean isThisHosts(Optional<Found> found) throws PoolException {
        if (found.isEmpty()) {
            return false;
        }
        if (found.get().host().map(HostIdentity::host).equals(Optional.of(self.host()))) {
            return true;
        }
        if (takeOver.equals(Optional.of(found.get().id()))) {
            return false;
        }
        throw refusal(found.get());
    }

    /**
     * Takes the device for this host, if it is free or to be taken over. A claim that this host has written before counts only
     * once this kernel uses the device: whoever wrote it may have ended before the wait was over.
     *
     * @param claim a new id
     * @throws PoolException if another host has it, or took it at the same moment
     */
    void take(RandomId claim) throws IOException {
        String before = readText();
        Optional<Found> found = found(before);
        boolean isClaimed = isThisHosts(found) && isOfThisBoot(found);
        if (isClaimed && !BlockDevice.isUnused(device)) {
            return;
        }
        String text = isClaimed ? before : written(claim);
        pause.await();
        if (!readText().startsWith(text)) {
            throw new PoolException("another host took the device " + device
                    + " at the same moment, or erased its beginning; let only one use it");
        }
    }

    private String written(RandomId claim) throws IOException {
        String text = MAGIC
                + JSON.createObjectNode()
                        .put("host", self.host().hex())
                        .put("boot", self.boot())
                        .put("claim", claim.hex())
                + "\n";
        write(text);
        return text;
    }

    /** Whether the device has the record of an owner, this host or another. */
    boolean isRecorded() throws IOException {
        return readText().startsWith(MAGIC);
    }

    /** Gives the device up, so that any host may take it. Does nothing if it is not this host's any more. */
    void release() throws IOException {
        if (isOfThisBoot(found(readText()))) {
            write("");
        }
    }

    private boolean isOfThisBoot(Optional<Found> found) {
        return found.flatMap(Found::host).equals(Optional.of(self));
    }

    private PoolException refusal(Found found) {
        String whose = found.host()
                .map(host -> "belongs to the host " + host.host().abbreviated() + ", which may be using it now;"
                        + " stop flockerj there, or, if that host will never use it again,")
                .orElse("has a record of its owner that cannot be read; if no other host uses the device,");
        return new PoolException("the device " + device + " " + whose + " set take-over to " + found.id() + " here");
    }

    private static Optional<Found> found(String text) {
        if (!text.startsWith(MAGIC)) {
            return Optional.empty();
        }
        String digest =
                Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
        return Optional.of(new Found(new RandomId(digest.substring(0, ID_DIGITS)), host(text)));
    }

    private static Optional<HostIdentity> host(String text) {
        try {
            JsonNode json = JSON.readTree(text.substring(MAGIC.length(), text.indexOf('\n', MAGIC.length())));
            return Optional.of(new HostIdentity(
                    new RandomId(json.path("host").asText()), json.path("boot").asText()));
        } catch (JsonProcessingException | IllegalArgumentException | StringIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private String readText() throws IOException {
        ByteBuffer buffer = buffer();
        BlockDevice.forgetCache(device);
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
            channel.read(buffer, OFFSET);
        }
        return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    }

    private void write(String text) throws IOException {
        ByteBuffer buffer = buffer();
        buffer.put(text.getBytes(StandardCharsets.UTF_8)).clear();
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE, StandardOpenOption.DSYNC)) {
            channel.write(buffer, OFFSET);
        } catch (IOException e) {
            throw new PoolException(
                    "the device " + device + " of the pool cannot be written (" + e.getMessage()
                            + "); make it writable, or look into the kernel's log for errors of the disk",
                    e);
        }
    }

    private static ByteBuffer buffer() {
        return ByteBuffer.allocate(LENGTH);
    }
}
