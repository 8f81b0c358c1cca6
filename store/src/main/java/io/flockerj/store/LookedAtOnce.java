package io.flockerj.store;

import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Storage;
import io.flockerj.store.tree.TreeScan;
import io.flockerj.store.wire.ByteWriter;
import java.io.IOException;

/**
 * Remembers which content was right, stored as it is: when one file of a directory changes, all that are beside it are met again. Content of one
 * block is not worth it. For one thread.
 */
final class LookedAtOnce implements TreeScan.Content {
    private final TreeScan.Content next;
    private final HashMemory right;
    private final Sha256 sha256 = new Sha256();

    LookedAtOnce(TreeScan.Content next, HashMemory right) {
        this.next = next;
        this.right = right;
    }

    @Override
    public void look(Storage storage, long size, Hash digest) throws IOException {
        if (size <= ContentDigester.BLOCK) {
            next.look(storage, size, digest);
            return;
        }
        Hash key = key(storage, size, digest);
        if (right.find(key).isEmpty()) {
            next.look(storage, size, digest);
            right.put(key, digest);
        }
    }

    private Hash key(Storage storage, long size, Hash digest) {
        ByteWriter description = new ByteWriter();
        storage.write(description);
        description.varint(size).hash(digest);
        return sha256.hash(description.buffer(), 0, description.size());
    }
}
