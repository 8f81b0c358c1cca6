package io.flockerj.hub.audit;

import io.flockerj.store.id.Id;

/** Something that is wrong with the record. */
public sealed interface Finding {
    /** In which chain. */
    Id chain();

    /** For people. */
    String text();

    /** A row is not what was written, or stands where another was. */
    record Changed(Id chain, long number) implements Finding {
        @Override
        public String text() {
            return "act " + number + " was changed, or another was put in its place";
        }
    }

    /** Rows are missing between others. */
    record Removed(Id chain, long first, long last) implements Finding {
        @Override
        public String text() {
            return first == last ? "act " + first + " was removed" : "acts " + first + " to " + last + " were removed";
        }
    }

    /** The end is missing: the head in the storage is further. */
    record Truncated(Id chain, long first, long last) implements Finding {
        @Override
        public String text() {
            return "the end is missing, acts " + first + " to " + last
                    + ": the storage knows of them. After a restore of an older backup that is what to expect";
        }
    }

    /** Rows agree with each other, and not with the head in the storage: they were written anew. */
    record Rewritten(Id chain, long number) implements Finding {
        @Override
        public String text() {
            return "act " + number + " is not the one that the storage knows: what is before it was written anew";
        }
    }

    /** Rows behind the end of a chain, or a chain that no hub has begun. */
    record Added(Id chain, long first, long last) implements Finding {
        @Override
        public String text() {
            return "acts " + first + " to " + last + " were added by something else than the hub";
        }
    }

    /** A chain that the storage knows is not in the database. */
    record Lost(Id chain, long acts) implements Finding {
        @Override
        public String text() {
            return "the whole chain is missing, " + acts + " acts or more: the storage knows of it";
        }
    }
}
