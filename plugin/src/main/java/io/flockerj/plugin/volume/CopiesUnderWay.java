package io.flockerj.plugin.volume;

import com.google.common.collect.ConcurrentHashMultiset;
import com.google.common.collect.Multiset;

/**
 * Into which volumes something is being copied. That can take long, and so is done without the turn at the volume, which containers
 * may mount meanwhile; but what is copied into is in use. Begun within a turn at the volume.
 */
final class CopiesUnderWay {
    private final Multiset<VolumeName> volumes = ConcurrentHashMultiset.create();

    void begin(VolumeName volume) {
        volumes.add(volume);
    }

    void end(VolumeName volume) {
        volumes.remove(volume);
    }

    boolean isInto(VolumeName volume) {
        return volumes.contains(volume);
    }
}
