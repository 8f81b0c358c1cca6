package io.flockerj.store.backend.hub;

import java.time.Duration;

/**
 * No call waits longer.
 *
 * @param connect for a connection
 * @param call for a whole call without content
 * @param slowest bytes of content that have to pass in a second, in the mean over a call
 */
record HubTimeouts(Duration connect, Duration call, long slowest) {
    static final HubTimeouts USUAL = new HubTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(90), 32 * 1024);

    /** For a call with so many bytes of content. */
    Duration forBytes(long bytes) {
        return call.plusSeconds(bytes / slowest);
    }
}
