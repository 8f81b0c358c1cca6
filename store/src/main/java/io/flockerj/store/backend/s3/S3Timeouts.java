package io.flockerj.store.backend.s3;

import java.time.Duration;

/**
 * No call waits longer.
 *
 * @param connect for a connection
 * @param silence for the next byte of an answer; longer than a Ceph waits for a hung disk before it goes on without it, about 12 s
 * @param call for a whole call without content
 * @param slowest bytes of content that have to pass in a second, in the mean over a call
 */
record S3Timeouts(Duration connect, Duration silence, Duration call, long slowest) {
    static final S3Timeouts USUAL =
            new S3Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(90), 32 * 1024);

    /** For a call with so many bytes of content. */
    Duration forBytes(long bytes) {
        return call.plusSeconds(bytes / slowest);
    }
}
