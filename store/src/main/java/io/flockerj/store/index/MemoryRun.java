package io.flockerj.store.index;

import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.pack.PackTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is in some packs, to be written as a run. */
final class MemoryRun implements RunSource {
    private final List<PackInfo> packs = new ArrayList<>();
    private final List<RunFrame> frames = new ArrayList<>();
    private final List<RunEntry> entries = new ArrayList<>();

    MemoryRun(Map<PackInfo, PackTable> tables) {
        tables.forEach(this::add);
        Collections.sort(entries);
    }

    private void add(PackInfo pack, PackTable table) {
        for (int number = 0; number < table.frames(); number++) {
            int frame = frames.size();
            int start = Math.toIntExact(table.frameStart(number));
            frames.add(new RunFrame(packs.size(), start, table.frameLength(number), table.kind(number)));
            for (int chunk = table.firstChunk(number); chunk < table.firstChunk(number + 1); chunk++) {
                entries.add(RunEntry.of(table.chunk(chunk), frame, table.chunkStart(chunk), table.chunkLength(chunk)));
            }
        }
        packs.add(pack);
    }

    @Override
    public int packs() {
        return packs.size();
    }

    @Override
    public PackInfo pack(int number) {
        return packs.get(number);
    }

    @Override
    public int frames() {
        return frames.size();
    }

    @Override
    public RunFrame frame(int number) {
        return frames.get(number);
    }

    @Override
    public int chunks() {
        return entries.size();
    }

    @Override
    public Entries entries() {
        Iterator<RunEntry> each = entries.iterator();
        return () -> each.hasNext() ? Optional.of(each.next()) : Optional.empty();
    }
}
