package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An index in memory: some 50 bytes for each chunk. Ids stand in the tables of the packs; a hash table of numbers finds them. Safe for
 * many threads.
 */
public final class MemoryChunkIndex implements ChunkIndex {
    private static final int FIRST_CAPACITY = 1024;

    private final Map<Hash, PackTable> packs = new HashMap<>();
    private PackTable[] tables = new PackTable[16];
    private Hash[] names = new Hash[16];
    private int count;
    // Each slot is 0, or the number of a table and the number of a chunk in it plus 1. Never more than half are in use.
    private long[] slots = new long[FIRST_CAPACITY];
    private int used;

    @Override
    public synchronized Optional<ChunkPlace> find(Hash chunk) {
        long slot = slots[slotOf(chunk)];
        if (slot == 0) {
            return Optional.empty();
        }
        return Optional.of(tableAt(slot).place(names[(int) (slot >>> 32)], numberAt(slot)));
    }

    @Override
    public synchronized boolean contains(Hash chunk) {
        return slots[slotOf(chunk)] != 0;
    }

    @Override
    public synchronized boolean knows(Hash pack) {
        return packs.containsKey(pack);
    }

    @Override
    public synchronized void add(PackInfo pack, PackTable table) {
        if (packs.putIfAbsent(pack.name(), table) == null) {
            insert(pack.name(), table);
        }
    }

    /** Remembers nothing but what was added. */
    @Override
    public boolean recall(PackInfo pack) {
        return false;
    }

    @Override
    public void remove(Hash pack) {
        removeAll(Set.of(pack));
    }

    /** Takes packs out again. */
    public synchronized void removeAll(Set<Hash> gone) {
        boolean isChanged = false;
        for (Hash pack : gone) {
            isChanged |= packs.remove(pack) != null;
        }
        if (isChanged) {
            // Rare, so it may cost as much as all were added anew.
            slots = new long[FIRST_CAPACITY];
            used = 0;
            count = 0;
            packs.forEach(this::insert);
        }
    }

    private void insert(Hash pack, PackTable table) {
        if (count == tables.length) {
            tables = Arrays.copyOf(tables, 2 * count);
            names = Arrays.copyOf(names, 2 * count);
        }
        tables[count] = table;
        names[count] = pack;
        for (int chunk = 0; chunk < table.chunks(); chunk++) {
            if (2 * (used + 1) > slots.length) {
                grow();
            }
            int at = slotOf(table.chunk(chunk));
            if (slots[at] == 0) {
                slots[at] = ((long) count << 32) | (chunk + 1);
                used++;
            }
        }
        count++;
    }

    private void grow() {
        long[] before = slots;
        slots = new long[2 * before.length];
        for (long slot : before) {
            if (slot != 0) {
                slots[slotOf(tableAt(slot).chunk(numberAt(slot)))] = slot;
            }
        }
    }

    // Where a chunk is, or where it would be.
    private int slotOf(Hash chunk) {
        int mask = slots.length - 1;
        int at = (int) chunk.first() & mask;
        while (slots[at] != 0 && !tableAt(slots[at]).is(numberAt(slots[at]), chunk)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private PackTable tableAt(long slot) {
        return tables[(int) (slot >>> 32)];
    }

    private static int numberAt(long slot) {
        return (int) slot - 1;
    }
}
