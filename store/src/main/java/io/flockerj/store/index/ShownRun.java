package io.flockerj.store.index;

import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.wire.BrokenException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * A run of which some packs are shown.
 *
 * @param shown the numbers of these
 */
record ShownRun(IndexRun run, BitSet shown) implements RunSource {
    /** Runs are about equally long if their numbers of chunks have so many bits, divided by 3: up to 8 times as many. */
    private static final int BITS_OF_A_CLASS = 3;

    /** What came of others, which show what these showed. */
    static ShownRun merged(IndexRun run, List<ShownRun> parts) throws BrokenException {
        BitSet shown = new BitSet();
        for (ShownRun part : parts) {
            for (int pack = part.shown.nextSetBit(0); pack >= 0; pack = part.shown.nextSetBit(pack + 1)) {
                PackInfo info = part.run.pack(pack);
                int number = run.packNumber(info.name());
                if (run.pack(number).equals(info)) {
                    shown.set(number);
                }
            }
        }
        return new ShownRun(run, shown);
    }

    /**
     * Runs that should become one, since there are several that are about equally long; empty if there are none.
     *
     * @param many how many are several
     * @param most how many chunks the one may have
     */
    static List<ShownRun> toMerge(List<ShownRun> runs, int many, int most) {
        List<ShownRun> sorted = new ArrayList<>(runs);
        sorted.sort(Comparator.comparingInt(run -> run.run().chunks()));
        for (int from = 0; from + many <= sorted.size(); from++) {
            List<ShownRun> equal = sorted.subList(from, from + many);
            long chunks = equal.stream().mapToLong(run -> run.run().chunks()).sum();
            long frames = equal.stream().mapToLong(run -> run.run().frames()).sum();
            if (chunks > most || frames > RunEntry.MOST_FRAMES) {
                return List.of();
            }
            if (equal.getFirst().classOfLength() == equal.getLast().classOfLength()) {
                return List.copyOf(equal);
            }
        }
        return List.of();
    }

    private int classOfLength() {
        return (Integer.SIZE - Integer.numberOfLeadingZeros(run.chunks())) / BITS_OF_A_CLASS;
    }

    @Override
    public int packs() {
        return run.packs();
    }

    @Override
    public PackInfo pack(int number) throws BrokenException {
        return run.pack(number);
    }

    @Override
    public boolean isShown(int pack) {
        return shown.get(pack);
    }

    @Override
    public int frames() {
        return run.frames();
    }

    @Override
    public RunFrame frame(int number) throws BrokenException {
        return run.frame(number);
    }

    @Override
    public int chunks() {
        return run.chunks();
    }

    @Override
    public Entries entries() {
        return run.entries();
    }
}
