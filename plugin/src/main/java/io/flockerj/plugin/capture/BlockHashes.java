package io.flockerj.plugin.capture;

import io.flockerj.store.id.Hash;
import java.io.IOException;
import java.util.Optional;

/**
 * Remembers the hashes of the blocks that large files are made of (format.md section 7.3), so that the digest of a changed one costs
 * the blocks that changed. What is forgotten costs one reading of the file, and nothing else.
 */
public interface BlockHashes {
    /** Remembers nothing. */
    BlockHashes NONE = new BlockHashes() {
        @Override
        public Optional<BlockList> find(Hash digest) {
            return Optional.empty();
        }

        @Override
        public void put(Hash digest, BlockList blocks) {}
    };

    /** The blocks of the content that has this digest, if they are remembered. Nobody has compared them with the digest. */
    Optional<BlockList> find(Hash digest) throws IOException;

    /** Remembers the blocks of content, and may forget others for them. */
    void put(Hash digest, BlockList blocks) throws IOException;
}
