package io.flockerj.plugin.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A driver whose trees share what they hold alike, and that tells what destroying one of its snapshots would free. */
public interface OwnSpace {
    /**
     * The bytes on disk of file content that a snapshot alone holds, at this moment; what is said of files, and the content of tiny
     * ones, does not count. Costs what differs between the snapshot and {@code near}, and much more where that is empty. Empty if it
     * would take too long: from some hundred thousand files or pieces of files on.
     *
     * @param near another snapshot that holds much of the same: of all those, the one that was taken next or before. Both stay while
     *     this runs: destroying one meanwhile makes one of the two calls fail
     * @param others further trees that hold much of the same, live ones too; they only make it quicker
     * @throws java.nio.file.NoSuchFileException if there is no tree {@code snapshot} or {@code near}
     */
    OptionalLong ownBytes(TreeId snapshot, Optional<TreeId> near, List<TreeId> others) throws IOException;
}
