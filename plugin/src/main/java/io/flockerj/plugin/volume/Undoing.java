package io.flockerj.plugin.volume;

import java.io.IOException;

/** Steps back after a failure. What fails of them is told with the failure, and put right at the next start. */
final class Undoing {
    private Undoing() {}

    /** A step back. */
    interface Step {
        void run() throws IOException;
    }

    static void after(Exception failure, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
