package io.flockerj.hub.guard;

import io.flockerj.hub.guard.RefusedException.Reason;
import io.flockerj.store.RemoteObject;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.history.Commit;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Says whether all that a commit needs is in its repository, so that nothing is acknowledged that cannot be read. */
final class CommitCheck {
    /** So many packs are asked for one by one; of more the folder is listed. */
    private static final int ASKED_SINGLY = 32;

    private final Backend backend;
    private final RemoteObject object;
    private final Repository repository;

    CommitCheck(Backend backend, RemoteObject object, Repository repository) {
        this.backend = backend;
        this.object = object;
        this.repository = repository;
    }

    void check(byte[] bytes) throws IOException {
        Commit commit;
        List<PackInfo> packs;
        try {
            commit = Commit.read("the commit", bytes);
            packs = repository.packs(commit.packs());
        } catch (BrokenException | UnsupportedException | NoSuchObjectException e) {
            throw refusal(String.valueOf(e.getMessage()));
        }
        if (!commit.snapshot().equals(object.id()) || !commit.volumeset().equals(repository.volumeset())) {
            throw refusal("it is of another snapshot");
        }
        if (repository.tombstone(commit.snapshot()).isPresent()) {
            throw refusal("the snapshot was removed from here, and is not taken again");
        }
        checkParent(commit);
        checkPacks(packs);
    }

    private void checkParent(Commit commit) throws IOException {
        if (commit.parent().isEmpty()) {
            return;
        }
        Id parent = commit.parent().get();
        boolean isKnown = !commit.lineage().isEmpty()
                || repository.commit(parent).isPresent()
                || repository.tombstone(parent).isPresent();
        if (!isKnown) {
            throw refusal("its parent " + parent.abbreviated() + " is not in the repository, nor in its lineage");
        }
    }

    private void checkPacks(List<PackInfo> packs) throws IOException {
        Map<ObjectName, Long> listed = new HashMap<>();
        if (packs.size() > ASKED_SINGLY) {
            backend.list(folder(), each -> listed.put(each.name(), each.size()));
        }
        for (PackInfo pack : packs) {
            ObjectName name = name(pack);
            Long size = listed.get(name);
            // A list may be older than what was written before it.
            boolean isThere = size == null ? isThere(name, pack.size()) : size == pack.size();
            if (!isThere) {
                throw refusal(
                        "pack " + pack.name().abbreviated() + " of " + pack.size() + " bytes is not in the repository");
            }
        }
    }

    private boolean isThere(ObjectName name, long size) throws IOException {
        try {
            return size > 0 && backend.read(name, size - 1, 2).length == 1;
        } catch (NoSuchObjectException e) {
            return false;
        }
    }

    private ObjectName folder() {
        return ObjectName.of("volumesets", repository.volumeset().hex(), "packs");
    }

    private ObjectName name(PackInfo pack) {
        String hex = pack.name().hex();
        return folder().child(hex.substring(0, 2)).child(hex);
    }

    private static RefusedException refusal(String why) {
        return new RefusedException(Reason.UNACCEPTABLE, "this commit is not taken: " + why);
    }
}
