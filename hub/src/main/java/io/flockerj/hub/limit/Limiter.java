package io.flockerj.hub.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Keeps callers within {@link Limits}. Each hub counts by itself, and from zero when it starts. Safe for many threads. */
public final class Limiter {
    /** Uploads of a pack take some seconds. */
    private static final Duration UPLOAD = Duration.ofSeconds(5);

    private final Limits limits;
    private final InstantSource clock;
    private final Buckets byAddress;
    private final Buckets byAccount;
    private final Map<String, Integer> uploads = new HashMap<>();
    private int allUploads;

    public Limiter(Limits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.byAddress = new Buckets(limits.requestsPerAddress(), Limits.BURST);
        this.byAccount = new Buckets(limits.requestsPerAccount(), Limits.BURST);
    }

    /** Somebody asks from an address. */
    public void asks(String address) throws LimitedException {
        take(byAddress, Network.ofCaller(address), "this address");
    }

    /** An account asks. */
    public void asksAs(String account) throws LimitedException {
        take(byAccount, account, "this account");
    }

    private void take(Buckets buckets, String who, String words) throws LimitedException {
        Instant now = clock.instant();
        Duration wait = buckets.take(who, now);
        if (wait.isPositive()) {
            throw new LimitedException("too many requests from " + words + ": go on more slowly", wait);
        }
    }

    /** An upload that is going on. */
    public final class Upload implements AutoCloseable {
        private final String who;

        private Upload(String who) {
            this.who = who;
        }

        @Override
        public void close() {
            leave(who);
        }
    }

    /**
     * Somebody begins an upload.
     *
     * @return to be closed when it is over
     */
    public synchronized Upload uploads(String who) throws LimitedException {
        int own = uploads.getOrDefault(who, 0);
        if (own >= limits.uploadsPerAccount()) {
            throw new LimitedException(
                    "there are " + own + " uploads of this account already, and that is all at once", UPLOAD);
        }
        if (allUploads >= limits.uploads()) {
            throw new LimitedException("there are " + allUploads + " uploads already: the hub is busy", UPLOAD);
        }
        uploads.put(who, own + 1);
        allUploads++;
        return new Upload(who);
    }

    private synchronized void leave(String who) {
        uploads.computeIfPresent(who, (_, own) -> own == 1 ? null : own - 1);
        allUploads--;
    }

    /** How many uploads are going on. */
    public synchronized int uploads() {
        return allUploads;
    }
}
