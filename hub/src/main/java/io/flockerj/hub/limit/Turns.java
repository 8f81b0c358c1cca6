package io.flockerj.hub.limit;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Turns at something that few may do at once, and of these each only some: one who does much does not keep others from it. For many threads. */
public final class Turns {
    private final int atOnce;
    private final int share;
    private final Duration patience;
    private final Map<String, Integer> taken = new HashMap<>();
    private int all;

    /**
     * Before anybody has a turn.
     *
     * @param atOnce so many turns there are
     * @param share so many one may have
     * @param patience so long a turn is waited for
     */
    public Turns(int atOnce, int share, Duration patience) {
        if (share < 1 || atOnce < share) {
            throw new IllegalArgumentException("of " + atOnce + " turns one may have " + share + "?");
        }
        this.atOnce = atOnce;
        this.share = share;
        this.patience = patience;
    }

    /** A turn, to be closed when it is over. */
    public final class Turn implements AutoCloseable {
        private final String who;
        private boolean isOver;

        private Turn(String who) {
            this.who = who;
        }

        @Override
        public void close() {
            synchronized (Turns.this) {
                if (!isOver) {
                    isOver = true;
                    all--;
                    taken.computeIfPresent(who, (_, own) -> own == 1 ? null : own - 1);
                    Turns.this.notifyAll();
                }
            }
        }
    }

    /** Waits for a turn; empty if there was none in time. */
    public synchronized Optional<Turn> take(String who) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (all >= atOnce || taken.getOrDefault(who, 0) >= share) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left);
        }
        all++;
        taken.merge(who, 1, Integer::sum);
        return Optional.of(new Turn(who));
    }
}
