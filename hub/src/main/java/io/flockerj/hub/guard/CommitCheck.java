package io.flockerj.hub.guard;

import io.flockerj.hub.guard.RefusedException.Reason;
import io.flockerj.store.RemoteObject;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.Tombstone;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says whether all that a commit needs is in its repository, so that nothing is acknowledged that cannot be read. */
final class CommitCheck {
    /** So many packs or ancestors are asked for one by one; of more the folder is listed. */
    private static final int ASKED_SINGLY = 32;

    /** No commit is taken that names more: some 32 TiB. */
    private static final long MOST_PACKS = 1 << 20;

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
        try {
            commit = Commit.read("the commit", bytes);
        } catch (BrokenException | UnsupportedException e) {
            throw refusal(String.valueOf(e.getMessage()));
        }
        if (!commit.snapshot().equals(object.id()) || !commit.volumeset().equals(repository.volumeset())) {
            throw refusal("it is of another snapshot");
        }
        if (repository.tombstone(commit.snapshot()).isPresent()) {
            throw refusal("the snapshot was removed from here, and is not taken again");
        }
        checkParent(commit);
        checkPacks(commit.packs());
    }

    private void checkParent(Commit commit) throws IOException {
        if (commit.parent().isEmpty()) {
            return;
        }
        List<Ancestor> lineage = commit.lineage();
        if (!lineage.isEmpty()) {
            checkLineage(lineage);
        } else if (!isHere(commit.parent().get())) {
            throw refusal("its parent " + commit.parent().get().abbreviated()
                    + " is not in the repository, nor in its lineage");
        }
    }

    /** Else a commit could say of others that they come from where they do not, and a branch would go back while it seems to go forward. */
    private void checkLineage(List<Ancestor> lineage) throws IOException {
        Set<Id> here = lineage.size() > ASKED_SINGLY ? repository.snapshotsEver() : Set.of();
        for (Ancestor ancestor : lineage) {
            if (lineage.size() <= ASKED_SINGLY || here.contains(ancestor.id())) {
                checkAncestor(ancestor);
            }
        }
        Optional<Id> end = lineage.getLast().parent();
        if (end.isPresent() && lineage.size() < Commit.MOST_ANCESTORS && !isHere(end.get())) {
            throw refusal("its lineage ends before " + end.get().abbreviated() + ", which is not in the repository");
        }
    }

    private void checkAncestor(Ancestor ancestor) throws IOException {
        Optional<Commit> commit = repository.commit(ancestor.id());
        Optional<Tombstone> tombstone = commit.isPresent() ? Optional.empty() : repository.tombstone(ancestor.id());
        boolean isOther = commit.filter(there -> !there.parent().equals(ancestor.parent()))
                        .isPresent()
                || tombstone
                        .filter(there -> !there.parent().equals(ancestor.parent()))
                        .isPresent();
        if (isOther) {
            throw refusal("its lineage says of snapshot " + ancestor.id().abbreviated()
                    + ", which is in the repository, that it comes from another than it does");
        }
    }

    private boolean isHere(Id snapshot) throws IOException {
        return repository.commit(snapshot).isPresent()
                || repository.tombstone(snapshot).isPresent();
    }

    /** List by list, so that no more than those of one are in memory. */
    private void checkPacks(PackList packs) throws IOException {
        checkThere(packs.packs());
        long count = packs.packs().size();
        for (Hash list : packs.lists()) {
            List<PackInfo> listed = listed(list);
            count += listed.size();
            if (count > MOST_PACKS) {
                throw refusal("it names more than " + MOST_PACKS + " packs");
            }
            checkThere(listed);
        }
    }

    private List<PackInfo> listed(Hash list) throws IOException {
        try {
            return repository.packs(new PackList(List.of(), List.of(list)));
        } catch (BrokenException | UnsupportedException e) {
            throw refusal(String.valueOf(e.getMessage()));
        } catch (NoSuchObjectException _) {
            throw refusal("there is no list " + list.abbreviated() + " in the repository");
        }
    }

    private void checkThere(List<PackInfo> packs) throws IOException {
        Map<ObjectName, Long> wanted = new HashMap<>();
        packs.forEach(pack -> wanted.put(name(pack), pack.size()));
        if (wanted.size() > ASKED_SINGLY) {
            backend.list(folder(), each -> wanted.remove(each.name(), each.size()));
        }
        // A list may be older than what was written before it.
        for (Map.Entry<ObjectName, Long> pack : wanted.entrySet()) {
            if (!isThere(pack.getKey(), pack.getValue())) {
                throw refusal("pack " + pack.getKey().lastSegment() + " of " + pack.getValue()
                        + " bytes is not in the repository");
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
