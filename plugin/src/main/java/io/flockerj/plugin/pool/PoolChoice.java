package io.flockerj.plugin.pool;

import io.flockerj.plugin.storage.ByteSize;
import java.nio.file.Path;
import java.util.Optional;

/** Which pool the person who set up the daemon wants. Paths are the host's. */
public sealed interface PoolChoice {
    /** What {@link #parse} accepts, for messages. */
    String RULE = "auto, btrfs:DIR, device:/dev/…, file[:SIZE] or plain:DIR, with absolute paths";

    /** The smallest pool file: btrfs needs 109 MiB for itself, and a pool without room for data is of no use. */
    ByteSize SMALLEST_FILE = ByteSize.ofMebibytes(256);

    /** The recorded pool; if there is none yet, the best one for this host. */
    record Automatic() implements PoolChoice {
        @Override
        public String toString() {
            return "auto";
        }
    }

    /** A choice that names its place. */
    sealed interface Location extends PoolChoice {}

    /** A directory on a btrfs that the host has mounted. */
    record BtrfsDirectory(Path directory) implements Location {
        @Override
        public String toString() {
            return "btrfs:" + directory;
        }
    }

    /** A block device of the pool's own. */
    record BlockDevice(Path device) implements Location {
        @Override
        public String toString() {
            return "device:" + device;
        }
    }

    /** A file in the state directory that holds a btrfs and grows as needed, up to {@code most} if given. */
    record PoolFile(Optional<ByteSize> most) implements Location {
        @Override
        public String toString() {
            return "file" + most.map(size -> ":" + size.exact()).orElse("");
        }
    }

    /** A directory on any file system. */
    record PlainDirectory(Path directory) implements Location {
        @Override
        public String toString() {
            return "plain:" + directory;
        }
    }

    /** Reads a choice from outside; throws {@link IllegalArgumentException} with what is wrong in it. */
    static PoolChoice parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String rest = colon < 0 ? "" : text.substring(colon + 1);
        return switch (kind) {
            case "auto" -> {
                if (colon >= 0) {
                    throw new IllegalArgumentException("'auto' takes nothing after it");
                }
                yield new Automatic();
            }
            case "btrfs" -> new BtrfsDirectory(absolute(rest));
            case "device" -> new BlockDevice(absolute(rest));
            case "file" -> new PoolFile(colon < 0 ? Optional.empty() : Optional.of(fileSize(rest)));
            case "plain" -> new PlainDirectory(absolute(rest));
            default -> throw new IllegalArgumentException("'" + text + "' is not one of " + RULE);
        };
    }

    private static ByteSize fileSize(String text) {
        ByteSize size = ByteSize.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a size: " + ByteSize.RULE));
        if (size.compareTo(SMALLEST_FILE) < 0) {
            throw new IllegalArgumentException("a pool file has at least " + SMALLEST_FILE + ", not " + size);
        }
        return size;
    }

    private static Path absolute(String text) {
        Path path = Path.of(text).normalize();
        if (!path.isAbsolute() || path.getNameCount() == 0) {
            throw new IllegalArgumentException("'" + text + "' is not an absolute path below /");
        }
        return path;
    }
}
