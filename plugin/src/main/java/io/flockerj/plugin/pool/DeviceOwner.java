package io.flockerj.plugin.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.plugin.linux.BlockDevice;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The record on a block device of the host that has it. A disk that several hosts reach can be mounted by one at a time only;
 * a second mount destroys the file system without a word. So the record lies outside the file system, in the 64 KiB before its
 * superblock that btrfs leaves alone (BTRFS_SUPER_INFO_OFFSET, fs/btrfs/disk-io.h in the kernel), and the page cache,
 * which knows nothing of other hosts, is dropped before it is read.
 */
final class DeviceOwner {
    private static final long OFFSET = 32 * 1024;
    private static final int LENGTH = 4096;
    private static final String MAGIC = "flockerj owner 1\n";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path device;

    DeviceOwner(Path device) {
        this.device = device;
    }

    /** Takes the device for this host. Another host's is refused unless {@code takeOver}. */
    void take(HostIdentity self, boolean takeOver) throws IOException {
        Optional<HostIdentity> owner = takeOver ? Optional.empty() : read();
        if (owner.isPresent() && !owner.get().host().equals(self.host())) {
            throw new PoolException("the device " + device + " belongs to the host "
                    + owner.get().host().abbreviated()
                    + ", which may be using it now; stop flockerj there, or, if that host will never use it again,"
                    + " start here once with take-over set to true");
        }
        if (!owner.equals(Optional.of(self))) {
            write(MAGIC + JSON.createObjectNode().put("host", self.host().hex()).put("boot", self.boot()) + "\n");
        }
    }

    /** Whether the device has the record of an owner, this host or another. */
    boolean isRecorded() throws IOException {
        return readText().startsWith(MAGIC);
    }

    /** Gives the device up, so that any host may take it. */
    void release() throws IOException {
        write("");
    }

    private Optional<HostIdentity> read() throws IOException {
        String text = readText();
        if (!text.startsWith(MAGIC)) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(text.substring(MAGIC.length(), text.indexOf('\n', MAGIC.length())));
            return Optional.of(new HostIdentity(
                    new RandomId(json.path("host").asText()), json.path("boot").asText()));
        } catch (JsonProcessingException | IllegalArgumentException | StringIndexOutOfBoundsException e) {
            throw new PoolException(
                    "the record of its owner on the device " + device + " cannot be read; if no other"
                            + " host uses the device, start once with take-over set to true",
                    e);
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
