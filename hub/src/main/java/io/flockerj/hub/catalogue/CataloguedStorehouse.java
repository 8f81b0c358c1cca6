package io.flockerj.hub.catalogue;

import io.flockerj.hub.guard.Storehouse;
import io.flockerj.store.RemoteObject;
import io.flockerj.store.RemoteObject.Kind;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend.Part;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the catalogue follow each branch and tag that was moved. That it could not is no failure of the move, which is done: then whoever
 * looks at the volumeset next puts it right.
 */
public final class CataloguedStorehouse implements Storehouse {
    private static final Logger LOG = LoggerFactory.getLogger(CataloguedStorehouse.class);

    private final Storehouse storehouse;
    private final Follower catalogue;

    /** Is told of each ref that was moved. */
    @FunctionalInterface
    public interface Follower {
        /**
         * A ref was moved.
         *
         * @param name with {@code branches/} or {@code tags/}
         */
        void moved(Id volumeset, String name) throws IOException;
    }

    public CataloguedStorehouse(Storehouse storehouse, Follower catalogue) {
        this.storehouse = storehouse;
        this.catalogue = catalogue;
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        Optional<Version> made = storehouse.swap(name, expected, value);
        if (made.isPresent()) {
            RemoteObject.parse(name).flatMap(CataloguedStorehouse::ref).ifPresent(ref -> follow(ref, name));
        }
        return made;
    }

    private record Ref(Id volumeset, String name) {}

    private static Optional<Ref> ref(RemoteObject object) {
        if (object.kind() == Kind.BRANCH) {
            return object.volumeset().map(id -> new Ref(id, RefValue.nameOfBranch(object.key())));
        }
        return object.kind() == Kind.TAG
                ? object.volumeset().map(id -> new Ref(id, RefValue.nameOfTag(object.key())))
                : Optional.empty();
    }

    private void follow(Ref ref, ObjectName name) {
        try {
            catalogue.moved(ref.volumeset(), ref.name());
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().setCause(e).addKeyValue("ref", name).log("The catalogue did not follow a ref");
        }
    }

    @Override
    public Terms terms(ObjectName name) throws IOException {
        return storehouse.terms(name);
    }

    @Override
    public boolean create(ObjectName name, Deposit deposit) throws IOException {
        return storehouse.create(name, deposit);
    }

    @Override
    public Part open(ObjectName name, long from, long length) throws IOException {
        return storehouse.open(name, from, length);
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        storehouse.list(folder, each);
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        storehouse.delete(name);
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        return storehouse.value(name);
    }
}
