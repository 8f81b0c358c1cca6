package io.flockerj.store.backend.s3;

import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Version;
import io.flockerj.store.backend.s3.Bucket.Got;
import io.flockerj.store.backend.s3.Bucket.Put;
import io.flockerj.store.backend.s3.Condition.Absent;
import io.flockerj.store.backend.s3.Condition.Spelling;
import io.flockerj.store.backend.s3.Condition.Unchanged;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Finds out by an object of its own, which it removes, whether a bucket does what a repository needs. */
final class S3Probe {
    private static final ObjectName FOLDER = new ObjectName("probes");
    private static final String REMEDY = ": two hosts could overwrite each other's work. Take another store, or a newer"
            + " version of it (Ceph 16, MinIO of 2023, AWS of 2024 and later can do it)";

    private final Bucket bucket;
    private final Supplier<Id> ids;

    S3Probe(Bucket bucket, Supplier<Id> ids) {
        this.bucket = bucket;
        this.ids = ids;
    }

    /** Tries everything that a backend does, and says how entity tags are written. */
    Spelling check() throws IOException {
        if (bucket.isVersioned()) {
            throw refusal(
                    "it keeps versions of objects: there conditions do not hold on every store, and what is removed"
                            + " goes on being paid for. Take a bucket without versioning");
        }
        return withObject(name -> {
            checkMadeOnce(name);
            Spelling spelling = findSpelling(name);
            checkListed(name);
            return spelling;
        });
    }

    /** Says how this store wants entity tags in {@code If-Match}. */
    Spelling spelling() throws IOException {
        return withObject(this::findSpelling);
    }

    private interface Trial {
        Spelling run(ObjectName name) throws IOException;
    }

    private Spelling withObject(Trial trial) throws IOException {
        ObjectName name = FOLDER.child(ids.get().toString());
        try {
            if (!(put(name, new Absent()) instanceof Put.Made)) {
                throw refusal("it takes what is not there for something that is (If-None-Match: *)" + REMEDY);
            }
            Spelling spelling = trial.run(name);
            bucket.delete(name);
            return spelling;
        } catch (IOException | RuntimeException e) {
            try {
                bucket.delete(name);
            } catch (IOException notDeleted) {
                e.addSuppressed(notDeleted);
            }
            throw e;
        }
    }

    private Put put(ObjectName name, Condition condition) throws IOException {
        byte[] content = ("flockerj probe " + ids.get()).getBytes(StandardCharsets.US_ASCII);
        return bucket.put(name, Pieces.of(content), condition);
    }

    private Got get(ObjectName name, long from) throws IOException {
        return bucket.get(name, from, 100).orElseThrow(() -> refusal("an object that was just written is not there"));
    }

    private void checkMadeOnce(ObjectName name) throws IOException {
        Got first = get(name, 0);
        if (put(name, new Absent()) instanceof Put.Made
                || !Arrays.equals(get(name, 0).bytes(), first.bytes())) {
            throw refusal("it writes over an object that is there, though asked not to (If-None-Match: *)" + REMEDY);
        }
        byte[] part = Arrays.copyOfRange(first.bytes(), 3, first.bytes().length);
        if (!Arrays.equals(get(name, 3).bytes(), part)) {
            throw refusal("it does not read parts of objects as asked (Range)");
        }
    }

    private Spelling findSpelling(ObjectName name) throws IOException {
        Version wrong = new Version("0123456789abcdef0123456789abcdef");
        List<String> found = new ArrayList<>();
        for (Spelling spelling : Spelling.values()) {
            if (put(name, new Unchanged(wrong, spelling)) instanceof Put.Made) {
                found.add(spelling + " writes over any");
                continue;
            }
            Got current = get(name, 0);
            if (put(name, new Unchanged(current.version(), spelling)) instanceof Put.Made made
                    && made.version().equals(get(name, 0).version())) {
                return spelling;
            }
            found.add(spelling + " never writes");
        }
        throw refusal("it does not replace an object only if it is as it was (If-Match; " + String.join(", ", found)
                + ")" + REMEDY);
    }

    private void checkListed(ObjectName name) throws IOException {
        List<ObjectName> listed = new ArrayList<>();
        bucket.list(FOLDER, each -> listed.add(each.name()));
        if (!listed.contains(name)) {
            throw refusal("it does not list an object that was just written");
        }
    }

    private IOException refusal(String reason) {
        return new IOException(bucket.place() + " cannot hold a repository: " + reason);
    }
}
