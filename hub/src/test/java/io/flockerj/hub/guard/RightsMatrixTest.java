package io.flockerj.hub.guard;

import static io.flockerj.hub.guard.TestingRemote.DB;
import static io.flockerj.hub.guard.TestingRemote.TEAM;
import static io.flockerj.hub.guard.TestingRemote.VOLUMESET;
import static io.flockerj.hub.guard.TestingRemote.hashed;
import static io.flockerj.hub.guard.TestingRemote.in;
import static io.flockerj.hub.guard.TestingRemote.named;
import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.access.BranchRules;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.TestingAdmission;
import io.flockerj.hub.access.TokenScope;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.store.RemoteObject;
import io.flockerj.store.RemoteObject.Kind;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend.Part;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.history.NameValue;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who may do what, all of it: every operation on every kind of object, by everybody, at every visibility. What is expected is written by
 * hand in two tables.
 */
class RightsMatrixTest {
    /**
     * What an operation takes, by kind: r to read, p to push, a to administer, s that the owner is seen, l that names are listed, - that nobody
     * may, m to push or, where nothing is seen, to make one.
     */
    private static final String NEEDS = """
            kind      OPEN CREATE LIST DELETE VALUE SWAP
            MARK      s    -      -    -      -     -
            NAME      -    -      -    -      r     a
            NAMES     -    -      l    -      -     -
            CONFIG    r    m      -    -      -     -
            EPOCH     -    -      -    -      r     -
            PACK      r    p      -    -      -     -
            PACKS     -    -      r    -      -     -
            LIST      r    p      -    -      -     -
            INDEX     r    p      -    p      -     -
            INDEXES   -    -      r    -      -     -
            COMMIT    r    p      -    -      -     -
            COMMITS   -    -      r    -      -     -
            TOMBSTONE r    -      -    -      -     -
            BRANCH    -    -      -    -      r     p
            BRANCHES  -    -      r    -      -     -
            TAG       -    -      -    -      r     p
            TAGS      -    -      r    -      -     -
            SESSION   -    -      -    p      p     p
            """;

    /**
     * What comes of what is needed: + it is done, 0 there is nothing, ! sign in, ? no such volumeset, x not allowed. Who sees nothing where a
     * push is needed finds no value, and can change nothing. m: may not make any, whether there is one or not.
     */
    private static final String OUTCOMES = """
            visibility caller        r p a s l m -
            private    anonymous     ! ! ! ! ! ! x
            private    stranger      0 ? 0 + 0 m x
            private    reader        + x x + + x x
            private    pusher        + + x + + + x
            private    publisher     + + x + + + x
            private    administrator + + + + + + x
            private    reading-token + x x + + x x
            private    pushing-token + + x + + + x
            private    foreign-token 0 ? 0 + 0 m x
            internal   anonymous     ! ! ! ! ! ! x
            internal   stranger      + x x + + x x
            internal   reader        + x x + + x x
            internal   pusher        + + x + + + x
            internal   publisher     + + x + + + x
            internal   administrator + + + + + + x
            internal   reading-token + x x + + x x
            internal   pushing-token + + x + + + x
            internal   foreign-token 0 ? 0 + 0 m x
            public     anonymous     + ! ! + + ! x
            public     stranger      + x x + + x x
            public     reader        + x x + + x x
            public     pusher        + + x + + + x
            public     publisher     + + x + + + x
            public     administrator + + + + + + x
            public     reading-token + x x + + x x
            public     pushing-token + + x + + + x
            public     foreign-token + x x + + x x
            """;

    @TempDir
    private Path directory;

    static Stream<Arguments> everybody() {
        return rows(OUTCOMES).map(row -> Arguments.of(Visibility.parse(row[0]).orElseThrow(), row[1]));
    }

    @ParameterizedTest
    @MethodSource("everybody")
    void everybodyMayDoWhatTheTablesSayAndNothingElse(Visibility visibility, String who) throws IOException {
        for (Kind kind : Kind.values()) {
            for (Operation operation : Operation.values()) {
                check(visibility, who, kind, operation);
            }
        }
    }

