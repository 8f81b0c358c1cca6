package io.flockerj.hub.deletion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.access.Admission.Making;
import io.flockerj.hub.access.BranchPattern;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.Outcome;
import io.flockerj.hub.catalogue.Catalogue;
import io.flockerj.hub.database.OnDatabase;
import io.flockerj.hub.guard.Deletion;
import io.flockerj.hub.guard.FolderBackend;
import io.flockerj.hub.guard.GuardedBackend;
import io.flockerj.hub.guard.Recording;
import io.flockerj.hub.guard.StoredNames;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.HubAdmission;
import io.flockerj.hub.people.Passwords;
import io.flockerj.hub.people.Place;
import io.flockerj.hub.people.Removals;
import io.flockerj.hub.people.Tokens;
import io.flockerj.hub.people.UnknownException;
import io.flockerj.hub.people.desk.Desk;
import io.flockerj.hub.people.desk.Paging;
import io.flockerj.hub.people.desk.ProtectionsDesk.Kind;
import io.flockerj.hub.people.desk.ProtectionsDesk.Protection;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendDecorator;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of deleted volumesets, in the database and in the storage. */
abstract class DeletionContract implements InstantSource {
    private static final OwnerName CREW = new OwnerName("crew");
    private static final VolumesetName DB = new VolumesetName(CREW, "db");
    private static final Duration RESTORABLE = Duration.ofDays(30);
    /** How many objects and values each volumeset has. */
    private static final int OBJECTS = 9;

    @RegisterExtension
    final OnDatabase on;

    @TempDir
    private Path directory;

    private final Random random = new Random(7);
    private final Supplier<Id> ids = Id.source(random);
    private final List<String> recorded = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-03T23:32:00Z");
    private Failing storage;
    private Caller caller = Caller.anonymous("::1", "r");
    private Id db = new Id(5, 5);

    DeletionContract(OnDatabase on) {
        this.on = on;
    }

