package io.flockerj.hub.limit;

/**
 * What may be asked of a hub.
 *
 * @param requestsPerAccount in a second, in the mean; somebody who was quiet may ask {@link #BURST} times as many at once. 0 for no limit
 * @param requestsPerAddress the same for one address of IPv4, or one network of 64 bits of IPv6
 * @param uploadsPerAccount so many bodies of one account come at once
 * @param uploads so many bodies come at once in all, each of which takes room in the spool
 */
public record Limits(int requestsPerAccount, int requestsPerAddress, int uploadsPerAccount, int uploads) {
    /** What daemons of a team stay far below: a push or a pull has eight requests at once. */
    public static final Limits USUAL = new Limits(500, 1000, 64, 256);

    /** So many seconds' worth may come at once. */
    public static final int BURST = 20;

    public Limits {
        if (requestsPerAccount < 0 || requestsPerAddress < 0) {
            throw new IllegalArgumentException("requests in a second are a number from 0, for no limit");
        }
        if (uploadsPerAccount < 1 || uploads < uploadsPerAccount) {
            throw new IllegalArgumentException(
                    "there is at least one upload at once, and no account has more of them than there are in all");
        }
    }
}
