package io.flockerj.plugin.volume;

import com.google.common.collect.ConcurrentHashMultiset;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often each user holds each volume, as far as this daemon has been told. An engine may use one id several times at once
 * ({@code docker cp} does), and crashes of either side lose calls, so these counts are hints: they say when to unmount, never
 * that something may be destroyed.
 */
final class MountCounts {
    private final Map<VolumeName, ConcurrentHashMultiset<MountId>> counts = new ConcurrentHashMap<>();

    void add(VolumeName name, MountId id) {
        counts.compute(name, (ignored, present) -> {
            ConcurrentHashMultiset<MountId> holders = present == null ? ConcurrentHashMultiset.create() : present;
            holders.add(id);
            return holders;
        });
    }

    /** Takes one of a user's mounts away, if it has any. */
    void remove(VolumeName name, MountId id) {
        counts.computeIfPresent(name, (ignored, holders) -> {
            holders.remove(id);
            return holders.isEmpty() ? null : holders;
        });
    }

    void forget(VolumeName name) {
        counts.remove(name);
    }

    /** How many mounts are held in all. */
    int of(VolumeName name) {
        ConcurrentHashMultiset<MountId> holders = counts.get(name);
        return holders == null ? 0 : holders.size();
    }
}
