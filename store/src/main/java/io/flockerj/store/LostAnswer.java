package io.flockerj.store;

import java.io.IOException;

/** What is done when a change has failed that may have happened all the same. */
final class LostAnswer {
    private LostAnswer() {}

    /** Reads what may have changed. */
    interface Look<T> {
        T run() throws IOException;
    }

    /**
     * Looks whether it has happened.
     *
     * @throws IOException the failure of the change, if nobody can look or wants to any more: it may have happened, which what hindered
     *     the look does not say
     */
    static <T> T look(IOException failure, Look<T> look) throws IOException {
        try {
            return look.run();
        } catch (IOException e) {
            if (!e.equals(failure)) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }
}
