package io.flockerj.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.store.RemoteObject.Kind;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteObjectTest {
    private static final Id VOLUMESET = new Id(1, 2);
    private static final Id SNAPSHOT = new Id(3, 4);
    private static final Hash HASH = new Hash(1L << 60, 6, 7, 8);
    private static final Layout LAYOUT = Layout.of(VOLUMESET);

    @Test
    void whatARepositoryCallsItsObjectsIsUnderstood() {
        Map<ObjectName, Kind> inRepository = Map.ofEntries(
                Map.entry(LAYOUT.config(), Kind.CONFIG),
                Map.entry(LAYOUT.epoch(), Kind.EPOCH),
                Map.entry(LAYOUT.packs(), Kind.PACKS),
                Map.entry(LAYOUT.pack(HASH), Kind.PACK),
                Map.entry(LAYOUT.list(HASH), Kind.LIST),
                Map.entry(LAYOUT.indexes(), Kind.INDEXES),
                Map.entry(LAYOUT.index(HASH), Kind.INDEX),
                Map.entry(LAYOUT.commits(), Kind.COMMITS),
                Map.entry(LAYOUT.commit(SNAPSHOT), Kind.COMMIT),
                Map.entry(LAYOUT.tombstone(SNAPSHOT), Kind.TOMBSTONE),
                Map.entry(LAYOUT.session(SNAPSHOT), Kind.SESSION),
                Map.entry(LAYOUT.ref("branches"), Kind.BRANCHES),
                Map.entry(LAYOUT.ref("branches/main"), Kind.BRANCH),
                Map.entry(LAYOUT.ref("tags"), Kind.TAGS),
                Map.entry(LAYOUT.ref("tags/v1.0"), Kind.TAG));

        inRepository.forEach((name, kind) -> {
            RemoteObject object = RemoteObject.parse(name).orElseThrow();
            assertThat(object.kind()).as("%s", name).isEqualTo(kind);
            assertThat(object.volumeset()).contains(VOLUMESET);
        });
        assertThat(RemoteObject.parse(LAYOUT.pack(HASH)).orElseThrow().hash()).isEqualTo(HASH);
        assertThat(RemoteObject.parse(LAYOUT.commit(SNAPSHOT)).orElseThrow().id())
                .isEqualTo(SNAPSHOT);
        assertThat(RemoteObject.parse(LAYOUT.ref("tags/v1.0")).orElseThrow().key())
                .isEqualTo("v1.0");
        assertThat(inRepository.values()).hasSize(Kind.values().length - 3);
    }

    @Test
    void whatARemoteCallsItsObjectsIsUnderstood() {
        assertThat(parse("flockerj")).contains(new RemoteObject(Kind.MARK, Optional.empty(), ""));
        assertThat(parse("names")).contains(new RemoteObject(Kind.NAMES, Optional.empty(), ""));
        assertThat(parse("names/db")).contains(new RemoteObject(Kind.NAME, Optional.empty(), "db"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tmp",
                "probes/1",
                "volumesets",
                "volumesets/1",
                "volumesets/00000000000000010000000000000002",
                "volumesets/00000000000000010000000000000002/flockerj",
                "volumesets/00000000000000010000000000000002/names/db",
                "volumesets/00000000000000010000000000000002/keys/00000000000000010000000000000002",
                "volumesets/00000000000000010000000000000002/lease",
                "volumesets/00000000000000010000000000000002/config/x",
                "volumesets/00000000000000010000000000000002/packs/ab",
                "volumesets/00000000000000010000000000000002/packs/1000000000000000000000000000000600000000000000070000000000000008",
                "volumesets/00000000000000010000000000000002/packs/11/1000000000000000000000000000000600000000000000070000000000000008",
                "volumesets/00000000000000010000000000000002/packs/1/1000000000000000000000000000000600000000000000070000000000000008",
                "volumesets/00000000000000010000000000000002/commits/1",
                "volumesets/00000000000000010000000000000002/commits/0000000000000001000000000000000A",
                "volumesets/00000000000000010000000000000002/branches/latest",
                "volumesets/00000000000000010000000000000002/branches/main/0000000000000000",
                "volumesets/00000000000000010000000000000002/sessions",
                "volumesets/00000000000000010000000000000002/lists",
                "volumesets/00000000000000010000000000000002/tombstones",
                "volumesets/0000000000000001000000000000000A/config",
                "config",
                "names/db/0000000000000000",
                "flockerj/x"
            })
    void whatIsNotOfTheFormatMeansNothing(String name) {
        assertThat(parse(name)).isEmpty();
    }

    private static Optional<RemoteObject> parse(String name) {
        return RemoteObject.parse(new ObjectName(name));
    }
}
