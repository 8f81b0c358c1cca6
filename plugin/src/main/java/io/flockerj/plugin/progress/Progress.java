package io.flockerj.plugin.progress;

/**
 * Where work that can take long reports to while it goes on, and where it hears that it is no longer wanted. It may be told from
 * several threads at once, for every piece of work however small: it costs next to nothing, and never waits.
 *
 * <p>{@link #add} and {@link #check} throw {@link CancelledException} from the moment on at which somebody has cancelled the
 * work. Work that has passed the step that makes its outcome visible neither calls them any more, nor stops.
 */
public interface Progress {
    /** Of an amount that is not known. */
    long UNKNOWN = -1;

    /** For work that nobody watches and nobody cancels. */
    Progress IGNORED = new Progress() {
        @Override
        public void phase(String word) {}

        @Override
        public void expect(long bytes, long entries) {}

        @Override
        public void add(long bytes, long entries) {}
    };

    /** What is done from here on: a word such as {@code copying}. */
    void phase(String word);

    /**
     * How much there is to do in all, of which {@link #add} has told some already perhaps.
     *
     * @param bytes {@link #UNKNOWN} if that is so
     * @param entries files, directories, or whatever else the work goes through one by one; or {@link #UNKNOWN}
     */
    void expect(long bytes, long entries);

    /** So much more has been done. */
    void add(long bytes, long entries) throws CancelledException;

    /** Throws if the work is no longer wanted. */
    default void check() throws CancelledException {
        add(0, 0);
    }
}
