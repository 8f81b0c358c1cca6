package io.flockerj.plugin.remote;

import io.flockerj.plugin.capture.BlockHashes;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.restore.EarlierTree;
import io.flockerj.plugin.restore.NotKept;
import io.flockerj.plugin.restore.Restored;
import io.flockerj.plugin.restore.TreeRestore;
import io.flockerj.plugin.storage.RandomId;
import io.flockerj.plugin.volume.HistoryExchange;
import io.flockerj.plugin.volume.RemoteException;
import io.flockerj.store.ChunkReader;
import io.flockerj.store.Repository;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.history.Commit;
import io.flockerj.store.index.DiskChunkIndex;
import io.flockerj.store.tree.Totals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** One pull from one repository: brings the content of snapshots here that are known. For one thread. */
final class Pulling {
    /** Half a block at the end of each file; what the file system keeps of an entry is less. */
    private static final long BYTES_FOR_ENTRY = 2048;

    private final HistoryExchange exchange;
    private final RemoteVolumeset source;
    private final Reached reached;
    private final Repository repository;
    private final Volumeset volumeset;
    private final BlockHashes blocks;
    private final Executor workers;
    private final Progress progress;
    private final List<String> brought = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private long bytesWritten;

    /**
     * Nothing yet.
     *
     * @param blocks remembers what large files are made of
     * @param workers read and unpack what the thread that calls writes
     */
    Pulling(HistoryExchange exchange, RemoteVolumeset there, BlockHashes blocks, Executor workers, Progress progress) {
        this.exchange = exchange;
        this.source = there;
        this.reached = there.reached();
        this.repository = there.repository();
        this.volumeset = there.volumeset();
        this.blocks = blocks;
        this.workers = workers;
        this.progress = progress;
    }

    /** The snapshots that were brought. */
    List<String> brought() {
        return List.copyOf(brought);
    }

    /** What a person may want to know of what was brought. */
    List<String> remarks() {
        return List.copyOf(remarks);
    }

    long bytesWritten() {
        return bytesWritten;
    }

    /** A snapshot with its content; nothing is done if it is here. */
    Snapshot bring(RandomId id) throws RefusedException, IOException {
        History history = exchange.history(volumeset);
        Optional<Snapshot> present = history.find(id).filter(Snapshot::isKept);
        if (present.isPresent()) {
            return present.get();
        }
        Committed there = repository
                .committed(Commits.id(id))
                .orElseThrow(() -> new RemoteException(
                        RemoteException.Reason.UNKNOWN,
                        "the snapshot " + id.abbreviated() + " is not on " + reached.name() + " any more"));
        Commit commit = there.commit();
        Commits.refuseOther(history.find(id), commit, reached.name());
        Optional<Base> base = base(history, commit);
        Snapshot known = Commits.snapshot(commit, volumeset, reached.id());
        Snapshot record = known.with(known.sharing()
                .on(reached.id(), Optional.of(commit.tree().digest().hex())));
        exchange.refuseWithoutRoom(
                record,
                needed(commit.tree().totals(), base.map(Base::commit)),
                "the snapshot " + id.abbreviated() + " from " + reached.name());
        progress.phase("fetching " + id.abbreviated());
        progress.expect(
                base.isPresent() ? Progress.UNKNOWN : commit.tree().totals().data(), Progress.UNKNOWN);
        try (DiskChunkIndex index = source.index();
                ChunkReader chunks = repository.reader(index, workers)) {
            chunks.learn(repository.packs(commit.packs()));
            Snapshot admitted = exchange.admit(
                    record, base.map(Base::snapshot), staging -> fill(staging, base.map(Base::commit), commit, chunks));
            brought.add(id.hex());
            return admitted;
        }
    }

    private void fill(HistoryExchange.Staging staging, Optional<Commit> base, Commit commit, ChunkReader chunks)
            throws IOException {
        try (EarlierTree earlier = EarlierTree.in(staging.earlier(), staging.brought())) {
            TreeRestore restore = new TreeRestore(chunks, earlier, blocks, workers, progress);
            Restored restored = base.isPresent()
                    ? restore.difference(base.get().tree(), commit.tree(), staging.root())
                    : restore.whole(commit.tree(), staging.root());
            bytesWritten += restored.bytes();
            remarks.addAll(remarks(restored));
        }
    }

    /** About how many bytes more than what is here already a tree takes. */
    static long needed(Totals tree, Optional<Commit> base) {
        Totals before = base.map(from -> from.tree().totals()).orElse(Totals.NONE);
        long data = Math.max(0, tree.data() - before.data());
        long entries = Math.max(0, tree.entries() - before.entries());
        // What a remote tells of itself can be any number.
        return entries > (Long.MAX_VALUE - data) / BYTES_FOR_ENTRY ? Long.MAX_VALUE : data + entries * BYTES_FOR_ENTRY;
    }

    /** What a person may want to know of what was restored. */
    static List<String> remarks(Restored restored) {
        List<String> remarks = new ArrayList<>();
        for (NotKept each : restored.examples()) {
            remarks.add(each.path() + ": " + each.what() + " is not kept: " + each.why() + ".");
        }
        long others = restored.notKept() - restored.examples().size();
        if (others > 0) {
            remarks.add("There are " + others + " more such things.");
        }
        if (restored.unverified() > 0) {
            remarks.add("Of files of more than 16 GiB only what has changed was compared with what it should"
                    + " be; so many are such: " + restored.unverified() + ".");
        }
        restored.firstWrong()
                .ifPresent(first -> remarks.add("Files that this host had already were not what they should have been,"
                        + " or could not be read, and were fetched as a whole: " + restored.wrong() + ", such as "
                        + first + ". Look at the disk; the snapshot that the pull began with is damaged here."));
        return remarks;
    }

    /** A snapshot that is here and there with the same content. */
    private record Base(Snapshot snapshot, Commit commit) {}

    /** The nearest ancestor that is here, if what is here is what is there. */
    private Optional<Base> base(History history, Commit commit) throws IOException {
        Optional<Snapshot> nearest = history.ancestry(commit.parent().map(Commits::id))
                .filter(Snapshot::isKept)
                .filter(snapshot -> snapshot.sharing().digest().isPresent())
                .findFirst();
        if (nearest.isEmpty()) {
            return Optional.empty();
        }
        return repository
                .commit(Commits.id(nearest.get().id()))
                .filter(there -> nearest.get()
                        .sharing()
                        .digest()
                        .equals(Optional.of(there.tree().digest().hex())))
                .map(there -> new Base(nearest.get(), there));
    }
}
