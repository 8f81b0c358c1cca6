package io.flockerj.plugin.volume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.plugin.files.TreeCopy;
import io.flockerj.plugin.files.TreePath;
import io.flockerj.plugin.history.RecordFields;
import io.flockerj.plugin.history.RecordFiles;
import io.flockerj.plugin.history.RecordShelf;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.storage.StorageDriver;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where copies into volumes are being made, on disk, so that the next daemon removes what a kill has left of one. */
final class CopyRecords {
    private static final Logger LOG = LoggerFactory.getLogger(CopyRecords.class);
    private static final String DIRECTORY = "copies";
    private static final int FORMAT = 1;

    private final Path pool;
    private final RecordFiles files;
    private final RecordShelf<Copying> shelf;
    private final StorageDriver driver;
    /** What an earlier daemon did not end. */
    private final List<Copying> left = new ArrayList<>();

    /**
     * A copy that is being made.
     *
     * @param tree of the volume
     * @param directory in which it is made
     */
    private record Copying(RandomId id, TreeId tree, TreePath directory) {}

    private CopyRecords(Path pool, RecordFiles files, RecordShelf<Copying> shelf, StorageDriver driver) {
        this.pool = pool;
        this.files = files;
        this.shelf = shelf;
        this.driver = driver;
        shelf.all().forEach(left::add);
    }

    /** Reads what is there. */
    static CopyRecords load(Path pool, RecordFiles files, StorageDriver driver) throws IOException {
        Path directory = pool.resolve(DIRECTORY);
        RecordShelf.Form<Copying> form = new RecordShelf.Form<>(Copying::id, CopyRecords::write, CopyRecords::read);
        RecordShelf<Copying> shelf = Files.exists(directory)
                ? RecordShelf.load(directory, files, form)
                : RecordShelf.empty(directory, files, form);
        return new CopyRecords(pool, files, shelf, driver);
    }

    /** As JSON: {@code {"format": 1, "id": "<32 hex>", "tree": "<32 hex>", "directory": "<its path's bytes in hex>"}}. */
    private static byte[] write(Copying copying) throws IOException {
        ObjectNode json = RecordFields.newObject();
        json.put("format", FORMAT)
                .put("id", copying.id().hex())
                .put("tree", copying.tree().id().hex())
                .put("directory", HexFormat.of().formatHex(copying.directory().bytes()));
        return RecordFields.write(json);
    }

    private static Copying read(byte[] bytes) throws IOException {
        Written written = RecordFields.read(bytes, fields -> {
            fields.format(FORMAT, FORMAT);
            return new Written(fields.id("id"), new TreeId(fields.id("tree")), fields.text("directory"));
        });
        try {
            return new Copying(
                    written.id(), written.tree(), TreePath.of(HexFormat.of().parseHex(written.directory())));
        } catch (IllegalArgumentException e) {
            throw new IOException("its directory is no path: " + written.directory(), e);
        }
    }

    /** As it stands in a file, with a path that was not looked at yet. */
    private record Written(RandomId id, TreeId tree, String directory) {}

    /** Makes a copy. */
    interface Making<T> {
        T with(TreeCopy copy) throws IOException;
    }

    /** Makes a copy into a directory of a tree. */
    <T> T during(RandomId id, TreeId tree, TreePath directory, Making<T> making) throws IOException {
        Copying copying = new Copying(id, tree, directory);
        put(copying);
        try {
            return making.with(new TreeCopy(id.hex()));
        } finally {
            forget(copying);
        }
    }

    private synchronized void put(Copying copying) throws IOException {
        if (!Files.exists(pool.resolve(DIRECTORY))) {
            Files.createDirectory(pool.resolve(DIRECTORY));
            files.sync(pool);
        }
        shelf.put(copying);
    }

    private void forget(Copying copying) {
        try {
            shelf.delete(copying);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("The record of a copy stays until the next start");
        }
    }

    /** Removes what an earlier daemon has left half-made; once. */
    void sweep() {
        for (Copying copying : left) {
            try {
                if (driver.exists(copying.tree())) {
                    new TreeCopy(copying.id().hex()).removeUnfinished(driver.path(copying.tree()), copying.directory());
                }
                forget(copying);
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("tree", copying.tree())
                        .log("A copy that was cut off cannot be removed; the next start tries again");
            }
        }
        left.clear();
    }
}
