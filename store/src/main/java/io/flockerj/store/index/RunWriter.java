package io.flockerj.store.index;

import io.flockerj.store.id.Hash;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Writes one run of what is in others. What it holds in memory goes by the number of chunks in the run: two bytes or so for each. */
final class RunWriter {
    private final List<RunSource> sources;
    /** For each source, the new numbers of its packs; {@link RunFrame#NO_PACK} for those that are in an earlier one. */
    private final List<int[]> packNumbers = new ArrayList<>();

    private final List<PackInfo> packs = new ArrayList<>();

    private RunWriter(List<RunSource> sources) {
        this.sources = sources;
    }

    /**
     * Writes a file. Nothing is synced.
     *
     * @return a hash of all that is in it
     */
    static Hash write(Path file, List<RunSource> sources) throws IOException {
        RunWriter writer = new RunWriter(sources);
        writer.numberPacks();
        try (BlockFile out = BlockFile.create(file)) {
            return writer.write(out);
        }
    }

    private record Taken(int source, int number, PackInfo info) {}

    private void numberPacks() throws BrokenException {
        Map<Hash, Taken> taken = new TreeMap<>();
        for (int source = 0; source < sources.size(); source++) {
            int[] numbers = new int[sources.get(source).packs()];
            Arrays.fill(numbers, RunFrame.NO_PACK);
            packNumbers.add(numbers);
            for (int number = 0; number < numbers.length; number++) {
                PackInfo info = sources.get(source).pack(number);
                Taken found = new Taken(source, number, info);
                taken.merge(info.name(), found, this::better);
            }
        }
        for (Taken pack : taken.values()) {
            packNumbers.get(pack.source())[pack.number()] = packs.size();
            packs.add(pack.info());
        }
    }

    /** Of one name there can be two if somebody has told of one that is not so. Those that are shown are what a commit says. */
    private Taken better(Taken one, Taken other) {
        boolean isBetter = !one.info().equals(other.info())
                && !sources.get(one.source()).isShown(one.number())
                && sources.get(other.source()).isShown(other.number());
        return isBetter ? other : one;
    }

    private Hash write(BlockFile out) throws IOException {
        int frames = sources.stream().mapToInt(RunSource::frames).sum();
        int chunks = sources.stream().mapToInt(RunSource::chunks).sum();
        RunLayout wanted = RunLayout.of(packs.size(), frames, chunks);
        int[] fanOut = new int[wanted.fanOut()];
        long[] filter = new long[wanted.filterWords()];
        int written = writeEntries(out, wanted, fanOut, filter);
        for (int source = 0; source < sources.size(); source++) {
            writeFrames(out, sources.get(source), packNumbers.get(source));
        }
        for (PackInfo pack : packs) {
            out.pack(pack);
        }
        int before = 0;
        for (int bucket = 0; bucket < fanOut.length; bucket++) {
            out.putInt(before);
            before += fanOut[bucket];
        }
        for (long word : filter) {
            out.putLong(word);
        }
        return out.end(new RunLayout(packs.size(), frames, written, wanted.fanOutBits(), wanted.filterWords()));
    }

    /** Where the reading of a source is. */
    private static final class Cursor {
        private final RunSource source;
        private final RunSource.Entries entries;
        private final int[] packNumbers;
        private final int firstFrame;
        private RunEntry entry;

        Cursor(RunSource source, int[] packNumbers, int firstFrame, RunSource.Entries entries, RunEntry entry) {
            this.source = source;
            this.packNumbers = packNumbers;
            this.firstFrame = firstFrame;
            this.entries = entries;
            this.entry = entry;
        }

        boolean isTaken() throws BrokenException {
            int pack = source.frame(entry.frame()).pack();
            return pack != RunFrame.NO_PACK && packNumbers[pack] != RunFrame.NO_PACK;
        }

        boolean advance() throws BrokenException {
            Optional<RunEntry> next = entries.next();
            next.ifPresent(found -> entry = found);
            return next.isPresent();
        }
    }

    private int writeEntries(BlockFile out, RunLayout layout, int[] fanOut, long[] filter) throws IOException {
        PriorityQueue<Cursor> cursors = new PriorityQueue<>(Comparator.comparing((Cursor cursor) -> cursor.entry));
        int frames = 0;
        for (int number = 0; number < sources.size(); number++) {
            RunSource source = sources.get(number);
            RunSource.Entries entries = source.entries();
            Optional<RunEntry> first = entries.next();
            if (first.isPresent()) {
                cursors.add(new Cursor(source, packNumbers.get(number), frames, entries, first.get()));
            }
            frames += source.frames();
        }
        int written = 0;
        for (Cursor least = cursors.poll(); least != null; least = cursors.poll()) {
            RunEntry entry = least.entry;
            if (least.isTaken()) {
                out.entry(entry.inFrame(least.firstFrame + entry.frame()));
                fanOut[layout.bucket(entry.first())]++;
                filter[layout.filterWord(entry.second())] |= RunLayout.filterBits(entry.third());
                written++;
            }
            if (least.advance()) {
                cursors.add(least);
            }
        }
        return written;
    }

    private static void writeFrames(BlockFile out, RunSource source, int[] packNumbers) throws IOException {
        for (int number = 0; number < source.frames(); number++) {
            RunFrame frame = source.frame(number);
            int pack = frame.pack() == RunFrame.NO_PACK ? RunFrame.NO_PACK : packNumbers[frame.pack()];
            out.frame(new RunFrame(pack, frame.start(), frame.length(), frame.kind()));
        }
    }
}
