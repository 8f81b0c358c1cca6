package io.flockerj.hub.guard;

import io.flockerj.hub.access.Admission;
import io.flockerj.hub.access.BranchRules;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.guard.RefusedException.Reason;
import io.flockerj.hub.guard.StoredNames.Known;
import io.flockerj.store.NoRepositoryException;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.NameValue;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Bytes;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The names of an owner's volumesets. Which volumeset a name stands for is decided where rights are, by {@link Admission}; the values in the
 * storage follow, so that a remote is whole without the hub. Where a hub ended between the two, whoever looks at the name next completes
 * it.
 */
final class Names {
    private static final ObjectName NAMES = StoredNames.FOLDER;

    private final Backend backend;
    private final Admission admission;
    private final Acts acts;
    private final Caller caller;
    private final OwnerName owner;
    private final StoredNames stored;

    Names(Backend backend, Admission admission, Acts acts, Caller caller, OwnerName owner, Supplier<Id> nonces) {
        this.backend = backend;
        this.admission = admission;
        this.acts = acts;
        this.caller = caller;
        this.owner = owner;
        this.stored = new StoredNames(backend, nonces);
    }

    /** Tells of the names that the caller may know. */
    void list(Consumer<Listed> each) throws IOException {
        Set<String> visible = new HashSet<>();
        Set<String> missing = new HashSet<>();
        for (Holding holding : admission.all(caller, owner)) {
            if (holding.allows(caller, Right.READ)) {
                visible.add(holding.name().name());
            }
        }
        missing.addAll(visible);
        backend.list(NAMES, listed -> {
            if (visible.contains(listed.name().lastSegment())) {
                missing.remove(listed.name().lastSegment());
                each.accept(listed);
            }
        });
        if (missing.isEmpty()) {
            return;
        }
        for (String name : missing) {
            value(name);
        }
        backend.list(NAMES, listed -> {
            if (missing.contains(listed.name().lastSegment())) {
                each.accept(listed);
            }
        });
    }

    Optional<Value> value(String key) throws IOException {
        // The storage first: what is completed is replaced only if it is still what was there before the rights were
        // asked for.
        Optional<Known> known = stored.find(key);
        Optional<Holding> holding = admission.find(caller, new VolumesetName(owner, key));
        if (holding.isPresent()) {
            return holding.get().allows(caller, Right.READ)
                    ? stored.follow(key, known, holding.get().volumeset())
                    : Optional.empty();
        }
        // To make a value one has to know which it replaces; what it stood for is nobody's business any more.
        return admission.mayMake(caller, owner) ? known.map(Names::freed) : Optional.empty();
    }

    private static Value freed(Known known) {
        NameValue says = known.says();
        NameValue free = new NameValue(says.name(), Optional.empty(), says.nonce(), says.generation());
        return new Value(Bytes.of(free.write()), known.value().version());
    }

    /** Opens a repository; says without any paths that there is none, or none that this program knows. */
    static Repository repository(Backend backend, OwnerName owner, Id volumeset) throws IOException {
        try {
            return Repository.open(backend, volumeset);
        } catch (NoRepositoryException _) {
            throw new RefusedException(
                    Reason.UNACCEPTABLE,
                    owner + " has no repository of volumeset " + volumeset.abbreviated()
                            + " yet: its config comes first");
        } catch (UnsupportedException e) {
            throw new RefusedException(Reason.UNACCEPTABLE, String.valueOf(e.getMessage()));
        }
    }

    Optional<Version> swap(String key, Optional<Version> expected, byte[] bytes) throws IOException {
        NameValue after = parse(key, bytes);
        VolumesetName volumeset = new VolumesetName(owner, key);
        if (!isSeen(volumeset)) {
            // Before anything is looked at: else the answer would tell whether there is something.
            if (after.volumeset().isEmpty()) {
                return Optional.empty();
            }
            requireMaker(caller, admission, owner, Optional.of(volumeset));
        }
        Optional<Known> before = stored.find(key);
        if (!before.map(known -> known.value().version()).equals(expected)) {
            return Optional.empty();
        }
        long generation = before.map(known -> known.says().generation()).orElse(0L) + 1;
        boolean isSame = before.isPresent() && before.get().says().nonce().equals(after.nonce());
        if (after.generation() != generation || isSame) {
            throw unacceptable("its generation or its nonce does not follow on the value before");
        }
        return after.volumeset().isPresent()
                ? make(volumeset, after.volumeset().get(), expected, bytes)
                : delete(volumeset, before, bytes);
    }

    private boolean isSeen(VolumesetName name) throws IOException {
        return admission
                .find(caller, name)
                .filter(holding -> holding.allows(caller, Right.READ))
                .isPresent();
    }

    private static NameValue parse(String key, byte[] bytes) throws RefusedException {
        NameValue value;
        try {
            value = NameValue.read("the name", bytes);
        } catch (BrokenException | UnsupportedException e) {
            throw unacceptable(String.valueOf(e.getMessage()));
        }
        if (!value.name().equals(key)) {
            throw unacceptable("it is the name " + value.name());
        }
        return value;
    }

