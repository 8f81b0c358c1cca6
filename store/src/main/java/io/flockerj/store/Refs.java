package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The branches and tags of one repository. They move by compare-and-set: of two who move one at once, one succeeds, and the other is told. */
public final class Refs {
    /** How many branches and tags a repository may have together, for whoever reads them remembers them all. */
    public static final int MOST = 4096;

    private static final String BRANCHES = "branches";
    private static final String TAGS = "tags";
    private static final Pattern NAME =
            Pattern.compile("(branches|tags)/(?!(latest|live)$)[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

    private final Backend backend;
    private final Layout layout;
    private final Repository repository;
    private final InstantSource clock;
    private final Supplier<Id> nonces;

    Refs(Backend backend, Layout layout, Repository repository, InstantSource clock, Supplier<Id> nonces) {
        this.backend = backend;
        this.layout = layout;
        this.repository = repository;
        this.clock = clock;
        this.nonces = nonces;
    }

    /** A ref as it is now; empty if there never was one. One that was removed has no target. */
    public Optional<RefState> read(String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        ObjectName object = layout.ref(name);
        Optional<Value> value = backend.value(object);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        RefValue read = RefValue.read(object.text(), value.get().bytes().toArray());
        if (!read.name().equals(name)) {
            throw new BrokenException(object.text(), "it is " + read.name());
        }
        return Optional.of(new RefState(read, value.get().version()));
    }

    /**
     * All branches and tags that there are, in any order.
     *
     * @throws BrokenException if there are more than {@link #MOST}
     */
    public List<RefState> all() throws IOException {
        List<RefState> refs = new ArrayList<>();
        for (String name : names()) {
            read(name).filter(ref -> ref.value().target().isPresent()).ifPresent(refs::add);
        }
        return refs;
    }

    /**
     * What they are called, those that were removed among them.
     *
     * @throws BrokenException if there are more than {@link #MOST}
     */
    public List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        for (String folder : List.of(BRANCHES, TAGS)) {
            backend.list(layout.ref(folder), listed -> {
                String name = folder + "/" + listed.name().lastSegment();
                if (names.size() <= MOST && NAME.matcher(name).matches()) {
                    names.add(name);
                }
            });
        }
        if (names.size() > MOST) {
            throw new BrokenException(
                    "the branches and tags of volumeset "
                            + repository.volumeset().abbreviated(),
                    "there are more than " + MOST);
        }
        return names;
    }

    /**
     * Moves a ref, or makes one.
     *
     * @throws IOException what the swap failed with, if nobody can tell whether it happened; what hindered the look at it is suppressed by that
     */
    public RefUpdate move(RefMove move) throws IOException {
        boolean isBranch = move.branch().isPresent();
        if (!NAME.matcher(move.name()).matches() || isBranch != move.name().startsWith(BRANCHES + "/")) {
            return new RefUpdate.Refused(RefUpdate.Reason.NAME, Optional.empty());
        }
        if (repository.commit(move.target().snapshot()).isEmpty()) {
            return new RefUpdate.Missing();
        }
        Optional<RefState> actual = read(move.name());
        if (isThere(actual, move)) {
            return new RefUpdate.Moved(actual.orElseThrow());
        }
        if (!version(actual).equals(version(move.expected()))) {
            return new RefUpdate.Stale(actual);
        }
        Optional<RefUpdate.Reason> reason = refusal(actual, move);
        return reason.isPresent() ? new RefUpdate.Refused(reason.get(), actual) : swap(actual, move);
    }

    private Optional<RefUpdate.Reason> refusal(Optional<RefState> actual, RefMove move) throws IOException {
        Optional<RefValue.Target> from = actual.flatMap(ref -> ref.value().target());
        if (from.isEmpty()) {
            return Optional.empty();
        }
        if (!actual.get().value().branch().equals(move.branch())) {
            return Optional.of(RefUpdate.Reason.OTHER_BRANCH);
        }
        if (move.forced()) {
            return Optional.empty();
        }
        if (move.branch().isEmpty()) {
            return Optional.of(RefUpdate.Reason.TAG_EXISTS);
        }
        boolean forward = new Ancestry(repository)
                .isAncestor(from.get().snapshot(), move.target().snapshot());
        return forward ? Optional.empty() : Optional.of(RefUpdate.Reason.NOT_FORWARD);
    }

    private RefUpdate swap(Optional<RefState> actual, RefMove move) throws IOException {
        long generation = actual.map(ref -> ref.value().generation() + 1).orElse(1L);
        RefValue value = new RefValue(
                move.name(),
                Optional.of(move.target()),
                nonces.get(),
                generation,
                move.branch(),
                Optional.of(clock.instant()),
                move.by());
        ObjectName object = layout.ref(move.name());
        try {
            Optional<Version> version = backend.swap(object, version(actual), value.write());
            if (version.isPresent()) {
                return new RefUpdate.Moved(new RefState(value, version.get()));
            }
        } catch (IOException e) {
            // The answer may have been lost on the way, and the ref moved: its nonce tells.
            Optional<RefState> now = LostAnswer.look(e, () -> read(move.name()));
            if (now.isPresent() && now.get().value().nonce().equals(value.nonce())) {
                return new RefUpdate.Moved(now.get());
            }
            throw e;
        }
        Optional<RefState> now = read(move.name());
        return isThere(now, move) ? new RefUpdate.Moved(now.orElseThrow()) : new RefUpdate.Stale(now);
    }

    private static boolean isThere(Optional<RefState> ref, RefMove move) {
        return ref.isPresent()
                && ref.get().value().target().equals(Optional.of(move.target()))
                && ref.get().value().branch().equals(move.branch());
    }

    private static Optional<Version> version(Optional<RefState> ref) {
        return ref.map(RefState::version);
    }
}
