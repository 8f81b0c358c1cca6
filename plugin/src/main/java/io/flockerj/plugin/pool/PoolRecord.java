package io.flockerj.plugin.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code pool.json} says, in the pool itself and, with the pool's location, in the state directory: two halves that must
 * agree before anything in the pool is touched.
 *
 * @param pool the pool's id
 * @param location where the pool is, in the form of {@link PoolChoice#parse}; absent in the pool itself, which may be carried
 *     elsewhere
 * @param format of the layout that is described; {@link #FORMAT} in whatever is written
 */
record PoolRecord(RandomId pool, Optional<PoolChoice.Location> location, int format) {
    static final String FILE_NAME = "pool.json";

    /**
     * The version of the pool's layout and of its records that this program writes, and the newest that it reads. Pools of format 1
     * had no histories; a program that knows no newer one would take snapshots for nobody's trees.
     */
    static final int FORMAT = 2;

    private static final int OLDEST_FORMAT = 1;

    private static final int LONGEST = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** A record that is to be written. */
    PoolRecord(RandomId pool, Optional<PoolChoice.Location> location) {
        this(pool, location, FORMAT);
    }

    /** The record in a directory; empty if there is none. */
    static Optional<PoolRecord> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE_NAME);
        try {
            if (Files.size(file) > LONGEST) {
                throw new PoolException(file + " is not a pool's record: it is larger than " + LONGEST + " bytes");
            }
        } catch (NoSuchFileException e) {
            // Nothing else counts as absent: whoever cannot tell must not make a new pool.
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            int format = json.path("format").isInt() ? json.path("format").intValue() : 0;
            if (format > FORMAT) {
                throw new PoolException("the pool's record " + file + " has the format " + format
                        + ", and this version of" + " flockerj knows no newer one than " + FORMAT
                        + "; use the version that wrote it, or a newer one");
            }
            return Optional.of(parse(json, format));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new PoolException(
                    "the pool's record " + file + " cannot be read (" + e.getMessage()
                            + "); restore it from the other one (in the pool and in the state directory), or from a backup",
                    e);
        }
    }

    void write(Path directory) throws IOException {
        ObjectNode json = JSON.createObjectNode().put("format", FORMAT).put("pool", pool.hex());
        location.ifPresent(where -> json.put("location", where.toString()));
        DurableFile.replace(
                directory.resolve(FILE_NAME),
                JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    private static PoolRecord parse(JsonNode json, int format) {
        if (format < OLDEST_FORMAT) {
            throw new IllegalArgumentException("it tells no format");
        }
        Optional<PoolChoice.Location> location = Optional.empty();
        if (json.has("location")) {
            if (!(PoolChoice.parse(json.path("location").asText()) instanceof PoolChoice.Location where)) {
                throw new IllegalArgumentException("its location names no place");
            }
            location = Optional.of(where);
        }
        return new PoolRecord(new RandomId(json.path("pool").asText()), location, format);
    }
}