    private void check(Visibility visibility, String who, Kind kind, Operation operation) throws IOException {
        TestingRemote remote = new TestingRemote(directory);
        Recorded recorded = new Recorded();
        Storehouse storehouse =
                new GuardedBackend(remote.storage, admission(visibility), recorded, caller(who), TEAM, remote.ids);
        SortedMap<String, String> before = remote.storage.all();
        String expected = expected(visibility, who, need(kind, operation));

        String outcome = outcome(storehouse, remote, kind, operation);

        boolean isHidden = expected.equals("?") && operation == Operation.VALUE;
        assertThat(outcome).as("%s %s", operation, kind).isEqualTo(isHidden ? "0" : expected);
        if (!outcome.equals("+")) {
            assertThat(remote.storage.all()).as("%s %s", operation, kind).isEqualTo(before);
        }
        if (outcome.equals("m")) {
            assertThat(recorded.acts()).as("%s %s", operation, kind).isEmpty();
        }
        if (outcome.equals("x") && !need(kind, operation).equals("-")) {
            assertThat(recorded.acts())
                    .as("%s %s", operation, kind)
                    .extracting(act -> act.kind())
                    .containsExactly(ActKind.DENIAL);
        }
    }

    private static String need(Kind kind, Operation operation) {
        String[] columns = NEEDS.lines().findFirst().orElseThrow().split(" +");
        return rows(NEEDS)
                .filter(row -> row[0].equals(kind.name()))
                .map(row -> row[Arrays.asList(columns).indexOf(operation.name())])
                .findFirst()
                .orElseThrow();
    }

