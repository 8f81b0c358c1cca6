package io.flockerj.hub.guard;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A folder of another backend as a backend of its own: where one owner's remote lies. */
public final class FolderBackend implements StreamingBackend {
    /** All owners lie in it, each under its name. */
    static final ObjectName OWNERS = new ObjectName("owners");

    private final StreamingBackend whole;
    private final ObjectName folder;

    private FolderBackend(StreamingBackend whole, ObjectName folder) {
        this.whole = whole;
        this.folder = folder;
    }

    /** The remote of an owner. */
    public static FolderBackend of(StreamingBackend whole, OwnerName owner) {
        return new FolderBackend(whole, OWNERS.child(owner.value()));
    }

    private ObjectName there(ObjectName name) {
        return new ObjectName(folder + "/" + name);
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        return whole.read(there(name), from, length);
    }

    @Override
    public Part open(ObjectName name, long from, long length) throws IOException {
        return whole.open(there(name), from, length);
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        return whole.create(there(name), content);
    }

    @Override
    public boolean create(ObjectName name, Path content) throws IOException {
        return whole.create(there(name), content);
    }

    @Override
    public void list(ObjectName below, Consumer<Listed> each) throws IOException {
        whole.list(
                there(below), listed -> each.accept(new Listed(here(listed.name()), listed.size(), listed.modified())));
    }

    private ObjectName here(ObjectName name) {
        return new ObjectName(name.text().substring(folder.text().length() + 1));
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        whole.delete(there(name));
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        return whole.value(there(name));
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        return whole.swap(there(name), expected, value);
    }

    @Override
    public String toString() {
        return whole + "/" + folder;
    }
}
