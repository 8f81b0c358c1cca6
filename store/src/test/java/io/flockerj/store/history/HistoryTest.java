package io.flockerj.store.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.pack.PackInfo;
import io.flockerj.store.tree.Totals;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import io.flockerj.store.wire.Envelope;
import io.flockerj.store.wire.FieldReader;
import io.flockerj.store.wire.FieldWriter;
import io.flockerj.store.wire.UnsupportedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryTest {
    private static final Instant TIME = Instant.parse("2026-11-03T23:32:00.123456789Z");

    @Test
    void aCommitComesBack() throws IOException {
        assertThat(Commit.read("it", commit().write())).isEqualTo(commit());
        assertThat(Commit.read("it", firstCommit().write())).isEqualTo(firstCommit());
    }

    @Test
    void aCommitIsThatOfTheFormat() throws IOException {
        // Written by a program in another language, after the format.
        byte[] golden;
        try (InputStream in = Objects.requireNonNull(HistoryTest.class.getResourceAsStream("golden.commit"))) {
            golden = in.readAllBytes();
        }

        assertThat(commit().write()).isEqualTo(golden);
        assertThat(Commit.hash(golden)).isEqualTo(Sha256.of(golden));
    }

    @Test
    void aTombstoneComesBack() throws IOException {
        for (Commit commit : List.of(commit(), firstCommit())) {
            Tombstone tombstone = Tombstone.of(commit);

            assertThat(Tombstone.read("it", tombstone.write())).isEqualTo(tombstone);
        }
    }

    @Test
    void aRefComesBack() throws IOException {
        RefValue branch = new RefValue(
                "branches/main",
                Optional.of(new RefValue.Target(id(1), hash("commit"))),
                id(2),
                7,
                Optional.of(id(3)),
                Optional.of(TIME),
                Optional.of("ann on host"));
        RefValue removed = new RefValue(
                "tags/v1", Optional.empty(), id(4), 8, Optional.empty(), Optional.empty(), Optional.empty());

        assertThat(RefValue.read("it", branch.write())).isEqualTo(branch);
        assertThat(RefValue.read("it", removed.write())).isEqualTo(removed);
    }

    @Test
    void aListOfPacksComesBackInOrder() throws IOException {
        List<PackInfo> packs = List.of(pack("b"), pack("a"), pack("c"));

        List<PackInfo> read = PackList.readList("it", PackList.writeList(packs));

        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(packs)
                .isSortedAccordingTo(Comparator.comparing(PackInfo::name));
    }

    @Test
    void aLineageWithGapsIsRefused() {
        Ancestor far = new Ancestor(id(99), Optional.empty(), TIME);

        assertThatThrownBy(() -> commit(List.of(far))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whicheverByteOfAnObjectIsFlippedItIsRefused() {
        byte[] object = commit().write();
        for (int at = 0; at < object.length; at++) {
            for (int bit = 1; bit < 256; bit <<= 1) {
                object[at] ^= (byte) bit;
                assertThatThrownBy(() -> Commit.read("it", object))
                        .isInstanceOfAny(BrokenException.class, UnsupportedException.class);
                object[at] ^= (byte) bit;
            }
        }
    }

    @Test
    void whereverAnObjectIsCutShortItIsRefused() {
        byte[] object = commit().write();
        for (int length = 0; length < object.length; length++) {
            byte[] shorter = Arrays.copyOf(object, length);
            assertThatThrownBy(() -> Commit.read("it", shorter)).isInstanceOf(BrokenException.class);
        }
        assertThatThrownBy(() -> Commit.read("it", Arrays.copyOf(object, object.length + 1)))
                .isInstanceOf(BrokenException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 10, 12})
    void aLaterVersionOrAnUnknownFeatureIsRefusedAndNamed(int at) {
        byte[] object = commit().write();
        object[at]++;

        assertThatThrownBy(() -> Commit.read("commit x", object))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("commit x needs")
                .hasMessageContaining("use a newer flockerj");
    }

    @Test
    void anUnknownFieldIsPassedOverIfItsTagIsOdd() throws IOException {
        byte[] odd = Envelope.wrap("TEST", new FieldWriter().field(3, field -> field.u8(1)));
        byte[] even = Envelope.wrap("TEST", new FieldWriter().field(4, field -> field.u8(1)));

        FieldReader fields = Envelope.unwrap("it", "TEST", odd);
        fields.end();

        assertThat(fields.optional(5, reader -> 1)).isEmpty();
        assertThatThrownBy(() -> Envelope.unwrap("it", "TEST", even).end()).isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> Envelope.unwrap("it", "ELSE", odd)).isInstanceOf(BrokenException.class);
        assertThatThrownBy(() -> fields.required(2, reader -> 1)).hasMessageContaining("field 2 is missing");
        assertThatThrownBy(() -> new FieldWriter().field(4, field -> {}).field(4, field -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Commit commit() {
        return commit(List.of(
                new Ancestor(id(3), Optional.of(id(4)), TIME),
                new Ancestor(id(4), Optional.empty(), TIME.minusNanos(1))));
    }

    private static Commit commit(List<Ancestor> lineage) {
        SnapshotRecord record = new SnapshotRecord(
                Optional.of("ann"),
                Optional.of("before the migration"),
                new TreeMap<>(Map.of("build", "17", "a", "ü")),
                new SnapshotRecord.Named(id(5), "db"),
                new SnapshotRecord.Named(id(6), "main"),
                true,
                false,
                Optional.of(new SnapshotRecord.Group(id(7), 1, 2, 300)),
                Optional.of(id(8)),
                Optional.of("flockerj 0.1"));
        return new Commit(
                id(1),
                id(2),
                Optional.of(id(3)),
                TIME,
                new TreeRef(hash("id"), hash("digest"), new Totals(3, 70_000, 69_000)),
                new PackList(List.of(pack("p"), pack("q")), List.of(hash("list"))),
                lineage,
                0,
                record);
    }

    private static Commit firstCommit() {
        SnapshotRecord record = new SnapshotRecord(
                Optional.empty(),
                Optional.empty(),
                new TreeMap<>(),
                new SnapshotRecord.Named(id(5), "db"),
                new SnapshotRecord.Named(id(6), "main"),
                false,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new SnapshotRecord.Torn(3, List.of("/data/log", "/ü"))));
        return new Commit(
                id(1),
                id(2),
                Optional.empty(),
                Instant.ofEpochSecond(-1),
                new TreeRef(hash("id"), hash("digest"), Totals.NONE),
                new PackList(List.of(), List.of()),
                List.of(),
                5,
                record);
    }

    private static PackInfo pack(String name) {
        return new PackInfo(hash(name), 1_000_000, 1000, hash(name + " footer"));
    }

    private static Id id(int number) {
        return new Id(number, number);
    }

    private static Hash hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
    }
}
