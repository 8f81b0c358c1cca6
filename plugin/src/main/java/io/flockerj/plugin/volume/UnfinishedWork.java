package io.flockerj.plugin.volume;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Work that was asked for and is not done, remembered so that it can be begun again when the daemon has ended in its midst. For many threads. */
public interface UnfinishedWork {
    /** Remembers nothing. */
    UnfinishedWork NONE = new UnfinishedWork() {
        @Override
        public List<Order> all() {
            return List.of();
        }

        @Override
        public void put(Order order) {}

        @Override
        public void remove(Order order) {}
    };

    /**
     * What was asked for.
     *
     * @param id 32 hexadecimal digits
     * @param kind what is to be done, a word
     * @param subject what it is to be done to, for people
     * @param text the order, as whoever remembers it understands it
     * @param attempts how often it was begun
     * @param askedAt when that was, which the times in the order are reckoned from
     */
    record Order(String id, String kind, String subject, String text, int attempts, Instant askedAt) {
        /** The same, begun so many times. */
        public Order attempted(int times) {
            return new Order(id, kind, subject, text, times, askedAt);
        }
    }

    /** All that is not done, the oldest first. */
    List<Order> all();

    /** Remembers an order, in place of the one that has its id; when this returns that survives a loss of power. */
    void put(Order order) throws IOException;

    /** Forgets an order, if it is remembered. */
    void remove(Order order) throws IOException;
}
