package io.flockerj.store.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.ChunkWriter;
import io.flockerj.store.CommitOutcome;
import io.flockerj.store.RefMove;
import io.flockerj.store.RefUpdate;
import io.flockerj.store.Refs;
import io.flockerj.store.Repository;
import io.flockerj.store.RepositoryCheck;
import io.flockerj.store.Session;
import io.flockerj.store.SmallPacks;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.FullException;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.RetryingBackend;
import io.flockerj.store.content.ContentDigester;
import io.flockerj.store.history.Commit;
import io.flockerj.store.history.PackList;
import io.flockerj.store.history.RefValue;
import io.flockerj.store.history.SnapshotRecord;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.pack.MemoryChunkIndex;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.Segment;
import io.flockerj.store.tree.SegmentWriter;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A push into a bucket that becomes full meanwhile. */
class FullBucketTest {
    private static final Id VOLUMESET = new Id(1, 1);
    private static final Id BRANCH = new Id(2, 2);
    private static final Id FIRST = new Id(3, 1);
    private static final Id SECOND = new Id(3, 2);
    private static final SnapshotRecord.Named NAMED = new SnapshotRecord.Named(new Id(8, 8), "db");
    private static final int PACKS = 5;
    private static final int CHUNK = 200_000;

    @TempDir
    private Path directory;

    private final Supplier<Id> ids = Id.source(new Random(1));

    /** Wherever it is that it becomes full. Ceph, MinIO and others say it each in their own way. */
    @ParameterizedTest
    @CsvSource({"403, QuotaExceeded", "507, InsufficientStorage", "507, XMinioStorageFull", "507, ''"})
    void itFailsAsThatLeavesWhatWasThereAndGoesOnWhenThereIsRoom(int status, String code) throws IOException {
        Set<String> keys = keysOfAPushThatNothingHinders();
        int room = 0;
        for (boolean isDone = false; !isDone; room++) {
            try (FakeS3 store = new FakeS3();
                    S3Backend bucket = open(store)) {
                Repository repository = repository(bucket);
                push(repository, FIRST, Optional.empty());
                store.leaveRoom(room, new FakeS3.Answer(status, code, Map.of()));

                isDone = endsOrFailsAsFull(repository);

                store.makeRoom();
                assertThat(head(repository)).isEqualTo(isDone ? SECOND : FIRST);
                assertThat(hurt(repository)).isEmpty();
                push(repository, SECOND, Optional.of(FIRST));
                assertThat(head(repository)).isEqualTo(SECOND);
                assertThat(hurt(repository)).isEmpty();
                assertThat(store.keys()).as("nothing twice, nothing over").isEqualTo(keys);
            }
        }
        // The session, each pack, and the commit at least.
        assertThat(room).isGreaterThan(PACKS + 2);
    }

    private Set<String> keysOfAPushThatNothingHinders() throws IOException {
        try (FakeS3 store = new FakeS3();
                S3Backend bucket = open(store)) {
            Repository repository = repository(bucket);
            push(repository, FIRST, Optional.empty());
            push(repository, SECOND, Optional.of(FIRST));
            return store.keys();
        }
    }

    private boolean endsOrFailsAsFull(Repository repository) throws IOException {
        try {
            push(repository, SECOND, Optional.of(FIRST));
            return true;
        } catch (FullException e) {
            assertThat(e)
                    .hasMessageContaining("s3://bucket/of/a/team")
                    .hasMessageContaining("the store is full, or a quota is: make room or raise it");
            return false;
        }
    }

    private S3Backend open(FakeS3 store) throws IOException {
        Path credentials = Files.writeString(directory.resolve("credentials"), """
                [default]
                aws_access_key_id = KEY
                aws_secret_access_key = secret
                """);
        Map<String, String> options =
                Map.of("endpoint", store.address().toString(), "credentials-file", credentials.toString());
        return S3Backend.open(S3Place.parse("s3://bucket/of/a/team", options), ids);
    }

    /** As it is used: what is full is not asked again and again. */
    private static Repository repository(S3Backend bucket) throws IOException {
        Backend backend = new RetryingBackend(
                bucket,
                RetryLimits.PATIENT,
                InstantSource.system(),
                pause -> {
                    throw new AssertionError("it waits for room");
                },
                new Random(1));
        return Repository.create(backend, VOLUMESET, new Id(5, 5));
    }

    /** Its packs are full after each file; those of a snapshot are the same each time. */
    private void push(Repository repository, Id snapshot, Optional<Id> parent) throws IOException {
        Random random = new Random(snapshot.hashCode());
        MemoryChunkIndex index = new MemoryChunkIndex();
        try (Session session = repository.session(InstantSource.system(), ids, Optional.empty());
                ChunkWriter writer = SmallPacks.writer(repository, index, Runnable::run, session::keep)) {
            session.keep();
            DirectoryWriter directories = new DirectoryWriter(writer);
            for (int file = 0; file < PACKS; file++) {
                directories.add(file(writer, "" + file, random));
            }
            Item.Directory root = new Item.Directory(directories.finish(), 0);
            TreeRef tree = DirectoryWriter.writeRoot(writer, metadata(), root);
            writer.finish();
            PackList packs = repository.name(new PackList(List.of(), List.of()), writer.written());
            assertThat(repository.commit(commit(snapshot, parent, tree, packs)))
                    .isNotInstanceOf(CommitOutcome.OtherContent.class);
            assertThat(move(repository, snapshot)).isInstanceOf(RefUpdate.Moved.class);
        }
    }

    private static Entry file(ChunkWriter writer, String name, Random random) throws IOException {
        byte[] content = new byte[CHUNK];
        random.nextBytes(content);
        ContentDigester digester = new ContentDigester();
        digester.data(content, 0, content.length);
        Hash digest = digester.finish();
        SegmentWriter segments = new SegmentWriter(writer);
        segments.add(new Segment.Slice(writer.data(content, 0, content.length), 0, content.length));
        Item item = new Item.LargeFile(content.length, digest, segments.finish(digest), 0);
        return new Entry(new EntryName(Bytes.utf8(name)), metadata(), item);
    }

    private static Metadata metadata() {
        return new Metadata(0640, 1, 2, 3, 4, 0, Optional.empty(), new Attributes.None());
    }

    private static Commit commit(Id snapshot, Optional<Id> parent, TreeRef tree, PackList packs) {
        SnapshotRecord record = new SnapshotRecord(
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                NAMED,
                NAMED,
                true,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new Commit(VOLUMESET, snapshot, parent, Instant.EPOCH, tree, packs, List.of(), 0, record);
    }

    private Refs refs(Repository repository) {
        return repository.refs(InstantSource.system(), ids);
    }

    private RefUpdate move(Repository repository, Id snapshot) throws IOException {
        Hash commit = repository.committed(snapshot).orElseThrow().hash();
        return refs(repository)
                .move(new RefMove(
                        "branches/main",
                        refs(repository).read("branches/main"),
                        new RefValue.Target(snapshot, commit),
                        Optional.of(BRANCH),
                        false,
                        Optional.empty()));
    }

    private Id head(Repository repository) throws IOException {
        return refs(repository)
                .read("branches/main")
                .orElseThrow()
                .value()
                .target()
                .orElseThrow()
                .snapshot();
    }

    private List<RepositoryCheck.Hurt> hurt(Repository repository) throws IOException {
        try (RepositoryCheck check = repository.check(new MemoryChunkIndex(), (bytes, snapshots) -> {})) {
            return check.run(100, 1, refs(repository)).hurt();
        }
    }
}
