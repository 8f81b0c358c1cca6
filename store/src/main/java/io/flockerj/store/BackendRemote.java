package io.flockerj.store;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.NameValue;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** A remote on a place that keeps named bytes (format.md section 2). */
public final class BackendRemote implements Remote {
    /** The object that a remote is known by. */
    public static final ObjectName MARK = ObjectName.of("flockerj");

    /** How many names a remote may have. */
    public static final int MOST_NAMES = 65_536;

    private static final String KIND = "RMOT";
    private static final ObjectName NAMES = ObjectName.of("names");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final int LONGEST_MARK = 4096;

    private final Backend backend;
    private final Id id;
    private final Supplier<Id> ids;

    private BackendRemote(Backend backend, Id id, Supplier<Id> ids) {
        this.backend = backend;
        this.id = id;
        this.ids = ids;
    }

    /**
     * Makes a remote, or opens the one that is there.
     *
     * @param ids ids that never come twice
     */
    public static BackendRemote create(Backend backend, Supplier<Id> ids) throws IOException {
        try {
            return open(backend, ids);
        } catch (NoRemoteException e) {
            return mark(backend, ids);
        }
    }

    private static BackendRemote mark(Backend backend, Supplier<Id> ids) throws IOException {
        Id wanted = ids.get();
        backend.create(MARK, List.of(Envelope.wrap(KIND, new FieldWriter().field(2, value -> value.id(wanted)))));
        return open(backend, ids);
    }

    /**
     * Opens a remote.
     *
     * @param ids ids that never come twice
     * @throws NoRemoteException if there is none
     */
    public static BackendRemote open(Backend backend, Supplier<Id> ids) throws IOException {
        byte[] mark;
        try {
            mark = backend.read(MARK, 0, LONGEST_MARK);
        } catch (NoSuchObjectException e) {
            throw new NoRemoteException(backend.toString());
        }
        FieldReader fields = Envelope.unwrap(MARK.text(), KIND, mark);
        Id id = fields.required(2, ByteReader::id);
        fields.end();
        return new BackendRemote(backend, id, ids);
    }

    /** Whether a text can be a name. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    @Override
    public Id id() {
        return id;
    }

    @Override
    public SortedMap<String, Id> names() throws IOException {
        List<String> found = new ArrayList<>();
        backend.list(NAMES, listed -> {
            if (found.size() <= MOST_NAMES && isName(listed.name().lastSegment())) {
                found.add(listed.name().lastSegment());
            }
        });
        if (found.size() > MOST_NAMES) {
            throw new BrokenException(NAMES.text(), "there are more than " + MOST_NAMES);
        }
        SortedMap<String, Id> names = new TreeMap<>();
        for (String name : found) {
            find(name).ifPresent(volumeset -> names.put(name, volumeset));
        }
        return names;
    }

    @Override
    public Optional<Id> find(String name) throws IOException {
        return read(name).flatMap(known -> known.value().volumeset());
    }

    @Override
    public Naming name(String name, Id volumeset) throws IOException {
        if (!isName(name)) {
            return new Naming.Invalid();
        }
        Optional<Known> before = read(name);
        if (before.flatMap(known -> known.value().volumeset()).isEmpty()) {
            put(name, before, Optional.of(volumeset));
        }
        Optional<Id> now = find(name);
        if (now.isEmpty()) {
            throw new IOException("the name " + name + " on " + backend + " was freed by somebody else just now");
        }
        return now.get().equals(volumeset) ? new Naming.Named() : new Naming.Taken(now.get());
    }

    @Override
    public boolean unname(String name, Id volumeset) throws IOException {
        Optional<Known> before = read(name);
        if (!before.flatMap(known -> known.value().volumeset()).equals(Optional.of(volumeset))) {
            return false;
        }
        put(name, before, Optional.empty());
        return !find(name).equals(Optional.of(volumeset));
    }

    @Override
    public Repository open(Id volumeset) throws IOException {
        return Repository.open(backend, volumeset);
    }

    @Override
    public Repository create(Id volumeset) throws IOException {
        return Repository.create(backend, volumeset, ids.get());
    }

    /** A name's value as it was read. */
    private record Known(NameValue value, Version version) {}

    private Optional<Known> read(String name) throws IOException {
        if (!isName(name)) {
            return Optional.empty();
        }
        ObjectName object = NAMES.child(name);
        Optional<Value> value = backend.value(object);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        NameValue read = NameValue.read(object.text(), value.get().bytes().toArray());
        if (!read.name().equals(name)) {
            throw new BrokenException(object.text(), "it is the name " + read.name());
        }
        return Optional.of(new Known(read, value.get().version()));
    }

    /** Whether it was put is for the caller to look: somebody else may have been quicker, or an answer been lost. */
    private void put(String name, Optional<Known> before, Optional<Id> volumeset) throws IOException {
        long generation = before.map(known -> known.value().generation() + 1).orElse(1L);
        NameValue value = new NameValue(name, volumeset, ids.get(), generation);
        try {
            backend.swap(NAMES.child(name), before.map(Known::version), value.write());
        } catch (IOException e) {
            // The answer may have been lost on the way, and the name put.
            Optional<Known> now = LostAnswer.look(e, () -> read(name));
            if (now.isEmpty() || !now.get().value().nonce().equals(value.nonce())) {
                throw e;
            }
        }
    }

    @Override
    public String toString() {
        return backend.toString();
    }
}
