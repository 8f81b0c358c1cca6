package io.flockerj.hub.limit;

import java.time.Duration;

/**
 * What may be asked of a hub.
 *
 * @param requestsPerAccount in a second, in the mean; somebody who was quiet may ask {@link #BURST} times as many at once. 0 for no limit
 * @param requestsPerAddress the same for one address of IPv4, or one network of 64 bits of IPv6
 * @param uploadsPerAccount so many bodies of one account come at once
 * @param uploads so many bodies come at once in all, each of which takes room in the spool
 * @param connectionsPerAddress so many are open at once from one address of IPv4, or one network of 64 bits of IPv6. 0 for no limit
 * @param handshake no connection takes longer for that of TLS
 */
public record Limits(
        int requestsPerAccount,
        int requestsPerAddress,
        int uploadsPerAccount,
        int uploads,
        int connectionsPerAddress,
        Duration handshake) {
    /** What daemons of a team stay far below: a push or a pull has eight requests at once. */
    public static final Limits USUAL = new Limits(500, 1000, 64, 256);

    /** So many seconds' worth may come at once. */
    public static final int BURST = 20;

    /** With the usual ones for connections. */
    public Limits(int requestsPerAccount, int requestsPerAddress, int uploadsPerAccount, int uploads) {
        this(requestsPerAccount, requestsPerAddress, uploadsPerAccount, uploads, 512, Duration.ofSeconds(10));
    }

    public Limits {
        if (requestsPerAccount < 0 || requestsPerAddress < 0) {
            throw new IllegalArgumentException("requests in a second are a number from 0, for no limit");
        }
        if (uploadsPerAccount < 1 || uploads < uploadsPerAccount) {
            throw new IllegalArgumentException(
                    "there is at least one upload at once, and no account has more of them than there are in all");
        }
        if (connectionsPerAddress < 0) {
            throw new IllegalArgumentException("connections are a number from 0, for no limit");
        }
        if (!handshake.isPositive()) {
            throw new IllegalArgumentException("a handshake takes at least a second");
        }
    }
}
