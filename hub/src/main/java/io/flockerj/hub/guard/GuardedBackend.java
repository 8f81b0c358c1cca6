package io.flockerj.hub.guard;

import io.flockerj.hub.access.Admission;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Holding;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.guard.RefusedException.Reason;
import io.flockerj.hub.limit.Turns;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.RemoteObject;
import io.flockerj.store.RemoteObject.Kind;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.StreamingBackend.Part;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.SessionValue;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An owner's remote as one caller may use it. Each operation is decided by {@link Need}, which denies what it does not know, and by the right
 * that {@link Holding#right} tells; then it is passed on to the storage. Whoever may not read a volumeset finds nothing there, as if there
 * were none; who is not signed in is told to sign in, whether there is one or not.
 */
public final class GuardedBackend implements Storehouse {
    /** So many refs are made at a time, from when they are counted: so there are never more than can be read, with three hubs either. */
    private static final Heavy NEW_REFS =
            new Heavy(new Turns(RefMoves.SPARE / 3, RefMoves.SPARE / 6, Duration.ofSeconds(20)));

    private final StreamingBackend backend;
    private final Admission admission;
    private final Acts acts;
    private final Caller caller;
    private final OwnerName owner;
    private final Names names;
    private final Supplier<Id> ids;

    /**
     * @param storage of the whole hub
     * @param ids that never come twice
     */
    public GuardedBackend(
            StreamingBackend storage,
            Admission admission,
            Recording recording,
            Caller caller,
            OwnerName owner,
            Supplier<Id> ids) {
        this.backend = FolderBackend.of(storage, owner);
        this.admission = admission;
        this.acts = new Acts(recording, caller);
        this.caller = caller;
        this.owner = owner;
        this.ids = ids;
        this.names = new Names(backend, admission, acts, caller, owner, ids);
    }

    static RefusedException signIn() {
        return new RefusedException(Reason.SIGN_IN, "not everybody may do that: sign in");
    }

    static RefusedException noSuchOwner(OwnerName owner) {
        return new RefusedException(
                Reason.NO_SUCH_OWNER, "there is no user and no team " + owner + " on this hub: look at the address");
    }

    static RefusedException noSuchVolumeset(OwnerName owner) {
        return new RefusedException(
                Reason.NO_SUCH_VOLUMESET,
                owner + " has no such volumeset that you may see: look at its name, or sign in"
                        + " as somebody who may");
    }

    /** An object of a volumeset that the caller may see, and the right to it. */
    private record Admitted(RemoteObject object, Holding holding, Right right) {}

    private static RefusedException nobody(ObjectName name) {
        return new RefusedException(Reason.NOT_ALLOWED, "nobody may do that with " + name + " by way of the hub");
    }

    private static RemoteObject parse(ObjectName name) throws RefusedException {
        return RemoteObject.parse(name).orElseThrow(() -> nobody(name));
    }

    private static Need need(ObjectName name, RemoteObject object, Operation operation) throws RefusedException {
        Need need = Need.of(object.kind(), operation);
        if (need == Need.NOBODY) {
            throw nobody(name);
        }
        return need;
    }

    private Optional<Holding> holding(RemoteObject object) throws IOException {
        return admission.find(caller, owner, object.volumeset().orElseThrow());
    }

    /** Empty if there is no such volumeset, or not for the caller. */
    private Optional<Admitted> admitted(RemoteObject object, Need need) throws IOException {
        Optional<Holding> holding = holding(object);
        Optional<Right> right = holding.flatMap(there -> there.right(caller));
        if (right.isEmpty()) {
            if (!caller.isSignedIn()) {
                throw signIn();
            }
            return Optional.empty();
        }
        Right needed = switch (need) {
            case READ, CONFIG_READ -> Right.READ;
            case PUSH, REF, CONFIG_MAKE -> Right.PUSH;
            case OWNER, NAME_READ, NAME_CHANGE, NOBODY ->
                throw new IllegalStateException(need + " is not of a volumeset");
        };
        if (!right.get().includes(needed)) {
            throw denied(holding.get(), object, right.get(), needed);
        }
        return Optional.of(new Admitted(object, holding.get(), right.get()));
    }

    private RefusedException denied(Holding holding, RemoteObject object, Right has, Right needed) throws IOException {
        if (!caller.isSignedIn()) {
            return signIn();
        }
        String why =
                "you may " + has.written() + " " + holding.name() + ", and this takes the right to " + needed.written();
        acts.denied(holding, subject(object), why);
        return new RefusedException(
                Reason.NOT_ALLOWED, why + ": ask somebody who has admin on it, or take a token with that right");
    }

    private static String subject(RemoteObject object) {
        String kind = object.kind().name().toLowerCase(Locale.ROOT);
        return object.key().isEmpty() ? kind : kind + " " + object.key();
    }

    private Admitted requireVolumeset(Optional<Admitted> admitted) throws RefusedException {
        return admitted.orElseThrow(() -> noSuchVolumeset(owner));
    }

    private void requireOwner() throws IOException {
        if (caller.isSignedIn() ? admission.isOwner(owner) : admission.hasPublic(owner)) {
            return;
        }
        throw caller.isSignedIn() ? noSuchOwner(owner) : signIn();
    }

    @Override
    public Part open(ObjectName name, long from, long length) throws IOException {
        RemoteObject object = parse(name);
        Need need = need(name, object, Operation.OPEN);
        if (need == Need.OWNER) {
            requireOwner();
            // Nobody has to have pushed before.
            BackendRemote.create(backend, ids);
            return backend.open(name, from, length);
        }
        if (need == Need.CONFIG_READ && isFree(object)) {
            return backend.open(name, from, length);
        }
        Admitted admitted = admitted(object, need).orElseThrow(() -> new NoSuchObjectException(name, owner.value()));
        Part part = backend.open(name, from, length);
        boolean recorded = false;
        try {
            if (length > 0) {
                acts.read(admitted.holding(), part.length());
            }
            recorded = true;
            return part;
        } finally {
            if (!recorded) {
                part.close();
            }
        }
    }

    /** Whether a volumeset is not known with the owner, and the caller may make one. */
    private boolean isFree(RemoteObject object) throws IOException {
        return holding(object).isEmpty() && Names.isMaker(caller, admission, owner, Optional.empty());
    }

    @Override
    public Terms terms(ObjectName name) throws IOException {
        RemoteObject object = parse(name);
        requireMayCreate(name, object);
        return Deposits.terms(object);
    }

    /** Empty if it is the first object of a volumeset that is not known yet. */
    private Optional<Admitted> requireMayCreate(ObjectName name, RemoteObject object) throws IOException {
        Need need = need(name, object, Operation.CREATE);
        if (need == Need.CONFIG_MAKE) {
            Optional<Holding> holding = holding(object);
            if (holding.filter(there -> there.allows(caller, Right.READ)).isEmpty()) {
                Names.requireMaker(caller, admission, owner, Optional.empty());
                if (holding.isPresent()) {
                    throw Names.notMaker(owner, Optional.empty());
                }
                return Optional.empty();
            }
        }
        return Optional.of(requireVolumeset(admitted(object, need)));
    }

    @Override
    public boolean create(ObjectName name, Deposit deposit) throws IOException {
        RemoteObject object = parse(name);
        Optional<Admitted> admitted = requireMayCreate(name, object);
        Deposits.check(object, deposit);
        if (object.kind() == Kind.CONFIG) {
            return acts.recorded(
                    about(ActKind.VOLUMESET, object, admitted).with("what", "begun"), new Creating(name, deposit));
        }
        if (object.kind() != Kind.COMMIT) {
            return backend.create(name, deposit.file());
        }
        Act act = acts.act(ActKind.PUSH, admitted.orElseThrow().holding()).about(object.key());
        try {
            if (!Heavy.whole().run(caller, () -> isNew(object, deposit))) {
                return false;
            }
        } catch (RefusedException e) {
            acts.denied(admitted.get().holding(), subject(object), String.valueOf(e.getMessage()));
            throw e;
        }
        return acts.recorded(act, new Creating(name, deposit));
    }

    /** False if there is such a commit: what is there stays, whatever was sent. */
    private boolean isNew(RemoteObject object, Deposit deposit) throws IOException {
        Repository repository =
                Names.repository(backend, owner, object.volumeset().orElseThrow());
        if (repository.commit(object.id()).isPresent()) {
            return false;
        }
        new CommitCheck(backend, object, repository).check(Files.readAllBytes(deposit.file()));
        return true;
    }

    /** The making of an object; if it is there already, that is as good. */
    private final class Creating implements Acts.Change<Boolean> {
        private final ObjectName name;
        private final Deposit deposit;

        Creating(ObjectName name, Deposit deposit) {
            this.name = name;
            this.deposit = deposit;
        }

        @Override
        public Boolean run() throws IOException {
            return backend.create(name, deposit.file());
        }

        @Override
        public boolean isDone(Boolean made) {
            return made;
        }
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        RemoteObject object = parse(folder);
        Need need = need(folder, object, Operation.LIST);
        if (need == Need.OWNER) {
            requireOwner();
            names.list(each);
        } else if (admitted(object, need).isPresent()) {
            backend.list(folder, each);
        }
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        RemoteObject object = parse(name);
        Admitted admitted = requireVolumeset(admitted(object, need(name, object, Operation.DELETE)));
        if (object.kind() != Kind.INDEX) {
            backend.delete(name);
            return;
        }
        acts.recorded(about(ActKind.PUSH, object, Optional.of(admitted)).with("what", "deleted"), new Deleting(name));
    }

    private Act about(ActKind kind, RemoteObject object, Optional<Admitted> admitted) {
        Act act = admitted.isPresent()
                ? acts.act(kind, admitted.get().holding())
                : acts.act(kind, object.volumeset().orElseThrow(), owner);
        return act.about(subject(object));
    }

    /** The removal of an object, which is done when it returns. */
    private final class Deleting implements Acts.Change<Boolean> {
        private final ObjectName name;

        Deleting(ObjectName name) {
            this.name = name;
        }

        @Override
        public Boolean run() throws IOException {
            backend.delete(name);
            return true;
        }

        @Override
        public boolean isDone(Boolean done) {
            return done;
        }
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        RemoteObject object = parse(name);
        Need need = need(name, object, Operation.VALUE);
        if (need == Need.NAME_READ) {
            Optional<Value> value = names.value(object.key());
            if (value.isEmpty() && !caller.isSignedIn()) {
                throw signIn();
            }
            return value;
        }
        return admitted(object, need).isPresent() ? backend.value(name) : Optional.empty();
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        RemoteObject object = parse(name);
        Need need = need(name, object, Operation.SWAP);
        if (need == Need.NAME_CHANGE) {
            if (!caller.isSignedIn()) {
                throw signIn();
            }
            return names.swap(object.key(), expected, value);
        }
        Admitted admitted = requireVolumeset(admitted(object, need));
        if (need == Need.REF && expected.isEmpty()) {
            return NEW_REFS.run(caller, () -> move(name, admitted, expected, value));
        }
        if (need == Need.REF) {
            return move(name, admitted, expected, value);
        }
        checkSession(object, value);
        return backend.swap(name, expected, value);
    }

    private static void checkSession(RemoteObject object, byte[] value) throws RefusedException {
        String why;
        try {
            Id id = SessionValue.read("the session", value).id();
            why = id.equals(object.id()) ? "" : "it is " + id.abbreviated();
        } catch (BrokenException | UnsupportedException e) {
            why = String.valueOf(e.getMessage());
        }
        if (!why.isEmpty()) {
            throw new RefusedException(Reason.UNACCEPTABLE, "this session is not taken: " + why);
        }
    }

    private Optional<Version> move(ObjectName name, Admitted admitted, Optional<Version> expected, byte[] value)
            throws IOException {
        Repository repository =
                Names.repository(backend, owner, admitted.object().volumeset().orElseThrow());
        Holding holding = admitted.holding();
        RefMoves.Verdict verdict;
        try {
            verdict = new RefMoves(backend, repository, caller, holding, admitted.right())
                    .judge(name, admitted.object(), expected, value);
        } catch (RefusedException e) {
            acts.denied(holding, subject(admitted.object()), String.valueOf(e.getMessage()));
            throw e;
        }
        return switch (verdict) {
            case RefMoves.Verdict.Stale() -> Optional.empty();
            case RefMoves.Verdict.Allowed(var from, var to) ->
                acts.recorded(
                        acts.act(ActKind.REF, holding)
                                .about(subject(admitted.object()))
                                .with("from", Acts.text(from))
                                .with("to", Acts.text(to)),
                        new Names.Swapping(() -> backend.swap(name, expected, value)));
        };
    }

    @Override
    public String toString() {
        return owner.value();
    }
}
