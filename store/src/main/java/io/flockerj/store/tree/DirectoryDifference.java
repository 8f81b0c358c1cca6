package io.flockerj.store.tree;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Goes through what differs between two directories as it is asked for, in the order of names, past nodes that are the same in both: it costs
 * what has changed, not what there is. Where entries are stored makes no difference, nor do hints. For one thread.
 */
public final class DirectoryDifference implements NodeHolder {
    private final DirectoryCursor before;
    private final DirectoryCursor after;

    DirectoryDifference(DirectoryCursor before, DirectoryCursor after) {
        this.before = before;
        this.after = after;
    }

    /** A name that stands for something else than before; one of the two is empty if the name was or is not there. */
    public record Change(Optional<Entry> before, Optional<Entry> after) {}

    /**
     * The difference that follows; empty at the end.
     *
     * @throws IOException if a node cannot be had or is broken; what came before is right
     */
    public Optional<Change> next() throws IOException {
        while (true) {
            before.settle();
            after.settle();
            if (before.node() == null && after.node() == null) {
                if (before.entryName() == null && after.entryName() == null) {
                    return Optional.empty();
                }
                Optional<Change> change = taken();
                if (change.isPresent()) {
                    return change;
                }
            } else if (before.node() != null && after.node() != null) {
                passNodes();
            } else if (before.node() != null) {
                if (isPassed(after.entryName(), before)) {
                    return Optional.of(new Change(Optional.empty(), Optional.of(after.take())));
                }
                before.expand();
            } else {
                if (isPassed(before.entryName(), after)) {
                    return Optional.of(new Change(Optional.of(before.take()), Optional.empty()));
                }
                after.expand();
            }
        }
    }

    @Override
    public int held() {
        return before.held() + after.held();
    }

    @Override
    public void putAside() {
        before.putAside();
        after.putAside();
    }

    /** Then it is in one of the directories only, and the node need not be read for it: so both come to where they are equal again. */
    private static boolean isPassed(@Nullable EntryName name, DirectoryCursor other) {
        return name != null && name.compareTo(other.last()) <= 0;
    }

    private void passNodes() throws IOException {
        TreeRef one = before.node();
        TreeRef other = after.node();
        if (one != null
                && other != null
                && one.digest().equals(other.digest())
                && Objects.equals(before.nodeName(), after.nodeName())) {
            before.skip();
            after.skip();
            return;
        }
        int level = before.nodeLevel();
        int otherLevel = after.nodeLevel();
        boolean known = level >= 0 && otherLevel >= 0;
        if (!known || level >= otherLevel) {
            before.expand();
        }
        if (!known || otherLevel >= level) {
            after.expand();
        }
    }

    /** Both stand before entries, or one of them at its end. */
    private Optional<Change> taken() throws IOException {
        EntryName one = before.entryName();
        EntryName other = after.entryName();
        if (other == null || (one != null && one.compareTo(other) < 0)) {
            return Optional.of(new Change(Optional.of(before.take()), Optional.empty()));
        }
        if (one == null || other.compareTo(one) < 0) {
            return Optional.of(new Change(Optional.empty(), Optional.of(after.take())));
        }
        Entry was = before.take();
        Entry is = after.take();
        return was.isSame(is) ? Optional.empty() : Optional.of(new Change(Optional.of(was), Optional.of(is)));
    }
}
