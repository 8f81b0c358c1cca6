package io.flockerj.store.index;

import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.ChunkIndex;
import io.flockerj.store.pack.ChunkPlace;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * An index in files, of which those of earlier work go on. It shows nothing of what these know before it is added or recalled. In memory are
 * some {@value #MOST_IN_MEMORY} chunks; when there are more, they become a run, and runs that are about equally long become one. Where that
 * fails, as on a full disk, they stay in memory, up to {@value #MOST_UNWRITTEN}; then those that were added first are forgotten, as if they had never
 * been known. Safe for many threads; to be closed, which keeps what was added for the next time.
 */
public final class DiskChunkIndex implements ChunkIndex, AutoCloseable {
    /** Some 15 MB. */
    static final int MOST_IN_MEMORY = 1 << 17;

    /** Some 60 MB. */
    static final int MOST_UNWRITTEN = 1 << 19;

    private static final int RUNS_TO_MERGE = 8;
    /** No merged run is longer: 400 MiB, and 28 MB of memory while it is written. */
    private static final int MOST_IN_MERGED = 3 << 22;

    private final IndexCache cache;
    private final Path folder;
    private final List<ShownRun> runs = new ArrayList<>();
    private final Map<PackInfo, PackTable> unwritten = new LinkedHashMap<>();
    private final Set<Hash> removed = new HashSet<>();
    private MemoryChunkIndex recent = new MemoryChunkIndex();
    private boolean isLoaded;
    private boolean isComplete = true;
    private int chunks;
    private int writeAt = MOST_IN_MEMORY;

    DiskChunkIndex(IndexCache cache, Path folder) {
        this.cache = cache;
        this.folder = folder;
    }

    /** Opens what is remembered, which who asks nothing does not need. */
    private void load() {
        if (!isLoaded) {
            isLoaded = true;
            cache.runs(folder).forEach(run -> runs.add(new ShownRun(run, new BitSet())));
        }
    }

    /** What is asked of one run. */
    private interface Question<T> {
        Optional<T> ask(IndexRun run, BitSet shown) throws IOException;
    }

    /** The first answer of a run. One that is broken is forgotten. */
    private <T> Optional<T> ask(Question<T> question) {
        load();
        for (ShownRun run : List.copyOf(runs)) {
            try {
                Optional<T> answer = question.ask(run.run(), run.shown());
                if (answer.isPresent()) {
                    return answer;
                }
            } catch (IOException | InternalError e) {
                cache.forget(run.run().file());
                drop(run);
                isComplete &= run.shown().isEmpty();
            }
        }
        return Optional.empty();
    }

    private void drop(ShownRun run) {
        runs.remove(run);
        run.run().close();
    }

    @Override
    public synchronized Optional<ChunkPlace> find(Hash chunk) {
        return recent.find(chunk).or(() -> ask((run, shown) -> run.find(chunk, shown)));
    }

    @Override
    public synchronized boolean contains(Hash chunk) {
        return recent.contains(chunk)
                || ask((run, shown) -> run.contains(chunk, shown) ? Optional.of(run) : Optional.empty())
                        .isPresent();
    }

    @Override
    public synchronized boolean knows(Hash pack) {
        return recent.knows(pack)
                || ask((run, shown) -> {
                            int number = run.packNumber(pack);
                            return number >= 0 && shown.get(number) ? Optional.of(number) : Optional.empty();
                        })
                        .isPresent();
    }

    @Override
    public synchronized boolean recall(PackInfo pack) {
        return !removed.contains(pack.name())
                && (knows(pack.name())
                        || ask((run, shown) -> {
                                    int number = run.packNumber(pack.name());
                                    if (number < 0 || !run.pack(number).equals(pack)) {
                                        return Optional.empty();
                                    }
                                    shown.set(number);
                                    return Optional.of(number);
                                })
                                .isPresent());
    }

    @Override
    public synchronized void add(PackInfo pack, PackTable table) {
        removed.remove(pack.name());
        if (recall(pack)) {
            return;
        }
        recent.add(pack, table);
        unwritten.put(pack, table);
        chunks += table.chunks();
        if (chunks >= writeAt) {
            write();
        }
    }

    @Override
    public synchronized void remove(Hash pack) {
        removed.add(pack);
        recent.remove(pack);
        if (unwritten.keySet().removeIf(info -> info.name().equals(pack))) {
            chunks = unwritten.values().stream().mapToInt(PackTable::chunks).sum();
        }
        ask((run, shown) -> {
            int number = run.packNumber(pack);
            if (number >= 0) {
                shown.clear(number);
            }
            return Optional.empty();
        });
    }

    /** Makes a run of what is in memory. */
    private void write() {
        if (unwritten.isEmpty()) {
            return;
        }
        try {
            IndexRun run = cache.write(folder, List.of(new MemoryRun(unwritten)));
            BitSet shown = new BitSet();
            shown.set(0, run.packs());
            runs.add(new ShownRun(run, shown));
            unwritten.clear();
            recent = new MemoryChunkIndex();
            chunks = 0;
            writeAt = MOST_IN_MEMORY;
        } catch (IOException | InternalError e) {
            forgetTheFirst();
            writeAt = chunks + MOST_IN_MEMORY;
            return;
        }
        for (List<ShownRun> equal = ShownRun.toMerge(runs, RUNS_TO_MERGE, MOST_IN_MERGED);
                !equal.isEmpty() && merge(equal); ) {
            equal = ShownRun.toMerge(runs, RUNS_TO_MERGE, MOST_IN_MERGED);
        }
        cache.trim();
    }

    /** Whoever needs what is in them finds it in the repository; whoever writes it writes it twice. */
    private void forgetTheFirst() {
        if (chunks < MOST_UNWRITTEN) {
            return;
        }
        for (PackInfo pack : List.copyOf(unwritten.keySet())) {
            if (chunks > MOST_UNWRITTEN / 2) {
                chunks -= Objects.requireNonNull(unwritten.remove(pack)).chunks();
            }
        }
        recent = new MemoryChunkIndex();
        unwritten.forEach(recent::add);
        isComplete = false;
    }

    @Override
    public synchronized boolean isComplete() {
        return isComplete;
    }

    private boolean merge(List<ShownRun> equal) {
        try {
            ShownRun merged = ShownRun.merged(cache.write(folder, List.copyOf(equal)), equal);
            for (ShownRun part : equal) {
                cache.forget(part.run().file());
                drop(part);
            }
            runs.add(merged);
            return true;
        } catch (IOException | InternalError e) {
            return false;
        }
    }

    /** How many runs there are; for tests. */
    synchronized int runs() {
        return runs.size();
    }

    /** Closes it and keeps nothing for the next time, of earlier times neither. */
    public synchronized void discard() {
        unwritten.clear();
        load();
        runs.forEach(run -> cache.forget(run.run().file()));
        close();
        cache.forget(folder);
    }

    @Override
    public synchronized void close() {
        runs.stream().filter(run -> !run.shown().isEmpty()).forEach(run -> cache.used(run.run()));
        write();
        List.copyOf(runs).forEach(this::drop);
    }
}
