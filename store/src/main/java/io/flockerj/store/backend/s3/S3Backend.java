package io.flockerj.store.backend.s3;

import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.backend.s3.Bucket.Got;
import io.flockerj.store.backend.s3.Bucket.Put;
import io.flockerj.store.backend.s3.Condition.Absent;
import io.flockerj.store.backend.s3.Condition.Spelling;
import io.flockerj.store.backend.s3.Condition.Unchanged;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Keeps bytes in a bucket. Names are keys below a prefix; a value's version is its entity tag, which on many stores is the MD5 of the
 * content, so that two equal values could not be told apart. Nothing is sent twice: whoever wants that puts a decorator around it.
 *
 * <p>Entity tags are written in quotes, as they should be, until a store refuses that though nothing has changed; then it is found out how
 * it wants them.
 */
public final class S3Backend implements StreamingBackend, AutoCloseable {
    private final S3Client client;
    private final S3Place place;
    private final Bucket bucket;
    private final S3Probe probe;
    private volatile Spelling spelling = Spelling.QUOTED;
    private volatile boolean spellingIsKnown;

    S3Backend(S3Place place, S3Timeouts timeouts, Supplier<Id> ids) throws IOException {
        this.client = S3Clients.client(place, timeouts);
        this.place = place;
        this.bucket = new Bucket(client, place, timeouts);
        this.probe = new S3Probe(bucket, ids);
    }

    /**
     * Gets ready to use a bucket. The store is not asked for anything yet.
     *
     * @param ids names for what {@link #probe} writes
     * @throws IOException if something that the place names on this host cannot be read
     */
    public static S3Backend open(S3Place place, Supplier<Id> ids) throws IOException {
        return new S3Backend(place, S3Timeouts.USUAL, ids);
    }

    /**
     * Tries with an object of its own whether the bucket can hold a repository. Nothing is left of it.
     *
     * @throws IOException saying why not, and what to do
     */
    public void probe() throws IOException {
        spelling = probe.check();
        spellingIsKnown = true;
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        byte[] bytes = bucket.get(name, from, length)
                .orElseThrow(() -> new NoSuchObjectException(name, place.toString()))
                .bytes();
        return bytes.length > length ? Arrays.copyOf(bytes, length) : bytes;
    }

    @Override
    public Part open(ObjectName name, long from, long length) throws IOException {
        return bucket.open(name, from, length).orElseThrow(() -> new NoSuchObjectException(name, place.toString()));
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        return create(name, new Pieces(content));
    }

    @Override
    public boolean create(ObjectName name, Path content) throws IOException {
        return create(name, FileContent.of(content));
    }

    private boolean create(ObjectName name, Content content) throws IOException {
        return switch (bucket.put(name, content, new Absent())) {
            case Put.Made made -> true;
            case Put.Refused refused -> false;
            case Put.Collided collided -> throw collided.reason();
        };
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        bucket.list(folder, each);
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        bucket.delete(name);
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        Optional<Got> got = bucket.get(name, 0, LONGEST_VALUE + 1);
        if (got.isPresent() && got.get().bytes().length > LONGEST_VALUE) {
            throw new IOException(
                    name + " in " + place + " has more than " + LONGEST_VALUE + " bytes: it is not a value");
        }
        return got.map(read -> new Value(Bytes.of(read.bytes()), read.version()));
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        if (value.length > LONGEST_VALUE) {
            throw new IllegalArgumentException(name + " cannot have " + value.length + " bytes");
        }
        Put outcome = put(name, expected, value);
        if (outcome instanceof Put.Refused && expected.isPresent() && !spellingIsKnown && isStill(name, expected)) {
            spelling = probe.spelling();
            spellingIsKnown = true;
            outcome = put(name, expected, value);
        }
        return switch (outcome) {
            case Put.Made made -> {
                spellingIsKnown |= expected.isPresent();
                yield Optional.of(made.version());
            }
            case Put.Refused refused -> Optional.empty();
            case Put.Collided collided -> {
                if (isStill(name, expected)) {
                    throw collided.reason();
                }
                yield Optional.empty();
            }
        };
    }

    private Put put(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        Condition condition = expected.<Condition>map(version -> new Unchanged(version, spelling))
                .orElseGet(Absent::new);
        return bucket.put(name, Pieces.of(value), condition);
    }

    private boolean isStill(ObjectName name, Optional<Version> expected) throws IOException {
        return value(name).map(Value::version).equals(expected);
    }

    /** Ends all connections. */
    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return place.toString();
    }
}
