package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.DurableFile;
import io.flockerj.plugin.storage.NoRoomException;
import io.flockerj.plugin.storage.Snapshotting;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live tree in the making, which no record names yet. Where copying takes long, it is made before the turn in which a record is written,
 * so that nobody waits for it. Unless a record names it, it is destroyed when it is closed. For one thread.
 */
final class UnnamedTree implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnnamedTree.class);

    private final Contents contents;
    private final TreeId id;
    private final SpaceAccount account;
    private boolean isMade;
    private boolean isNobodys;

    /** Nothing yet. */
    UnnamedTree(Contents contents, TreeId id, SpaceAccount account) {
        this.contents = contents;
        this.id = id;
        this.account = account;
    }

    TreeId id() {
        return id;
    }

    /** Whether it is there with all that it is to hold. */
    boolean isMade() {
        return isMade;
    }

    /** Makes it. */
    interface Making {
        void run() throws IOException;
    }

    /** Makes it in any way; what a failure leaves goes when this is closed. */
    void make(Making making) throws IOException {
        isNobodys = true;
        try {
            making.run();
            isMade = true;
        } catch (FileAlreadyExistsException e) {
            isNobodys = false; // It is somebody else's.
            throw e;
        }
    }

    /** Makes it a copy of a tree, which is not destroyed meanwhile. */
    void copy(TreeId source, Optional<ByteSize> limit, Progress progress) throws RefusedException, IOException {
        Snapshotting snapshotting = contents.snapshotting();
        try {
            make(() -> contents.clone(snapshotting, source, id, account, limit, progress));
        } catch (NoRoomException e) {
            throw new PoolRefusalException(String.valueOf(e.getMessage()));
        }
    }

    /** Writes the record that names it. If that is perhaps on disk, the tree stays, for the next start to decide about. */
    void name(Making record) throws IOException {
        isNobodys = false;
        try {
            record.run();
        } catch (DurableFile.UnchangedFileException e) {
            isNobodys = true;
            throw e;
        }
    }

    @Override
    public void close() {
        if (isNobodys) {
            try {
                contents.driver().destroy(id);
                // The account of a volume that is made with this tree; that of another one stays.
                if (account.equals(SpaceAccount.of(id.id()))) {
                    contents.driver().release(account);
                }
            } catch (IOException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("tree", id)
                        .log("A tree that was not needed stays, and goes to the trash at the next start");
            }
        }
    }
}
