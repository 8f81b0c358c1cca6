package io.flockerj.store.history;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.ByteReader;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.time.Instant;
import java.util.Optional;

/**
 * What a branch or a tag is at one time.
 *
 * @param name with {@code branches/} or {@code tags/}
 * @param target empty if it was removed
 * @param nonce makes each value another one
 * @param generation one more than the value before, from 1
 * @param branch the branch's id; empty for a tag
 * @param moved when; for people
 * @param by host and person; for people
 */
public record RefValue(
        String name,
        Optional<Target> target,
        Id nonce,
        long generation,
        Optional<Id> branch,
        Optional<Instant> moved,
        Optional<String> by) {
    private static final String KIND = "REFS";
    private static final String BRANCHES = "branches/";
    private static final String TAGS = "tags/";
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_BY = 1024;

    /** What the ref of a branch is called. */
    public static String nameOfBranch(String branch) {
        return BRANCHES + branch;
    }

    /** What the ref of a tag is called. */
    public static String nameOfTag(String tag) {
        return TAGS + tag;
    }

    /** Whether it is a branch, not a tag. */
    public boolean isBranch() {
        return name.startsWith(BRANCHES);
    }

    /** What people call the branch or tag. */
    public String shortName() {
        return name.substring(name.indexOf('/') + 1);
    }

    /**
     * A snapshot, and the one commit object that it is.
     *
     * @param commit SHA-256 of the object
     */
    public record Target(Id snapshot, Hash commit) {}

    /** The value's bytes. */
    public byte[] write() {
        FieldWriter fields = new FieldWriter();
        fields.field(2, value -> value.text(name));
        moved.ifPresent(time -> fields.field(3, value -> Times.write(value, time)));
        target.ifPresent(to -> fields.field(4, value -> value.id(to.snapshot()).hash(to.commit())));
        by.ifPresent(text -> fields.field(5, value -> value.text(text)));
        fields.field(6, value -> value.id(nonce));
        fields.field(8, value -> value.varint(generation));
        branch.ifPresent(id -> fields.field(10, value -> value.id(id)));
        return Envelope.wrap(KIND, fields);
    }

    /** Reads a value. */
    public static RefValue read(String object, byte[] bytes) throws BrokenException, UnsupportedException {
        FieldReader fields = Envelope.unwrap(object, KIND, bytes);
        RefValue value = new RefValue(
                fields.required(2, reader -> reader.text("a ref's name", LONGEST_NAME)),
                fields.optional(4, reader -> new Target(reader.id(), reader.hash())),
                fields.required(6, ByteReader::id),
                fields.required(8, ByteReader::varint),
                fields.optional(10, ByteReader::id),
                fields.optional(3, Times::read),
                fields.optional(5, reader -> reader.text("who moved a ref", LONGEST_BY)));
        fields.end();
        return value;
    }
}
