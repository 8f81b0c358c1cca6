package io.flockerj.store.history;

import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a snapshot came about, and what people said of it when it was committed.
 *
 * @param labels up to 64
 * @param volume the volume that it was taken of
 * @param branch the branch that it moved on, as it was called then
 * @param atomic false if nested subvolumes, or even files, were taken one after another
 * @param paused whether writers were paused meanwhile
 * @param restoredFrom for the outcome of a rollback: the snapshot that was gone back to
 * @param writer the program that committed it, and its version
 * @param torn files that were never at rest while it was taken
 */
public record SnapshotRecord(
        Optional<String> author,
        Optional<String> message,
        SortedMap<String, String> labels,
        Named volume,
        Named branch,
        boolean atomic,
        boolean paused,
        Optional<Group> group,
        Optional<Id> restoredFrom,
        Optional<String> writer,
        Optional<Torn> torn) {
    private static final int BYTES_PER_CHARACTER = 4;
    private static final int LONGEST_AUTHOR = 256 * BYTES_PER_CHARACTER;
    private static final int LONGEST_MESSAGE = 4096 * BYTES_PER_CHARACTER;
    private static final int MOST_LABELS = 64;
    private static final int LONGEST_KEY = 128 * BYTES_PER_CHARACTER;
    private static final int LONGEST_LABEL = 1024 * BYTES_PER_CHARACTER;
    private static final int LONGEST_NAME = 255;
    private static final int ATOMIC = 1;
    private static final int PAUSED = 2;
    private static final int MOST_IN_GROUP = 1 << 20;
    private static final int MOST_TORN_NAMED = 64;
    private static final int LONGEST_PATH = 256 * BYTES_PER_CHARACTER;

    public SnapshotRecord {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        if (labels.size() > MOST_LABELS) {
            throw new IllegalArgumentException(labels.size() + " labels are too many");
        }
    }

    /** One in which every file was at rest. */
    public SnapshotRecord(
            Optional<String> author,
            Optional<String> message,
            SortedMap<String, String> labels,
            Named volume,
            Named branch,
            boolean atomic,
            boolean paused,
            Optional<Group> group,
            Optional<Id> restoredFrom,
            Optional<String> writer) {
        this(author, message, labels, volume, branch, atomic, paused, group, restoredFrom, writer, Optional.empty());
    }

    /**
     * Files that changed each time they were read, so that what is there of them may be of several moments.
     *
     * @param first where some of them are in the volume, for people; up to 64, of up to 256 characters
     */
    public record Torn(long files, List<String> first) {
        public Torn {
            first = List.copyOf(first);
            if (first.size() > MOST_TORN_NAMED) {
                throw new IllegalArgumentException(first.size() + " names of torn files are too many");
            }
        }
    }

    /** What a volume or a branch is called. */
    public record Named(Id id, String name) {}

    /**
     * Snapshots of several volumes that were taken by one call.
     *
     * @param index its place in the order of taking, from 0
     * @param size how many there are
     * @param gapNanos since the first one
     */
    public record Group(Id id, int index, int size, long gapNanos) {}

    void write(FieldWriter fields) {
        author.ifPresent(text -> fields.field(21, value -> value.text(text)));
        message.ifPresent(text -> fields.field(23, value -> value.text(text)));
        if (!labels.isEmpty()) {
            fields.field(25, value -> {
                value.varint(labels.size());
                labels.forEach((key, label) -> value.text(key).text(label));
            });
        }
        fields.field(27, value -> value.id(volume.id()).text(volume.name()));
        fields.field(29, value -> value.id(branch.id()).text(branch.name()));
        fields.field(31, value -> value.varint((atomic ? ATOMIC : 0) | (paused ? PAUSED : 0)));
        group.ifPresent(of -> fields.field(
                33,
                value -> value.id(of.id()).varint(of.index()).varint(of.size()).varint(of.gapNanos())));
        restoredFrom.ifPresent(id -> fields.field(35, value -> value.id(id)));
        writer.ifPresent(text -> fields.field(37, value -> value.text(text)));
        torn.ifPresent(of -> fields.field(39, value -> {
            value.varint(of.files()).varint(of.first().size());
            of.first().forEach(value::text);
        }));
    }

    static SnapshotRecord read(FieldReader fields) throws BrokenException {
        Optional<String> author = fields.optional(21, reader -> reader.text("the author", LONGEST_AUTHOR));
        Optional<String> message = fields.optional(23, reader -> reader.text("the message", LONGEST_MESSAGE));
        SortedMap<String, String> labels =
                fields.optional(25, SnapshotRecord::labels).orElseGet(TreeMap::new);
        Named volume = fields.required(27, SnapshotRecord::named);
        Named branch = fields.required(29, SnapshotRecord::named);
        long taking = fields.required(31, ByteReader::varint);
        return new SnapshotRecord(
                author,
                message,
                labels,
                volume,
                branch,
                (taking & ATOMIC) != 0,
                (taking & PAUSED) != 0,
                fields.optional(33, SnapshotRecord::group),
                fields.optional(35, ByteReader::id),
                fields.optional(37, reader -> reader.text("the writer", LONGEST_AUTHOR)),
                fields.optional(39, SnapshotRecord::torn));
    }

    private static SortedMap<String, String> labels(ByteReader reader) throws BrokenException {
        int count = reader.varint("the number of labels", MOST_LABELS);
        SortedMap<String, String> labels = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String key = reader.text("the key of a label", LONGEST_KEY);
            reader.check(i == 0 || labels.lastKey().compareTo(key) < 0, "its labels are not in order");
            labels.put(key, reader.text("a label", LONGEST_LABEL));
        }
        return labels;
    }

    private static Torn torn(ByteReader reader) throws BrokenException {
        long files = reader.varint();
        int named = reader.varint("the number of torn files that are named", MOST_TORN_NAMED);
        List<String> first = new ArrayList<>();
        for (int i = 0; i < named; i++) {
            first.add(reader.text("the path of a torn file", LONGEST_PATH));
        }
        return new Torn(files, first);
    }

    private static Named named(ByteReader reader) throws BrokenException {
        return new Named(reader.id(), reader.text("a name", LONGEST_NAME));
    }

    private static Group group(ByteReader reader) throws BrokenException {
        return new Group(
                reader.id(),
                reader.varint("the index in a group", MOST_IN_GROUP),
                reader.varint("the size of a group", MOST_IN_GROUP),
                reader.varint());
    }
}
