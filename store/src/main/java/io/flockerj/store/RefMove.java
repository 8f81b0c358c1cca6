package io.flockerj.store;

import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Id;
import java.util.Optional;

/**
 * Where a ref should go.
 *
 * @param name with {@code branches/} or {@code tags/}
 * @param expected what it was when it was read; empty if there should be none
 * @param branch the branch's id; empty for a tag
 * @param forced whether a branch may go elsewhere than forward, and a tag may go at all
 * @param by host and person; for people
 */
public record RefMove(
        String name,
        Optional<RefState> expected,
        RefValue.Target target,
        Optional<Id> branch,
        boolean forced,
        Optional<String> by) {}
