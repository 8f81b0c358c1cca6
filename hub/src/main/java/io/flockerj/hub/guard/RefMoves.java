package io.flockerj.hub.guard;

import io.flockerj.hub.access.BranchRules;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.guard.RefusedException.Reason;
import io.flockerj.store.Ancestry;
import io.flockerj.store.LongHistoryException;
import io.flockerj.store.Refs;
import io.flockerj.store.RemoteObject;
import io.flockerj.store.RemoteObject.Kind;
import io.flockerj.store.Repository;
import io.flockerj.store.Repository.Committed;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Says whether a branch or a tag may be made, moved or removed. What is looked at is the value of the version that the move expects: the
 * compare-and-set that follows fails if it is no longer that one, so nothing can slip in between.
 */
final class RefMoves {
    /** So many may be made by several hubs at once. */
    static final int SPARE = 96;

    /** Fewer than the format's {@link Refs#MOST}, for several may be made at once, and with more nobody can read them. */
    static final int MOST_REFS = Refs.MOST - SPARE;

    /** So far the history is walked for one move, within the time that a client waits for it: 90 s with all else. */
    static final Ancestry.Limits FARTHEST = new Ancestry.Limits(2_000, 200_000, Duration.ofSeconds(30));

    private final Backend backend;
    private final Repository repository;
    private final Caller caller;
    private final Holding holding;
    private final Right right;

    /** @param right what the caller has, which is {@link Right#PUSH} at least */
    RefMoves(Backend backend, Repository repository, Caller caller, Holding holding, Right right) {
        this.caller = caller;
        this.backend = backend;
        this.repository = repository;
        this.holding = holding;
        this.right = right;
    }

    /** What came of looking at a move. */
    sealed interface Verdict {
        /** It may be done. */
        record Allowed(Optional<RefValue.Target> from, Optional<RefValue.Target> to) implements Verdict {}

        /** The ref is something else than was expected. */
        record Stale() implements Verdict {}
    }

    Verdict judge(ObjectName name, RemoteObject ref, Optional<Version> expected, byte[] bytes) throws IOException {
        Optional<Value> there = backend.value(name);
        if (!there.map(Value::version).equals(expected)) {
            return new Verdict.Stale();
        }
        Optional<RefValue> before = there.isPresent()
                ? Optional.of(RefValue.read(name.text(), there.get().bytes().toArray()))
                : Optional.empty();
        RefValue after = parse(ref, bytes);
        checkForm(before, after);
        Optional<RefValue.Target> from = before.flatMap(RefValue::target);
        if (ref.kind() == Kind.BRANCH) {
            checkBranch(ref.key(), from, after);
        } else {
            checkTag(ref.key(), from, after);
        }
        if (after.target().isPresent()) {
            checkCommitted(after.target().get());
        }
        if (before.isEmpty()) {
            checkNumber(name);
        }
        return new Verdict.Allowed(from, after.target());
    }

    private static RefValue parse(RemoteObject ref, byte[] bytes) throws RefusedException {
        RefValue value;
        try {
            value = RefValue.read("the ref", bytes);
        } catch (BrokenException | UnsupportedException e) {
            throw unacceptable(String.valueOf(e.getMessage()));
        }
        boolean isBranch = ref.kind() == Kind.BRANCH;
        String name = isBranch ? RefValue.nameOfBranch(ref.key()) : RefValue.nameOfTag(ref.key());
        if (!value.name().equals(name) || value.branch().isPresent() != isBranch) {
            throw unacceptable("it is " + value.name() + ", not " + name);
        }
        return value;
    }

    private static void checkForm(Optional<RefValue> before, RefValue after) throws RefusedException {
        long generation = before.map(RefValue::generation).orElse(0L) + 1;
        if (after.generation() != generation) {
            throw unacceptable("its generation is " + after.generation() + ", not " + generation);
        }
        if (before.isPresent() && before.get().nonce().equals(after.nonce())) {
            throw unacceptable("its nonce is that of the value before");
        }
        boolean isThere = before.flatMap(RefValue::target).isPresent();
        if (isThere && !before.get().branch().equals(after.branch())) {
            throw new RefusedException(
                    Reason.NOT_ALLOWED, "a branch of this name is there, and is another: take another name");
        }
    }

    private void checkBranch(String name, Optional<RefValue.Target> from, RefValue after) throws IOException {
        if (!rules().isProtected(name)) {
            return;
        }
        if (after.target().isEmpty()) {
            require(Right.ADMIN, "deleted", name);
            return;
        }
        require(Right.PUBLISH, "moved", name);
        if (from.isPresent() && !isForward(name, from.get(), after.target().get())) {
            throw new RefusedException(
                    Reason.NOT_ALLOWED,
                    "branch " + name + " of " + holding.name()
                            + " is protected, so it moves forward only, and the snapshot"
                            + " does not come from its head: pull it, and go on from there");
        }
    }

    private void require(Right needed, String what, String branch) throws RefusedException {
        if (!right.includes(needed)) {
            throw new RefusedException(
                    Reason.NOT_ALLOWED,
                    "branch " + branch + " of " + holding.name() + " is protected, so it is " + what
                            + " by those only who"
                            + " have " + needed.written() + ", and you have " + right.written()
                            + ": push to another branch, with --to BRANCH, or ask one of them");
        }
    }

    private void checkTag(String name, Optional<RefValue.Target> from, RefValue after) throws RefusedException {
        if (from.isPresent() && rules().isImmutable(name) && !from.equals(after.target())) {
            throw new RefusedException(
                    Reason.NOT_ALLOWED,
                    "tag " + name + " of " + holding.name()
                            + " is immutable: it stays as it was made; take another name");
        }
    }

    private BranchRules rules() {
        return holding.rules();
    }

    /** Where it cannot be told in time, the branch stays: that is never wrong, and there is a way around. */
    private boolean isForward(String branch, RefValue.Target from, RefValue.Target to) throws IOException {
        try {
            return Heavy.whole()
                    .run(caller, () -> new Ancestry(repository, FARTHEST).isAncestor(from.snapshot(), to.snapshot()));
        } catch (LongHistoryException e) {
            throw new RefusedException(
                    Reason.NOT_ALLOWED,
                    "branch " + branch + " of " + holding.name()
                            + " is protected, so it moves forward only, and the snapshot is too far from its head to"
                            + " tell: move the branch to a snapshot in between first, and then on; between two moves"
                            + " lie " + FARTHEST.reads() + " snapshots at most");
        }
    }

    private void checkCommitted(RefValue.Target target) throws IOException {
        Optional<Committed> committed = repository.committed(target.snapshot());
        if (committed.isEmpty() || !committed.get().hash().equals(target.commit())) {
            throw unacceptable(
                    "snapshot " + target.snapshot().abbreviated() + " is not in the repository by that commit");
        }
    }

    private void checkNumber(ObjectName name) throws IOException {
        int[] count = {0};
        String base = name.text()
                .substring(0, name.text().lastIndexOf('/', name.text().lastIndexOf('/') - 1));
        for (String folder : new String[] {"branches", "tags"}) {
            backend.list(new ObjectName(base + "/" + folder), each -> count[0]++);
        }
        if (count[0] >= MOST_REFS) {
            throw new RefusedException(
                    Reason.NOT_ALLOWED,
                    holding.name() + " has " + count[0]
                            + " branches and tags, those that were removed among them, and there"
                            + " can be no more: use a name again");
        }
    }

    private static RefusedException unacceptable(String why) {
        return new RefusedException(Reason.UNACCEPTABLE, "this ref is not taken: " + why);
    }
}