    private Optional<Version> make(VolumesetName name, Id volumeset, Optional<Version> expected, byte[] bytes)
            throws IOException {
        Optional<Holding> holding = admission.find(caller, name);
        if (holding.isPresent() && holding.get().allows(caller, Right.READ)) {
            // Whoever looks again sees what it stands for.
            return Optional.empty();
        }
        requireMaker(caller, admission, owner, Optional.of(name));
        repository(backend, owner, volumeset);
        Holding made = new Holding(name, volumeset, Visibility.PRIVATE, Optional.empty(), BranchRules.NONE);
        boolean isMade = acts.recorded(
                acts.act(ActKind.VOLUMESET, made).with("what", "made"),
                new Registering(() -> register(name, volumeset)));
        // It is made by now. If the storage does not follow here, whoever looks at the name next completes it.
        return isMade ? backend.swap(NAMES.child(name.name()), expected, bytes) : Optional.empty();
    }

    /** A change where rights are, which tells whether it was made. */
    private record Registering(Step step) implements Acts.Change<Boolean> {
        /** The change. */
        private interface Step {
            boolean run() throws IOException;
        }

        @Override
        public Boolean run() throws IOException {
            return step.run();
        }

        @Override
        public boolean isDone(Boolean result) {
            return result;
        }
    }

    /** A swap that was done if there is a version. */
    record Swapping(Swap swap) implements Acts.Change<Optional<Version>> {
        /** The swap. */
        interface Swap {
            Optional<Version> run() throws IOException;
        }

        @Override
        public Optional<Version> run() throws IOException {
            return swap.run();
        }

        @Override
        public boolean isDone(Optional<Version> result) {
            return result.isPresent();
        }
    }

    /** False if the name has just been taken by somebody whose volumeset the caller may see. */
    private boolean register(VolumesetName name, Id volumeset) throws IOException {
        return switch (admission.make(caller, name, volumeset)) {
            case MADE -> true;
            case MAY_NOT -> throw notMaker(owner, Optional.of(name));
            case NAME_TAKEN -> {
                Optional<Holding> other = admission.find(caller, name);
                if (other.isPresent() && other.get().allows(caller, Right.READ)) {
                    yield false;
                }
                throw new RefusedException(Reason.NOT_ALLOWED, "the name " + name + " is taken: choose another");
            }
            case VOLUMESET_TAKEN ->
                throw new RefusedException(
                        Reason.NOT_ALLOWED,
                        owner
                                + " has this volumeset under another name, or it was deleted and can be restored: push"
                                + " to that, or ask an administrator of the hub");
        };
    }

    /** @param name what it is to be called, where that is known already */
    static void requireMaker(Caller caller, Admission admission, OwnerName owner, Optional<VolumesetName> name)
            throws IOException {
        if (isMaker(caller, admission, owner, name)) {
            return;
        }
        if (!caller.isSignedIn()) {
            throw GuardedBackend.signIn();
        }
        throw admission.isOwner(owner) ? notMaker(owner, name) : GuardedBackend.noSuchOwner(owner);
    }

    static RefusedException notMaker(OwnerName owner, Optional<VolumesetName> name) {
        return new RefusedException(
                Reason.NOT_ALLOWED,
                "you may not make "
                        + name.map(VolumesetName::toString).orElse("volumesets of " + owner)
                        + ", by your own rights or those of your token: ask " + owner
                        + ", or push to a volumeset that is there");
    }

    static boolean isMaker(Caller caller, Admission admission, OwnerName owner, Optional<VolumesetName> name)
            throws IOException {
        return admission.mayMake(caller, owner) && isWithinToken(caller, name);
    }

    private static boolean isWithinToken(Caller caller, Optional<VolumesetName> name) {
        return caller.token().isEmpty()
                || (caller.token().get().highest().includes(Right.PUSH)
                        && (name.isEmpty() || caller.token().get().covers(name.get())));
    }

    private Optional<Version> delete(VolumesetName name, Optional<Known> before, byte[] bytes) throws IOException {
        Optional<Holding> holding = admission.find(caller, name);
        Optional<Right> right = holding.flatMap(there -> there.right(caller));
        if (right.isEmpty()) {
            return Optional.empty();
        }
        if (!right.get().includes(Right.ADMIN)) {
            String why = name + " is deleted by those only who have admin, and you have "
                    + right.get().written();
            acts.denied(holding.get(), "names/" + name.name(), why);
            throw new RefusedException(Reason.NOT_ALLOWED, why + ": ask one of them");
        }
        if (before.filter(known -> known.standsFor(holding.get().volumeset())).isEmpty()) {
            // The name stands for another volumeset by now than for the one that is to be deleted.
            return Optional.empty();
        }
        acts.recorded(acts.act(ActKind.DELETION, holding.get()), new Registering(() -> {
            admission.delete(caller, name, holding.get().volumeset());
            return true;
        }));
        return backend.swap(
                NAMES.child(name.name()), before.map(known -> known.value().version()), bytes);
    }

    private static RefusedException unacceptable(String why) {
        return new RefusedException(Reason.UNACCEPTABLE, "this name is not taken: " + why);
    }
}
