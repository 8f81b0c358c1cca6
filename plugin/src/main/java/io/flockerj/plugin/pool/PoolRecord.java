package io.flockerj.plugin.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code pool.json} says, in the pool itself and, with the pool's location, in the state directory: two halves that must
 * agree before anything in the pool is touched.
 *
 * @param pool the pool's id
 * @param location where the pool is, in the form of {@link PoolChoice#parse}; absent in the pool itself, which may be carried
 *     elsewhere
 */
record PoolRecord(RandomId pool, Optional<PoolChoice.Location> location) {
    static final String FILE_NAME = "pool.json";

    /** The version of the pool's layout and of its records that this program writes, and the newest that it reads. */
    static final int FORMAT = 1;

    private static final int LONGEST = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The record in a directory; empty if there is none. */
    static Optional<PoolRecord> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE_NAME);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (Files.size(file) > LONGEST) {
            throw new PoolException(file + " is not a pool's record: it is larger than " + LONGEST + " bytes");
        }
        try {
            return Optional.of(parse(JSON.readTree(Files.readAllBytes(file))));
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

    private static PoolRecord parse(JsonNode json) {
        int format = json.path("format").asInt();
        if (format != FORMAT) {
            throw new IllegalArgumentException(
                    "its format is " + json.path("format") + ", and this version of flockerj reads format " + FORMAT);
        }
        Optional<PoolChoice.Location> location = Optional.empty();
        if (json.has("location")) {
            if (!(PoolChoice.parse(json.path("location").asText()) instanceof PoolChoice.Location where)) {
                throw new IllegalArgumentException("its location names no place");
            }
            location = Optional.of(where);
        }
        return new PoolRecord(new RandomId(json.path("pool").asText()), location);
    }
}
