package io.flockerj.hub.command;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.guard.ReadGate;
import io.flockerj.hub.people.Volumesets.Known;
import io.flockerj.store.NoRepositoryException;
import io.flockerj.store.Repository;
import io.flockerj.store.RepositoryCheck;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.id.Id;
import io.flockerj.store.index.DiskChunkIndex;
import io.flockerj.store.index.IndexCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks whether the storage holds all that snapshots need, and tells which are hurt. Changes nothing there. */
final class RepositoriesCheck {
    /** What is in packs is noted in files, so that memory is enough for any repository. */
    private static final long MOST_BYTES = 16L << 30;

    private final Surroundings around;
    private final StreamingBackend storage;
    private final Path notes;
    private final int percent;

    /**
     * @param storage of the whole hub
     * @param notes a directory that is not there yet, and is gone again afterwards
     * @param percent so much of the content is read and compared, too
     */
    RepositoriesCheck(Surroundings around, StreamingBackend storage, Path notes, int percent) {
        this.around = around;
        this.storage = storage;
        this.notes = notes;
        this.percent = percent;
    }

    /** Looks at each; one that cannot be looked at does not keep the others from it. */
    int run(List<Known> volumesets) throws IOException {
        int hurt = 0;
        IndexCache indexes = IndexCache.open(notes, MOST_BYTES, around.clock());
        try {
            for (Known known : volumesets) {
                hurt += isWhole(known, indexes) ? 0 : 1;
            }
        } finally {
            indexes.forgetAllBut(around.ids().get());
            Files.deleteIfExists(notes);
        }
        around.out().println("looked at " + volumesets.size() + " volumesets; " + hurt + " are hurt");
        return hurt == 0 ? CommandTree.OK : CommandTree.FAILED;
    }

    private boolean isWhole(Known known, IndexCache indexes) {
        try {
            return tell(known, check(known, indexes));
        } catch (NoRepositoryException _) {
            around.out().println(known.name() + ": nothing is there; nothing was pushed yet, or all of it is lost");
            return true;
        } catch (IOException e) {
            around.out().println(known.name() + ": cannot be looked at: " + e.getMessage());
            return false;
        }
    }

    private RepositoryCheck.Outcome check(Known known, IndexCache indexes) throws IOException {
        OwnerName owner = known.name().owner();
        Repository repository = Repository.open(ReadGate.remote(storage, owner), known.id());
        Id fresh = around.ids().get();
        DiskChunkIndex index = indexes.index(fresh);
        try (RepositoryCheck check = repository.check(index, (_, _) -> {})) {
            return check.run(percent, around.clock().millis(), repository.refs(around.clock(), around.ids()));
        } finally {
            index.discard();
        }
    }

    private boolean tell(Known known, RepositoryCheck.Outcome outcome) {
        boolean isWhole = outcome.hurt().isEmpty() && outcome.brokenPacks().isEmpty();
        String well = percent == 0 ? "all is there; its content was not read" : "all is there";
        around.out()
                .println(known.name() + ", " + outcome.snapshots() + " snapshots: "
                        + (isWhole ? well : "something is missing or damaged"));
        outcome.hurt().forEach(each -> around.out().println("  " + each.what() + ": " + each.why()));
        outcome.brokenPacks().forEach(pack -> around.out().println("  pack " + pack.what() + ": " + pack.why()));
        return isWhole;
    }
}
