package io.flockerj.hub.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.hub.Hub;
import io.flockerj.hub.HubSettings;
import io.flockerj.hub.access.Admission;
import io.flockerj.hub.access.Caller;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.AuditLog;
import io.flockerj.hub.audit.Chain;
import io.flockerj.hub.audit.StoredHeads;
import io.flockerj.hub.catalogue.Catalogue;
import io.flockerj.hub.catalogue.Indexes;
import io.flockerj.hub.catalogue.Pusher;
import io.flockerj.hub.catalogue.Trees;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseLocation;
import io.flockerj.hub.guard.Deletion;
import io.flockerj.hub.guard.FolderBackend;
import io.flockerj.hub.guard.ReadGate;
import io.flockerj.hub.guard.Recording;
import io.flockerj.hub.http.Callers;
import io.flockerj.hub.http.CatalogueApi;
import io.flockerj.hub.http.Mount;
import io.flockerj.hub.http.Storehouses;
import io.flockerj.hub.limit.Limits;
import io.flockerj.hub.people.Account;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.HubAdmission;
import io.flockerj.hub.people.Passwords;
import io.flockerj.hub.people.Refusals;
import io.flockerj.hub.people.TestingPeople;
import io.flockerj.hub.people.TokenAuthentication;
import io.flockerj.hub.people.Tokens;
import io.flockerj.hub.people.desk.Desk;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** A whole hub on SQLite, asked over HTTP; each answer is checked against its description. */
final class TestingHub implements AutoCloseable, InstantSource {
    static final Duration RESTORABLE = Duration.ofDays(7);
    static final Description DESCRIPTION = Description.read();

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Random random = new Random(5);
    final Supplier<Id> ids = Id.source(random);
    /** Who makes salts waits as long as this is not open; each is counted before. */
    final SlowSalts salts = new SlowSalts();

    final Passwords passwords;
    final Database database;
    final Accounts accounts;
    final Tokens tokens;
    final HubAdmission admission;
    final DirectoryBackend storage;
    private final PeopleApi api;
    private final Catalogue catalogue;
    private final Indexes indexes;
    /** The operations that were answered, and did what they are for. */
    final Set<String> done = new TreeSet<>();

    private final AuditLog log;
    private final Hub hub;
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile Instant now = Instant.parse("2026-11-03T23:32:00.5Z");

    TestingHub(Path directory) throws IOException {
        this(directory, Limits.USUAL);
    }

    TestingHub(Path directory, Limits limits) throws IOException {
        storage = DirectoryBackend.open(directory.resolve("storage"), ids);
        database = Database.open(new DatabaseLocation.SqliteFile(directory.resolve("hub.db")));
        accounts = new Accounts(database, this, ids);
        tokens = new Tokens(database, this, ids, random);
        admission = new HubAdmission(database, this, RESTORABLE);
        log = AuditLog.begin(database, new StoredHeads(storage, ids), this, new Chain(ids.get(), now, "here", "1"));
        passwords = TestingPeople.passwords(database, this, salts);
        Desk desk = Desk.open(new Desk.Parts(database, admission, passwords, tokens, log::record, this, ids));
        api = new PeopleApi(desk, new Deletion(ids), "1.2.3");
        catalogue = new Catalogue(database, this);
        indexes = Indexes.open(directory.resolve("unused"), this);
        hub = Hub.start(
                new HubSettings("localhost", 0, Optional.empty(), directory.resolve("data"), limits, List.of()),
                new Hub.Parts(
                        storage,
                        Optional.of(catalogue),
                        admission,
                        new TokenAuthentication(tokens, this, new Refusals(log::record, this)),
                        recording(),
                        () -> {},
                        this,
                        ids,
                        List.of(api)));
    }

    /** Randomness for salts, which can be held back. */
    static final class SlowSalts implements RandomGenerator {
        private final Random random = new Random(6);
        volatile CountDownLatch asked = new CountDownLatch(0);
        volatile CountDownLatch open = new CountDownLatch(0);

        @Override
        public long nextLong() {
            asked.countDown();
            try {
                open.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            synchronized (random) {
                return random.nextLong();
            }
        }
    }

    private Recording recording() {
        return new Recording() {
            @Override
            public void act(Act act) throws IOException {
                log.record(act);
            }

            @Override
            public void read(Act act, long bytes) throws IOException {
                log.record(act);
            }
        };
    }

