package io.flockerj.store.pack;

import io.flockerj.store.id.Hash;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What is said of a pack that does not exist, in frames of up to 8 chunks. */
public record TestingPack(PackInfo info, PackTable table) {
    private static final int IN_FRAME = 8;
    private static final int LENGTH = 1000;

    /** With so many chunks, whose ids come out of a generator. */
    public static TestingPack of(Random random, int chunks) {
        List<Hash> ids = new ArrayList<>();
        for (int i = 0; i < chunks; i++) {
            ids.add(hash(random));
        }
        return of(ids);
    }

    /** With these chunks. */
    public static TestingPack of(List<Hash> ids) {
        PackTable.Builder table = new PackTable.Builder();
        long at = 64;
        for (int i = 0; i < ids.size(); i++) {
            if (i % IN_FRAME == 0) {
                FrameKind kind = i % (2 * IN_FRAME) == 0 ? FrameKind.DATA : FrameKind.NODES;
                table.frame(at, LENGTH + i, IN_FRAME * LENGTH, kind);
                at += LENGTH + i;
            }
            table.chunk(ids.get(i), i % IN_FRAME * LENGTH, LENGTH - i % 3);
        }
        Random names = new Random(ids.hashCode());
        return new TestingPack(new PackInfo(hash(names), at + 500, 400, hash(names)), table.build());
    }

    /** All of a pack, as it is stored. */
    static byte[] bytes(Pack pack) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        pack.pieces().forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    private static Hash hash(Random random) {
        return new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }
}
