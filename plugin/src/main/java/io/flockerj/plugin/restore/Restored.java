package io.flockerj.plugin.restore;

import java.util.List;
import java.util.Optional;

/**
 * What was done to make a directory hold a tree.
 *
 * @param entries names that were made, changed or removed
 * @param bytes of data that were written into files, but for what had to be written once more; holes are none
 * @param unverified files of more than 16 GiB of which so little changed that they were not read again to compare them with their digest
 * @param wrong changed files that did not hold what they should have before, or could not be read; they were written as a whole
 * @param firstWrong the path of the first of them, for people
 * @param notKept how often something could not be kept, though everything else of the tree was
 * @param examples of that: the first {@link #MOST_EXAMPLES}
 */
public record Restored(
        long entries,
        long bytes,
        long unverified,
        long wrong,
        Optional<String> firstWrong,
        long notKept,
        List<NotKept> examples) {
    /** There are no more examples. */
    public static final int MOST_EXAMPLES = 20;

    public Restored {
        examples = List.copyOf(examples);
    }
}
