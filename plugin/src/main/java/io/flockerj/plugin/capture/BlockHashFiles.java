package io.flockerj.plugin.capture;

import io.flockerj.store.id.Hash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers block hashes in the files of a directory that is its own, up to a size of all together; what was not asked for longest is
 * forgotten first. Nothing is synced, and nothing believed: who asks compares what he gets with the digest. For many threads.
 */
public final class BlockHashFiles implements BlockHashes {
    private static final byte[] MAGIC = "flkjBHSH".getBytes(StandardCharsets.US_ASCII);
    private static final String UNFINISHED = ".new";

    private static final Logger LOG = LoggerFactory.getLogger(BlockHashFiles.class);

    private final Path directory;
    private final long most;
    private final Map<Hash, Long> sizes = new LinkedHashMap<>(16, 0.75F, true);
    private long total;

    private BlockHashFiles(Path directory, long most) {
        this.directory = directory;
        this.most = most;
    }

    /** A file of some hashes, as it was found. */
    private record Found(Hash digest, BasicFileAttributes attributes) {}

    /**
     * Opens what is in a directory, which is made if it is not there.
     *
     * @param most how many bytes all files may have together
     */
    public static BlockHashFiles open(Path directory, long most) throws IOException {
        BlockHashFiles files = new BlockHashFiles(Files.createDirectories(directory), most);
        List<Found> all = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                String name = String.valueOf(path.getFileName());
                if (Hash.isValid(name)) {
                    all.add(new Found(Hash.parse(name), Files.readAttributes(path, BasicFileAttributes.class)));
                } else if (name.endsWith(UNFINISHED)) {
                    Files.deleteIfExists(path);
                }
            }
        }
        all.sort(Comparator.comparing(found -> found.attributes().lastModifiedTime()));
        for (Found found : all) {
            files.sizes.put(found.digest(), found.attributes().size());
            files.total += found.attributes().size();
        }
        files.forget();
        return files;
    }

    @Override
    public synchronized Optional<BlockList> find(Hash digest) throws IOException {
        if (sizes.get(digest) == null) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path(digest));
        } catch (NoSuchFileException e) {
            total -= sizes.remove(digest);
            return Optional.empty();
        }
        int length = bytes.length - MAGIC.length;
        boolean isRight = length >= 0
                && length % Hash.LENGTH == 0
                && length / Hash.LENGTH <= BlockList.MOST
                && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
        return isRight
                ? Optional.of(BlockList.of(Arrays.copyOfRange(bytes, MAGIC.length, bytes.length)))
                : Optional.empty();
    }

    @Override
    public synchronized void put(Hash digest, BlockList blocks) {
        try {
            write(digest, blocks);
        } catch (IOException e) {
            // A disk that is full, most likely; what is not remembered is computed anew.
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("directory", directory)
                    .log("The hashes of a file's blocks are not remembered");
        }
    }

    private void write(Hash digest, BlockList blocks) throws IOException {
        byte[] hashes = blocks.toArray();
        byte[] bytes = Arrays.copyOf(MAGIC, MAGIC.length + hashes.length);
        System.arraycopy(hashes, 0, bytes, MAGIC.length, hashes.length);
        if (bytes.length > most) {
            return;
        }
        Path unfinished = directory.resolve(digest.hex() + UNFINISHED);
        try {
            Files.write(unfinished, bytes);
            Files.move(unfinished, path(digest), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            try {
                Files.deleteIfExists(unfinished);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        Long before = sizes.put(digest, (long) bytes.length);
        total += bytes.length - (before == null ? 0 : before);
        forget();
    }

    private void forget() throws IOException {
        Iterator<Map.Entry<Hash, Long>> eldest = sizes.entrySet().iterator();
        while (total > most && eldest.hasNext()) {
            Map.Entry<Hash, Long> entry = eldest.next();
            Files.deleteIfExists(path(entry.getKey()));
            total -= entry.getValue();
            eldest.remove();
        }
    }

    private Path path(Hash digest) {
        return directory.resolve(digest.hex());
    }
}