    @Override
    public Instant instant() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** Adds a user, and tells the secret of a session. */
    String user(String name) throws Exception {
        return session(accounts.addUser(new AccountName(name), "", false));
    }

    String administrator(String name) throws Exception {
        return session(accounts.addUser(new AccountName(name), "", true));
    }

    private String session(Account account) throws Exception {
        return TestingPeople.session(database, tokens, account.id());
    }

    Id id(String account) throws IOException {
        return accounts.idEver(new AccountName(account)).orElseThrow();
    }

    /** A volumeset, as if its maker had pushed. */
    Id volumeset(String owner, String name, String maker) throws Exception {
        Id id = ids.get();
        Caller caller = new Caller(Optional.of(new Caller.Account(id(maker), maker)), Optional.empty(), "::1", "r");
        assertThat(admission.make(caller, name(owner, name), id)).isEqualTo(Admission.Making.MADE);
        return id;
    }

    /** Pushes to a new volumeset, past the hub. */
    Pusher pusher(String owner, String name, String maker) throws Exception {
        return new Pusher(
                BackendRemote.create(FolderBackend.of(storage, new OwnerName(owner)), ids),
                volumeset(owner, name, maker),
                ids);
    }

    /** All that is described, as it is where a hub serves. */
    List<Mount> mounts(Callers callers, Storehouses storehouses) {
        List<Mount> mounts = new ArrayList<>(api.mounts(callers, storehouses));
        ReadGate gate = new ReadGate(storage, admission, recording());
        mounts.addAll(new CatalogueApi(gate, catalogue, new Trees(indexes, this)).mounts(callers, storehouses));
        return mounts;
    }

    static VolumesetName name(String owner, String name) {
        return new VolumesetName(new OwnerName(owner), name);
    }

    int port() {
        return hub.port();
    }

    /** What came back. */
    record Answer(int status, HttpHeaders headers, String text, Optional<JsonNode> body) {
        JsonNode json() {
            return body.orElseThrow(() -> new AssertionError("no JSON: " + status + " " + text));
        }

        String code() {
            return json().path("code").asText("");
        }

        String field() {
            return json().path("field").asText("");
        }

        List<String> each(String list, String field) {
            return json().get(list).findValuesAsText(field);
        }
    }

    Answer get(String token, String path) throws Exception {
        return call(token, "GET", path, "");
    }

    Answer post(String token, String path, String body) throws Exception {
        return call(token, "POST", path, body);
    }

    Answer put(String token, String path, String body) throws Exception {
        return call(token, "PUT", path, body);
    }

    Answer patch(String token, String path, String body) throws Exception {
        return call(token, "PATCH", path, body);
    }

    Answer delete(String token, String path) throws Exception {
        return call(token, "DELETE", path, "");
    }

    /**
     * Asks below /api/v1.
     *
     * @param token empty for nobody
     * @param body with ' for "; empty for none
     */
    Answer call(String token, String method, String path, String body) throws Exception {
        HttpRequest.Builder request = request(token, path);
        request.method(
                method,
                body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        return send(request.build());
    }

    HttpRequest.Builder request(String token, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + hub.port() + "/api/v1" + path))
                .timeout(Duration.ofSeconds(60));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    Answer send(HttpRequest request) throws Exception {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        String type = response.headers().firstValue("Content-Type").orElse("");
        Optional<JsonNode> body = type.endsWith("json")
                        && !type.contains("ndjson")
                        && !response.body().isEmpty()
                ? Optional.of(JSON.readTree(response.body()))
                : Optional.empty();
        Optional<String> operation =
                DESCRIPTION.find(request.method(), request.uri().getRawPath());
        if (operation.isPresent() && !type.contains("ndjson")) {
            assertThat(DESCRIPTION.faults(operation.get(), response.statusCode(), type, body))
                    .as(
                            "%s %s was answered %s %s",
                            request.method(), request.uri(), response.statusCode(), response.body())
                    .isEmpty();
            if (response.statusCode() < 300) {
                done.add(operation.get());
            }
        }
        return new Answer(response.statusCode(), response.headers(), response.body(), body);
    }

    @Override
    public void close() {
        client.close();
        hub.close();
        indexes.close();
        try {
            log.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        database.close();
    }
}
