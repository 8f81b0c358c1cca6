package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.progress.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Work for those who cannot wait as long as it may take. It goes on when they do not wait any longer. */
@FunctionalInterface
public interface Errands {
    /** What is to be done. */
    @FunctionalInterface
    interface Work {
        void run(Progress progress) throws RefusedException, IOException;
    }

    /**
     * Does something, or, while the same is being done already, waits for that. Returns when it is done, and throws what it throws.
     *
     * @param kind what is done, a word
     * @param subject what it is done to; the same kind and subject are the same work, if it is to be done in the same way
     * @param options how it is to be done, by key
     * @param patience how long to wait
     * @throws VolumeConflictException if it is being done in another way
     * @throws UnfinishedException if it is not done by then; it goes on
     */
    void run(String kind, String subject, Map<String, String> options, Duration patience, Work work)
            throws RefusedException, IOException;
}