    private static String expected(Visibility visibility, String who, String need) {
        String[] columns = OUTCOMES.lines().findFirst().orElseThrow().split(" +");
        return rows(OUTCOMES)
                .filter(row -> row[0].equals(visibility.written()) && row[1].equals(who))
                .map(row -> row[Arrays.asList(columns).indexOf(need)])
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String[]> rows(String table) {
        return table.lines().skip(1).map(line -> line.split(" +"));
    }

    private static TestingAdmission admission(Visibility visibility) {
        return new TestingAdmission()
                .owner("team", "owner")
                .volumeset(
                        DB,
                        VOLUMESET,
                        visibility,
                        BranchRules.NONE,
                        Map.of(
                                "reader", Right.READ,
                                "pusher", Right.PUSH,
                                "publisher", Right.PUBLISH,
                                "administrator", Right.ADMIN));
    }

    private static Caller caller(String who) {
        return switch (who) {
            case "anonymous" -> Caller.anonymous("127.0.0.1", "1");
            case "reading-token" -> withToken("team/*", Right.READ);
            case "pushing-token" -> withToken("*/db", Right.PUSH);
            case "foreign-token" -> withToken("team/other", Right.ADMIN);
            default -> TestingAdmission.caller(who);
        };
    }

    /** The administrator, by a token that does not let do everything. */
    private static Caller withToken(String pattern, Right highest) {
        Caller administrator = TestingAdmission.caller("administrator");
        TokenScope scope = new TokenScope(new Id(8, 8), List.of(new VolumesetPattern(pattern)), highest);
        return new Caller(
                administrator.account(), Optional.of(scope), administrator.address(), administrator.request());
    }

    private static String outcome(Storehouse storehouse, TestingRemote remote, Kind kind, Operation operation)
            throws IOException {
        try {
            return attempt(storehouse, remote, kind, operation) ? "+" : "0";
        } catch (NoSuchObjectException e) {
            return "0";
        } catch (RefusedException e) {
            return switch (e.reason()) {
                case SIGN_IN -> "!";
                case NO_SUCH_VOLUMESET -> "?";
                case NOT_ALLOWED -> String.valueOf(e.getMessage()).startsWith("you may not make") ? "m" : "x";
                case NO_SUCH_OWNER, DAMAGED, UNACCEPTABLE -> throw e;
            };
        }
    }

    /** Does it with something that makes sense; tells whether it came to anything. */
    private static boolean attempt(Storehouse storehouse, TestingRemote remote, Kind kind, Operation operation)
            throws IOException {
        ObjectName there = there(kind);
        switch (operation) {
            case OPEN -> {
                try (Part part = storehouse.open(there, 0, 100)) {
                    return part.bytes().readAllBytes().length > 0;
                }
            }
            case CREATE -> {
                byte[] bytes = created(kind, remote);
                ObjectName name = isHashed(kind) ? hashed(folder(kind), bytes) : created(kind);
                storehouse.terms(name);
                // What makes a repository is there already.
                return storehouse.create(name, remote.deposit(bytes)) || kind == Kind.CONFIG;
            }
            case LIST -> {
                List<Listed> listed = new ArrayList<>();
                storehouse.list(there, listed::add);
                return !listed.isEmpty();
            }
            case DELETE -> {
                storehouse.delete(there);
                return true;
            }
            case VALUE -> {
                return storehouse.value(there).isPresent();
            }
            case SWAP -> {
                Optional<Version> version = remote.backend.value(there).map(Value::version);
                return storehouse.swap(there, version, swapped(kind, remote)).isPresent();
            }
        }
        throw new IllegalStateException("every operation is attempted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"anonymous", "stranger", "foreign-token"})
    void whoSeesNothingIsAnsweredAlikeWhetherThereIsSomethingOrNot(String who) throws IOException {
        TestingRemote remote = new TestingRemote(directory);
        Storehouse there = new GuardedBackend(
                remote.storage, admission(Visibility.PRIVATE), new Recorded(), caller(who), TEAM, remote.ids);
        Storehouse nowhere = new GuardedBackend(
                new MemoryStorage(),
                new TestingAdmission().owner("team", "owner"),
                new Recorded(),
                caller(who),
                TEAM,
                remote.ids);
        for (Kind kind : Kind.values()) {
            for (Operation operation : Operation.values()) {
                for (boolean knows : new boolean[] {true, false}) {
                    for (boolean isMade : new boolean[] {true, false}) {
                        if (kind != Kind.MARK) {
                            assertThat(answer(there, remote, kind, operation, knows, isMade))
                                    .as("%s %s", operation, kind)
                                    .isEqualTo(answer(nowhere, remote, kind, operation, knows, isMade));
                        }
                    }
                }
            }
        }
    }

    /** What somebody is answered, with all words. */
    private static String answer(
            Storehouse storehouse,
            TestingRemote remote,
            Kind kind,
            Operation operation,
            boolean knowsVersion,
            boolean isMade)
            throws IOException {
        try {
            if (operation != Operation.SWAP) {
                return String.valueOf(attempt(storehouse, remote, kind, operation));
            }
            Optional<Version> version =
                    knowsVersion ? remote.backend.value(there(kind)).map(Value::version) : Optional.empty();
            byte[] value = kind == Kind.NAME && isMade
                    ? new NameValue("db", Optional.of(VOLUMESET), remote.ids.get(), 1).write()
                    : swapped(kind, remote);
            return String.valueOf(storehouse.swap(there(kind), version, value).isPresent());
        } catch (NoSuchObjectException | RefusedException e) {
            return e.toString();
        }
    }

    private static boolean isHashed(Kind kind) {
        return kind == Kind.PACK || kind == Kind.LIST || kind == Kind.INDEX;
    }

    private static String folder(Kind kind) {
        return switch (kind) {
            case PACK -> "packs";
            case LIST -> "lists";
            case INDEX -> "index";
            default -> throw new IllegalArgumentException(kind.name());
        };
    }

    private static ObjectName there(Kind kind) {
        ObjectName name = switch (kind) {
            case MARK -> new ObjectName("flockerj");
            case NAME -> new ObjectName("names/db");
            case NAMES -> new ObjectName("names");
            case CONFIG -> in("config");
            case EPOCH -> in("epoch");
            case PACK, LIST, INDEX -> hashed(folder(kind), named(folder(kind), "there"));
            case PACKS -> in("packs");
            case INDEXES -> in("index");
            case COMMIT -> in("commits/" + TestingRemote.id(11).hex());
            case COMMITS -> in("commits");
            case TOMBSTONE -> in("tombstones/" + TestingRemote.TOMBSTONE.hex());
            case BRANCH -> in("branches/main");
            case BRANCHES -> in("branches");
            case TAG -> in("tags/v1");
            case TAGS -> in("tags");
            case SESSION -> in("sessions/" + TestingRemote.SESSION.hex());
        };
        assertThat(RemoteObject.parse(name).orElseThrow().kind()).isEqualTo(kind);
        return name;
    }

    private static ObjectName created(Kind kind) {
        return kind == Kind.COMMIT ? in("commits/" + TestingRemote.id(13).hex()) : there(kind);
    }

    private static byte[] created(Kind kind, TestingRemote remote) throws IOException {
        if (isHashed(kind)) {
            return named(folder(kind), "new");
        }
        return switch (kind) {
            case CONFIG -> remote.backend.read(in("config"), 0, 1000);
            case COMMIT -> TestingRemote.commit(13, 12);
            default -> new byte[8];
        };
    }

    private static byte[] swapped(Kind kind, TestingRemote remote) {
        return switch (kind) {
            case NAME -> new NameValue("db", Optional.empty(), remote.ids.get(), 2).write();
            case BRANCH -> remote.ref("branches/main", Optional.of(12), 2);
            case TAG -> remote.ref("tags/v1", Optional.of(12), 2);
            case SESSION -> remote.session(2);
            default -> new byte[8];
        };
    }
}
