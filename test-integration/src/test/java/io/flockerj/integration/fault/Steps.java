package io.flockerj.integration.fault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Counts the steps of a daemon that change something on the host, and ends it just before the one that it is told.
 *
 * <p>A step is a state-changing call on a file, directory or loop device; what goes to the log, to sockets and pipes is none.
 * What a program that it runs does is one step in all, for the daemon's end does not end that; a soak test counts each.
 */
final class Steps implements CallGate.Keeper {
    /** Requests of include/uapi/linux/btrfs.h (0x94), loop.h (0x4C) and fs.h (0x66, 0x58) that change something, by type and number. */
    private static final Set<Integer> CHANGING = Set.of(
            0x9401, 0x9403, 0x9408, 0x940E, 0x940F, 0x9416, 0x9418, 0x941A, 0x9428, 0x9429, 0x942A, 0x942B, 0x943F,
            0x4C00, 0x4C01, 0x4C04, 0x4C07, 0x4C08, 0x4C09, 0x4C0A, 0x4C80, 0x4C81, 0x6602, 0x5820, 0x5879);

    private static final boolean SOAK = Boolean.getBoolean("flockerj.soak");
    private static final int BTRFS_RESIZE = 0x9403;

    private final Path log;
    private final List<String> seen = new ArrayList<>();
    private int killBefore = Integer.MAX_VALUE;
    private boolean killed;
    private boolean settled;
    private boolean childSeen;

    /** @param log the daemon's own output, which is no step */
    Steps(Path log) {
        this.log = log;
    }

    /** From now on counts from 1, and kills before that step. */
    synchronized void killBefore(int step) {
        seen.clear();
        killBefore = step;
    }

    /** From now on lets everything pass. */
    synchronized void pass() {
        killBefore = Integer.MAX_VALUE;
    }

    /** Whether the step to kill before has come. */
    synchronized boolean killed() {
        return killed;
    }

    /** Whether file and file system of the pool were made to agree, which is the last thing at a start. */
    synchronized boolean settled() {
        return settled;
    }

    /** The steps since counting began; the last one was not made, if {@link #killed}. */
    synchronized List<String> seen() {
        return List.copyOf(seen);
    }

    @Override
    public synchronized CallGate.Verdict decide(CallGate.Call call) {
        if (killed || !isStep(call)) {
            return CallGate.PASS;
        }
        seen.add(call.toString());
        childSeen |= call.ofChild();
        settled |= call.call() == StateCall.IOCTL && (call.request() & 0xFFFF) == BTRFS_RESIZE;
        if (seen.size() != killBefore) {
            return CallGate.PASS;
        }
        killed = true;
        return CallGate.KILL;
    }

    private boolean isStep(CallGate.Call call) {
        if (call.ofChild() && childSeen && !SOAK) {
            return false;
        }
        if (!call.on().startsWith("/") || call.on().equals(log.toString())) {
            return false;
        }
        return switch (call.call()) {
            case IOCTL -> CHANGING.contains((int) (call.request() & 0xFFFF));
            case EXECVE -> Files.exists(Path.of(call.on()));
            default -> true;
        };
    }
}
