package io.flockerj.plugin.volume;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Volumes that nobody uses because they are being rolled back, which is done without the turn at the volume where it takes long. Who wants to
 * use one in such a moment is told so at once. Begun within a turn at the volume, after which nobody has it mounted.
 */
final class RollbacksUnderWay {
    private final Set<VolumeName> volumes = ConcurrentHashMap.newKeySet();

    void begin(VolumeName volume) {
        volumes.add(volume);
    }

    void end(VolumeName volume) {
        volumes.remove(volume);
    }

    /** Within a turn at the volume. */
    void refuse(VolumeName volume) throws VolumeBusyException {
        if (volumes.contains(volume)) {
            throw new VolumeBusyException("volume " + volume
                    + " is being rolled back at this moment; try again when that is done, which fli jobs shows");
        }
    }
}