    @Override
    public Instant instant() {
        return now;
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    /** A storage that can be made to fail from some call on. */
    private static final class Failing extends BackendDecorator implements StreamingBackend {
        private final StreamingBackend whole;
        private int calls = Integer.MAX_VALUE;

        Failing(StreamingBackend whole) {
            super(whole);
            this.whole = whole;
        }

        @Override
        protected <T> T around(ObjectName name, Call<T> call) throws IOException {
            if (calls-- <= 0) {
                throw new UnavailableException("no storage today", false, null);
            }
            return super.around(name, call);
        }

        @Override
        public boolean create(ObjectName name, Path content) throws IOException {
            return around(name, () -> whole.create(name, content));
        }

        @Override
        public Part open(ObjectName name, long from, long length) throws IOException {
            return around(name, () -> whole.open(name, from, length));
        }
    }

    private final class Recorder implements Recording {
        @Override
        public void act(Act act) {
            recorded.add(act.kind().written() + " " + act.outcome().written() + " "
                    + act.volumesetName().orElse(""));
        }

        @Override
        public void read(Act act, long bytes) {
            throw new AssertionError("nothing is read");
        }
    }

    @BeforeEach
    void volumesets() throws Exception {
        storage = new Failing(DirectoryBackend.open(directory.resolve("storage"), ids));
        Account crew = new Accounts(on.database(), this, ids).addUser(new AccountName("crew"), "", false);
        caller = new Caller(Optional.of(new Caller.Account(crew.id(), "crew")), Optional.empty(), "::1", "r");
        BackendRemote.create(backend(), ids);
        make(DB, db);
        make(new VolumesetName(CREW, "other"), new Id(6, 6));
    }

    private Backend backend() {
        return FolderBackend.of(storage, CREW);
    }

    private HubAdmission admission() {
        return new HubAdmission(on.database(), this, RESTORABLE);
    }

    private Making make(VolumesetName name, Id id) throws IOException {
        Making making = admission().make(caller, name, id);
        if (making == Making.MADE) {
            fill(id);
            new StoredNames(backend(), ids).follow(name.name(), id);
        }
        return making;
    }

    private void fill(Id id) throws IOException {
        for (int number = 0; number < 4; number++) {
            String hash = new Hash((long) number << 56, 2, 3, id.hashCode()).hex();
            put(id, "packs/" + hash.substring(0, 2) + "/" + hash);
        }
        put(id, "config");
        put(id, "commits/" + new Id(1, 1).hex());
        put(id, "tombstones/" + new Id(2, 2).hex());
        for (String value : List.of("branches/main", "tags/v1")) {
            backend().swap(in(id, value), Optional.empty(), new byte[] {1});
        }
    }

    private static ObjectName in(Id volumeset, String name) {
        return new ObjectName("volumesets/" + volumeset.hex() + "/" + name);
    }

    private void put(Id id, String name) throws IOException {
        backend().create(in(id, name), List.of(new byte[] {1, 2, 3}));
    }

    private List<String> held(Id id) throws IOException {
        List<String> held = new ArrayList<>();
        backend()
                .list(
                        new ObjectName("volumesets/" + id.hex()),
                        each -> held.add(each.name().text()));
        return held;
    }

    private RemovalRound hub(int most) {
        return new RemovalRound(
                new Removals(on.database(), this),
                new Catalogue(on.database(), this),
                storage,
                new Recorder(),
                this,
                ids,
                most);
    }

    private boolean round(RemovalRound hub) throws IOException {
        return hub.run(() -> true);
    }

    private void delete() throws IOException {
        admission().delete(caller, DB, db);
        new StoredNames(backend(), ids).free("db", db);
    }

    private Desk desk() {
        return Desk.open(new Desk.Parts(
                on.database(),
                admission(),
                new Passwords(on.database(), this, random),
                new Tokens(on.database(), this, ids, random),
                new Recorder()::act,
                this,
                ids));
    }

    /** A desk where, as soon as it has been decided who may do something, the volumeset gives its name to another. */
    private Desk deskWhereNamesChange(Id another) {
        return Desk.open(new Desk.Parts(
                on.database(),
                admission(),
                new Passwords(on.database(), this, random),
                new Tokens(on.database(), this, ids, random),
                act -> {
                    if (act.outcome() == Outcome.BEGUN) {
                        admission().delete(caller, DB, db);
                        admission().make(caller, DB, another);
                    }
                },
                this,
                ids));
    }

    @Test
    void whatWasAllowedForAVolumesetIsNotDoneToAnotherThatTookItsName() throws Exception {
        new Accounts(on.database(), this, ids).addUser(new AccountName("bert"), "", false);
        AccountName bert = new AccountName("bert");
        Place place = new Place.Volumeset(DB);
        BranchPattern main = new BranchPattern("main");
        List<Function<Desk, ThrowingCallable>> changes = List.of(
                desk -> () -> desk.volumesets().setVisibility(caller, DB, Visibility.PUBLIC),
                desk -> () -> desk.rights().give(caller, place, bert, Right.READ),
                desk -> () -> desk.protections().add(caller, new Protection(Kind.BRANCHES, main, place)));
        for (Function<Desk, ThrowingCallable> change : changes) {
            Id another = ids.get();
            assertThatThrownBy(change.apply(deskWhereNamesChange(another))).isInstanceOf(UnknownException.class);
            db = another;
        }

        assertThat(desk().volumesets().find(caller, DB).visibility()).isEqualTo(Visibility.PRIVATE);
        assertThat(desk().rights()
                        .list(caller, place, new Paging("", Paging.USUAL))
                        .items())
                .isEmpty();
        assertThat(desk().protections().list(caller, place)).isEmpty();
    }

    private VolumesetName restore(Optional<String> name) throws Exception {
        VolumesetName restored =
                desk().volumesets().restore(caller, DB, Optional.of(db), name).name();
        Recorder recorder = new Recorder();
        Deletion.follow(new GuardedBackend(storage, admission(), recorder, caller, CREW, ids), restored);
        return restored;
    }

    private BackendRemote remote() throws IOException {
        return BackendRemote.open(backend(), ids);
    }

    @Test
    void whatAVolumesetHeldGoesWhenItsTimeIsOverAndIsOnRecord() throws Exception {
        delete();
        RemovalRound hub = hub(100);
        pass(RESTORABLE.minusMillis(1));
        assertThat(round(hub)).isFalse();
        assertThat(held(db)).hasSize(OBJECTS);
        assertThat(recorded).isEmpty();

        pass(Duration.ofMillis(1));
        assertThat(round(hub)).isFalse();

        assertThat(held(db)).isEmpty();
        assertThat(held(new Id(6, 6))).hasSize(OBJECTS);
        assertThat(remote().names()).containsOnlyKeys("other");
        assertThat(recorded).containsExactly("removal begun crew/db");
        assertThatThrownBy(() -> restore(Optional.empty())).isInstanceOf(UnknownException.class);
        recorded.clear();
        assertThat(round(hub)).isFalse();
        assertThat(round(hub)).isFalse();
        assertThat(recorded).containsExactly("removal done crew/db");
        try (Stream<Path> left = Files.walk(directory.resolve("storage/owners/crew/volumesets"))) {
            assertThat(left.map(Path::toString)).noneMatch(path -> path.contains(db.hex()));
        }
    }

    @Test
    void anIdIsFreeOnlyWhenNothingWasFoundOfItForAWhile() throws Exception {
        delete();
        pass(RESTORABLE);
        RemovalRound hub = hub(100);
        round(hub);
        round(hub);
        pass(Removals.SETTLING.minusMillis(1));
        round(hub);
        assertThat(make(DB, db)).isEqualTo(Making.VOLUMESET_TAKEN);

        pass(Duration.ofMillis(1));
        round(hub);

        assertThat(make(DB, db)).isEqualTo(Making.MADE);
        pass(RESTORABLE.multipliedBy(2));
        round(hub);
        assertThat(held(db)).hasSize(OBJECTS);
    }

    /** In the tables of rights, and in those of the catalogue, as they are when somebody has pushed and looked. */
    private void note(Id id) throws IOException {
        for (String sql : List.of(
                "INSERT INTO grants (grantee_id, owner_id, volumeset_id, access_right, granted_by, granted)"
                        + " VALUES (:account, :account, :id, 'read', :account, 1)",
                "INSERT INTO protections (owner_id, volumeset_id, kind, pattern, created)"
                        + " VALUES (:account, :id, 'branch', 'main', 1)",
                "INSERT INTO catalogue_refs (owner, volumeset_id, name, version, generation)"
                        + " VALUES ('crew', :id, 'branches/main', '1', 1)",
                "INSERT INTO catalogue_snapshots (owner, volumeset_id, snapshot_id, taken, state, whole)"
                        + " VALUES ('crew', :id, 's', 1, 2, 1)",
                "INSERT INTO catalogue_facets (owner, volumeset_id, facet, taken, snapshot_id)"
                        + " VALUES ('crew', :id, 'f', 1, 's')")) {
            on.database()
                    .change(handle -> handle.createUpdate(sql)
                            .bind("account", caller.account().orElseThrow().id().hex())
                            .bind("id", id.hex())
                            .execute());
        }
    }

    /** The tables in which something is told of a volumeset. */
    private List<String> tablesWith(Id id) throws IOException {
        String tables = on.database().isSqlite()
                ? "SELECT name FROM sqlite_master WHERE type = 'table'"
                : "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
        return on.database()
                .read(handle -> handle.select(tables).mapTo(String.class).list().stream()
                        .filter(table -> handle.select("SELECT * FROM " + table).mapToMap().stream()
                                .anyMatch(row -> row.containsValue(id.hex())))
                        .sorted()
                        .toList());
    }

    @Test
    void nothingOfAVolumesetThatIsGoneIsLeftInAnyTable() throws Exception {
        note(db);
        note(new Id(6, 6));
        List<String> all = List.of(
                "catalogue_facets", "catalogue_refs", "catalogue_snapshots", "grants", "protections", "volumesets");
        assertThat(tablesWith(db)).isEqualTo(all);
        delete();
        pass(RESTORABLE.minusMillis(1));
        round(hub(100));
        assertThat(tablesWith(db)).isEqualTo(all);

        pass(Duration.ofMillis(1));
        round(hub(100));
        round(hub(100));
        pass(Removals.SETTLING);
        round(hub(100));

        assertThat(tablesWith(db)).isEmpty();
        assertThat(tablesWith(new Id(6, 6))).isEqualTo(all);
    }

    @Test
    void aRemovalIsNotOnRecordAsDoneWhileTheCatalogueTellsOfWhatWasThere() throws Exception {
        note(db);
        delete();
        pass(RESTORABLE);
        RemovalRound hub = hub(100);
        on.tamper("ALTER TABLE catalogue_snapshots RENAME TO elsewhere");
        round(hub);
        round(hub);
        pass(Removals.SETTLING);
        round(hub);
        assertThat(recorded).containsExactly("removal begun crew/db");
        assertThat(tablesWith(db)).contains("volumesets", "elsewhere");

        on.tamper("ALTER TABLE elsewhere RENAME TO catalogue_snapshots");
        round(hub);
        assertThat(recorded).containsExactly("removal begun crew/db", "removal done crew/db");
        assertThat(tablesWith(db)).doesNotContain("catalogue_snapshots").contains("volumesets");
        pass(Removals.SETTLING);
        round(hub);
        assertThat(recorded).hasSize(2);
        assertThat(tablesWith(db)).isEmpty();
    }

    @Test
    void whatArrivesBehindTheRemovalGoesAsWell() throws Exception {
        delete();
        pass(RESTORABLE);
        RemovalRound hub = hub(100);
        round(hub);
        round(hub);
        put(db, "commits/" + new Id(3, 3).hex());
        pass(Removals.SETTLING);

        round(hub);
        assertThat(held(db)).isEmpty();
        round(hub);
        assertThat(make(DB, db)).isEqualTo(Making.VOLUMESET_TAKEN);
        pass(Removals.SETTLING);
        round(hub);
        assertThat(make(DB, db)).isEqualTo(Making.MADE);
    }

    @Test
    void aRemovalDoesNotOvertakeWhatWasAllowedBeforeTheDeletion() throws Exception {
        new HubAdmission(on.database(), this, Duration.ZERO).delete(caller, DB, db);
        pass(Removals.GRACE.minusMillis(1));
        round(hub(100));
        assertThat(held(db)).hasSize(OBJECTS);

        pass(Duration.ofMillis(1));
        round(hub(100));
        assertThat(held(db)).isEmpty();
    }

    @Test
    void whatIsRestoredHasItsNameInTheStorageAndStays() throws Exception {
        delete();
        assertThat(remote().find("db")).isEmpty();
        pass(RESTORABLE.minusMillis(1));

        assertThat(restore(Optional.empty())).isEqualTo(DB);

        assertThat(remote().find("db")).contains(db);
        assertThat(recorded).containsExactly("restoration begun crew/db", "restoration done crew/db");
        pass(RESTORABLE.multipliedBy(2));
        round(hub(100));
        assertThat(held(db)).hasSize(OBJECTS);
        assertThat(admission().find(caller, DB)).isPresent();
    }

    @Test
    void whatIsRestoredUnderAnotherNameLeavesTheOldOneToWhoHasIt() throws Exception {
        delete();
        make(DB, new Id(8, 8));

        assertThat(restore(Optional.of("db-old"))).isEqualTo(new VolumesetName(CREW, "db-old"));

        assertThat(remote().find("db")).contains(new Id(8, 8));
        assertThat(remote().find("db-old")).contains(db);
    }

    @Test
    void aNameThatAHubLeftBehindIsFreedWithTheDataAndNoOthers() throws Exception {
        // As if the hub had ended between the two.
        admission().delete(caller, DB, db);
        assertThat(remote().find("db")).contains(db);
        pass(RESTORABLE);
        round(hub(100));
        assertThat(remote().find("db")).isEmpty();

        make(DB, new Id(8, 8));
        round(hub(100));
        assertThat(remote().find("db")).contains(new Id(8, 8));
    }

    @Test
    void aRoundHasAnEndAndTheNextGoesOn() throws Exception {
        delete();
        pass(RESTORABLE);
        RemovalRound hub = hub(4);

        assertThat(round(hub)).isTrue();
        assertThat(held(db)).hasSize(OBJECTS - 4);
        assertThat(round(hub)).isTrue();
        assertThat(round(hub)).isFalse();
        assertThat(held(db)).isEmpty();
    }

    @Test
    void whoIsLateStopsBeforeAnotherHasTheTurn() throws Exception {
        delete();
        pass(RESTORABLE);
        int[] asked = {0};
        hub(100).run(() -> {
            if (++asked[0] == 3) {
                pass(RemovalRound.TIME);
            }
            return true;
        });

        assertThat(held(db)).hasSize(OBJECTS - 2);
    }

    @Test
    void oneHubRemovesAtATimeAndAnotherGoesOnWhenItHasVanished() throws Exception {
        delete();
        pass(RESTORABLE);
        Removals removals = new Removals(on.database(), this);
        assertThat(removals.takeTurn(new Id(1, 1), Duration.ofMinutes(10))).isTrue();
        assertThat(removals.takeTurn(new Id(1, 1), Duration.ofMinutes(10))).isTrue();

        round(hub(100));
        assertThat(held(db)).hasSize(OBJECTS);

        pass(Duration.ofMinutes(10));
        round(hub(100));
        assertThat(held(db)).isEmpty();
    }

    @Test
    void whereverTheStorageFailsTheNextRoundGoesOnAndNothingElseIsTouched() throws Exception {
        delete();
        pass(RESTORABLE);
        boolean done = false;
        for (int calls = 0; !done; calls++) {
            assertThat(calls).isLessThan(1000);
            storage.calls = calls / 2;
            round(hub(100));
            done = recorded.contains("removal done crew/db");
        }
        storage.calls = Integer.MAX_VALUE;

        assertThat(held(db)).isEmpty();
        assertThat(held(new Id(6, 6))).hasSize(OBJECTS);
        pass(Removals.SETTLING);
        round(hub(100));
        assertThat(make(DB, db)).isEqualTo(Making.MADE);
    }

    @Test
    void oneThatCannotBeRemovedDoesNotKeepTheOthers() throws Exception {
        delete();
        admission().delete(caller, new VolumesetName(CREW, "other"), new Id(6, 6));
        pass(RESTORABLE);
        // Only the first is asked for its name, and fails.
        Path broken = directory.resolve("storage/owners/crew/volumesets/" + db.hex() + "/commits");
        Path aside = Files.move(broken, directory.resolve("aside"));
        Files.createSymbolicLink(broken, broken);

        round(hub(100));

        assertThat(held(new Id(6, 6))).isEmpty();
        Files.delete(broken);
        Files.move(aside, broken);
        round(hub(100));
        assertThat(held(db)).isEmpty();
    }
}
