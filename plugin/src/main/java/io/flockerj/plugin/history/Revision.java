package io.flockerj.plugin.history;

import java.time.Instant;

/** The part of a {@link Ref} behind its {@code @}: which snapshot of the volume is meant. */
public sealed interface Revision permits Revision.Named, Revision.At {
    /** The name that always means the head of the volume's branch. */
    String LATEST = "latest";

    /**
     * A tag, a branch, the beginning of an id, or {@link #LATEST}; only who knows the snapshots can tell which. Or a branch on a
     * remote, {@code REMOTE/BRANCH}. Its text is {@code NAME} or {@code NAME~N}.
     *
     * @param name 1 to 128 letters, digits, {@code _}, {@code .} and {@code -}, the first a letter or a digit; or two of these with
     *     {@code /} between them
     * @param back how many snapshots before the named one, 0 to {@value #FARTHEST}
     */
    record Named(String name, int back) implements Revision {
        /** Farther back than any history is long. */
        public static final int FARTHEST = 1_000_000;

        public Named {
            if (!isName(name)) {
                throw new IllegalArgumentException("not the name of a snapshot");
            }
            if (back < 0 || back > FARTHEST) {
                throw new IllegalArgumentException("not a number of snapshots to go back: " + back);
            }
        }

        static boolean isName(String text) {
            int slash = text.indexOf('/');
            return slash < 0
                    ? Ref.isName(text)
                    : Ref.isName(text.substring(0, slash)) && Ref.isName(text.substring(slash + 1));
        }

        @Override
        public String toString() {
            return back == 0 ? name : name + "~" + back;
        }
    }

    /**
     * The newest snapshot not younger than a moment. Its text is the moment in UTC: <code>{2026-11-03T22:32:00Z}</code>.
     *
     * @param when from {@link #EARLIEST} to {@link #LAST}; may be in the future
     */
    record At(Instant when) implements Revision {
        public static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
        public static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

        public At {
            if (!isPossible(when)) {
                throw new IllegalArgumentException("outside the years 1 to 9999: " + when);
            }
        }

        static boolean isPossible(Instant when) {
            return !when.isBefore(EARLIEST) && !when.isAfter(LAST);
        }

        @Override
        public String toString() {
            return "{" + when + "}";
        }
    }
}
