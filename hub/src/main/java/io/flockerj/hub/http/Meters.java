package io.flockerj.hub.http;

import java.time.Duration;
import java.util.function.LongSupplier;

/** What is measured of a hub's requests. No names of people or volumesets are told to it. Safe for many threads. */
public interface Meters {
    /** The route of requests that have none. */
    String NO_ROUTE = "none";

    /** Measures nothing. */
    Meters NONE = new Meters() {
        @Override
        public void answered(String route, String method, int status, Duration took, long in, long out) {}

        @Override
        public void refused(String code) {}

        @Override
        public void watch(LongSupplier uploads, LongSupplier spooled) {}
    };

    /**
     * A request is over.
     *
     * @param route the template of its address, such as {@code /owners/{owner}}
     * @param in bytes of its body
     * @param out bytes of the answer
     */
    void answered(String route, String method, int status, Duration took, long in, long out);

    /** A caller was not let in, or not let do it, for a reason that the API has a word for, or a connection was closed before it began. */
    void refused(String code);

    /** Where to look for how many uploads are going on, and how many bytes are in the spool. */
    void watch(LongSupplier uploads, LongSupplier spooled);
}
