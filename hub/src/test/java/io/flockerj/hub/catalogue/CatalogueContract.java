package io.flockerj.hub.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.hub.Hub;
import io.flockerj.hub.HubSettings;
import io.flockerj.hub.access.BranchRules;
import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.TestingAdmission;
import io.flockerj.hub.access.TokenScope;
import io.flockerj.hub.access.Visibility;
import io.flockerj.hub.access.VolumesetName;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.catalogue.Pusher.Said;
import io.flockerj.hub.catalogue.Pusher.Tree;
import io.flockerj.hub.database.OnDatabase;
import io.flockerj.hub.guard.ReadGate;
import io.flockerj.hub.guard.Recorded;
import io.flockerj.hub.http.TestingCertificates;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.Remote;
import io.flockerj.store.Repository;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.BackendDecorator;
import io.flockerj.store.backend.CaFile;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.RetryLimits;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.history.Ancestor;
import io.flockerj.store.id.Id;
import io.flockerj.store.place.OpenPlace;
import io.flockerj.store.place.PlaceLimits;
import io.flockerj.store.place.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What was pushed by way of a hub is shown by it as whole versions, over HTTPS. */
abstract class CatalogueContract {
    private static final Supplier<Id> IDS = Id.source(new SecureRandom());
    private static final RetryLimits FEW =
            new RetryLimits(3, Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(5));
    private static final Id DB = new Id(5, 5);
    private static final Stored STORED = new Stored(new OwnerName("team"), DB);
    private static final VolumesetName NAME = new VolumesetName(STORED.owner(), "db");

    /** Every question of the catalogue, below the address of a volumeset. */
    private static final List<String> QUESTIONS = List.of(
            "branches",
            "tags",
            "snapshots",
            "snapshots?branch=main",
            "snapshots/main",
            "snapshots/main/tree",
            "snapshots/main/file?path=etc/large",
            "snapshots/main/tar",
            "diff?from=main~&to=main");

    @RegisterExtension
    final OnDatabase on;

    @TempDir
    private Path directory;

    private final ObjectMapper json = new ObjectMapper();
    private final TestingAdmission admission = new TestingAdmission().owner("team", "alice");
    private final List<OpenPlace> opened = new ArrayList<>();
    private final Random random = new Random(3);
    private final byte[] large = bytes(700_000);
    private TestingCertificates certificates;
    private Hub hub;
    private DirectoryBackend storage;
    private Catalogue catalogue;
    private HttpClient client;
    private Remote remote;

    CatalogueContract(OnDatabase on) {
        this.on = on;
    }

    @BeforeEach
    void start() throws IOException {
        certificates = new TestingCertificates(directory);
        HubSettings settings =
                new HubSettings("localhost", 0, Optional.of(certificates.issue()), directory.resolve("data"));
        storage = DirectoryBackend.open(settings.storage(), IDS);
        catalogue = new Catalogue(on.database(), InstantSource.system());
        hub = Hub.start(
                settings,
                new Hub.Parts(
                        storage,
                        Optional.of(catalogue),
                        admission,
                        admission,
                        recorded,
                        () -> {},
                        InstantSource.system(),
                        IDS));
        client = HttpClient.newBuilder()
                .sslContext(CaFile.context(certificates.caFile()))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        remote = as("alice");
    }

    private final Recorded recorded = new Recorded();

    @AfterEach
    void stop() {
        client.close();
        opened.forEach(OpenPlace::close);
        hub.close();
    }

    private Remote as(String account) throws IOException {
        Path token = Files.createTempFile(
                directory,
                "token",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, account);
        Places places = new Places(InstantSource.system(), Thread::sleep, new SecureRandom(), IDS, path -> path);
        Map<String, String> options = Map.of(
                "token-file", token.toString(), "ca-file", certificates.caFile().toString());
        PlaceLimits limits = new PlaceLimits(8, FEW, OptionalLong.empty(), OptionalLong.empty());
        OpenPlace place = places.open("https://localhost:" + hub.port() + "/team", options, limits);
        opened.add(place);
        return BackendRemote.create(place.backend(), IDS);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> get(String account, String address, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("https://localhost:" + hub.port() + "/api/v1/volumesets/team/" + address));
        if (!account.isEmpty()) {
            request.header("Authorization", "Bearer " + account);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private JsonNode ask(String address) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get("alice", "db/" + address);
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return json.readTree(response.body());
    }

    private JsonNode problem(int status, String address) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get("alice", "db/" + address);
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(status);
        return json.readTree(response.body());
    }

    private static List<String> all(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> each.path(field).asText())
                .toList();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Two snapshots on main, one on side that comes from the first, and a tag. */
    private record Pushed(Pusher pusher, Id first, Id second, Id side) {}

    private Pushed push() throws IOException {
        Pusher pusher = newDatabase();
        Map<String, byte[]> files = new HashMap<>();
        files.put("etc/small", text("small"));
        files.put("etc/large", large);
        files.put("etc/link@", text("small"));
        files.put("var/lib/data", bytes(1000));
        Id first = pusher.commit(
                Optional.empty(), Said.at("2026-11-03T10:00:00Z").by("anna").label("job", "night"), Tree.of(files));
        pusher.branch("main", first);
        pusher.tag("v1", first);
        Map<String, byte[]> sideways = new HashMap<>(files);
        sideways.put("var/side", bytes(100));
        Id side = pusher.commit(
                Optional.of(first), Said.at("2026-11-03T12:00:00Z").by("bert"), Tree.of(sideways));
        pusher.branch("side", side);
        files.put("etc/small", text("changed"));
        files.remove("var/lib/data");
        files.put("new/deep/file", bytes(100));
        Id second = pusher.commit(
                Optional.of(first), Said.at("2026-11-03T11:00:00Z").by("anna").label("job", "day"), Tree.of(files));
        pusher.branch("main", second);
        return new Pushed(pusher, first, second, side);
    }

    @Test
    void branchesAndTagsAreThoseThatWerePushed() throws Exception {
        Pushed pushed = push();

        JsonNode branches = ask("branches").path("branches");
        assertThat(all(branches, "name")).containsExactly("main", "side");
        assertThat(branches.get(0).path("snapshot").path("id").asText())
                .isEqualTo(pushed.second().hex());
        assertThat(branches.get(0).path("movedBy").asText()).isEqualTo("test");
        assertThat(ask("branches?limit=1").path("next").asText()).isEqualTo("main");
        assertThat(all(ask("branches?limit=1&after=main").path("branches"), "name"))
                .containsExactly("side");
        JsonNode tags = ask("tags").path("tags");
        assertThat(all(tags, "name")).containsExactly("v1");
        assertThat(tags.get(0).path("snapshot").path("author").asText()).isEqualTo("anna");
    }

    @Test
    void branchesBehindOneWhoseSnapshotIsNotKnownAreStillTold() throws Exception {
        Pushed pushed = push();
        ask("branches");
        on.tamper(
                "DELETE FROM catalogue_snapshots WHERE snapshot_id = ?",
                pushed.second().hex());

        JsonNode first = ask("branches?limit=1");
        assertThat(first.path("branches")).isEmpty();
        assertThat(first.path("next").asText()).isEqualTo("main");
        assertThat(all(ask("branches?limit=1&after=main").path("branches"), "name"))
                .containsExactly("side");
    }

    @Test
    void snapshotsAreFoundByTimeLabelAuthorAndBranch() throws Exception {
        Pushed pushed = push();
        String first = pushed.first().hex();
        String second = pushed.second().hex();
        String side = pushed.side().hex();

        assertThat(found("")).containsExactly(side, second, first);
        assertThat(found("?from=2026-11-03T10:30:00Z")).containsExactly(side, second);
        assertThat(found("?to=2026-11-03T11:00:00Z")).containsExactly(first);
        assertThat(found("?author=anna")).containsExactly(second, first);
        assertThat(found("?author=nobody")).isEmpty();
        assertThat(found("?label=job")).containsExactly(second, first);
        assertThat(found("?label=job%3Dnight")).containsExactly(first);
        assertThat(found("?label=job%3Dnight&author=bert")).isEmpty();
        assertThat(found("?label=job&author=anna&from=2026-11-03T10:30:00Z")).containsExactly(second);
        assertThat(found("?branch=main")).containsExactly(second, first);
        assertThat(found("?branch=side&author=anna")).containsExactly(first);
        assertThat(found("?branch=side&from=2026-11-03T11:30:00Z")).containsExactly(side);
        assertThat(problem(404, "snapshots?branch=none").path("code").asText()).isEqualTo("no-such-ref");
        assertThat(problem(400, "snapshots?limit=0").path("detail").asText()).contains("1 to 1000");
        assertThat(problem(400, "snapshots?from=yesterday").path("detail").asText())
                .contains("from");
    }

    private List<String> found(String query) throws IOException, InterruptedException {
        return all(ask("snapshots" + query).path("snapshots"), "id");
    }

    @Test
    void pagesOfSnapshotsFollowEachOther() throws Exception {
        Pusher pusher = newDatabase();
        List<String> ids = new ArrayList<>();
        Optional<Id> parent = Optional.empty();
        Tree tree = Tree.of(Map.of("file", text("x")));
        for (int i = 0; i < 12; i++) {
            // Some at the same moment.
            Said said = Said.at(String.format("2026-11-03T10:%02d:00Z", i / 3)).label("even", String.valueOf(i % 2));
            parent = Optional.of(pusher.commit(parent, said, tree));
            ids.add(parent.get().hex());
        }
        pusher.branch("main", parent.orElseThrow());

        for (String query : List.of("", "&branch=main", "&label=even")) {
            List<String> paged = new ArrayList<>();
            String after = "";
            do {
                JsonNode page = ask("snapshots?limit=5" + query + after);
                paged.addAll(all(page.path("snapshots"), "id"));
                after = page.has("next") ? "&after=" + page.path("next").asText() : "";
            } while (!after.isEmpty());
            assertThat(paged).as(query).hasSize(12).containsExactlyInAnyOrderElementsOf(ids);
        }
        assertThat(found("?branch=main&limit=1000")).isEqualTo(ids.reversed());
        assertThat(ask("snapshots/main~11").path("id").asText()).isEqualTo(ids.getFirst());
        assertThat(problem(404, "snapshots/main~12").path("detail").asText()).contains("does not go back 12");
    }

    /** Makes a volumeset, and who pushes to it. */
    private Pusher newDatabase() throws IOException {
        remote.create(DB);
        remote.name("db", DB);
        return new Pusher(remote, DB, IDS);
    }

    /** So many snapshots on main, the oldest first. */
    private List<Id> pushLine(int number) throws IOException {
        Pusher pusher = newDatabase();
        List<Id> ids = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Optional<Id> parent = ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast());
            ids.add(pusher.commit(parent, Said.at("2026-11-03T10:0" + i + ":00Z"), Tree.of(Map.of("x", text("y")))));
        }
        pusher.branch("main", ids.getLast());
        return ids;
    }

    @Test
    void aSnapshotOfABranchIsFoundBehindOneThatSaysItIsOlder() throws Exception {
        Pusher pusher = newDatabase();
        Tree tree = Tree.of(Map.of("x", text("y")));
        Id first = pusher.commit(Optional.empty(), Said.at("2026-11-03T10:00:00Z"), tree);
        Id second = pusher.commit(Optional.of(first), Said.at("2026-11-03T12:00:00Z"), tree);
        // Of a host whose clock was late, and that did not mind.
        Id third = pusher.commit(Optional.of(second), Said.at("2026-11-03T11:00:00Z"), tree);
        Id fourth = pusher.commit(Optional.of(third), Said.at("2026-11-03T13:00:00Z"), tree);
        pusher.branch("main", fourth);

        assertThat(found("?branch=main&from=2026-11-03T11:30:00Z")).containsExactly(fourth.hex(), second.hex());
        assertThat(found("?branch=main&from=2026-11-03T11:30:00Z&to=2026-11-03T12:30:00Z"))
                .containsExactly(second.hex());
    }

    /** All ids that pages have which follow each other, one list for each page. */
    private List<List<Id>> pages(Catalogue.Bounds bounds, Optional<String> branch, List<String> labels, int limit)
            throws IOException {
        Catalogue small = new Catalogue(on.database(), InstantSource.system(), bounds);
        List<SnapshotQuery.Label> wanted = labels.stream()
                .map(label -> new SnapshotQuery.Label(label, Optional.empty()))
                .toList();
        List<List<Id>> pages = new ArrayList<>();
        Optional<Id> after = Optional.empty();
        do {
            SnapshotPage page = small.snapshots(
                    STORED,
                    new SnapshotQuery(
                            Optional.empty(), Optional.empty(), Optional.empty(), wanted, branch, after, limit));
            pages.add(page.snapshots().stream().map(Snapshot::id).toList());
            after = page.next();
        } while (after.isPresent());
        return pages;
    }

    /** Twelve on main, the oldest first: the first is rare, the first five are some, all but the last are usual. */
    private List<Id> pushLabelled() throws IOException {
        Pusher pusher = newDatabase();
        List<Id> ids = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Said said = Said.at(String.format("2026-11-03T10:%02d:00Z", i));
            said = i == 0 ? said.label("rare", "") : said;
            said = i < 5 ? said.label("some", "") : said;
            said = i < 11 ? said.label("usual", "") : said;
            Optional<Id> parent = ids.isEmpty() ? Optional.empty() : Optional.of(ids.getLast());
            ids.add(pusher.commit(parent, said, Tree.of(Map.of("x", text("y")))));
        }
        pusher.branch("main", ids.getLast());
        return ids;
    }

    @Test
    void anAnswerThatLooksAtNoMoreSaysWhereItGoesOn() throws Exception {
        List<Id> ids = pushLabelled();
        List<Id> newest = ids.reversed();
        Optional<String> main = Optional.of("main");
        for (int piece : new int[] {1, 3, 5, 200}) {
            Catalogue.Bounds bounds = new Catalogue.Bounds(5, piece, 3, 3);
            assertThat(pages(bounds, main, List.of("rare"), 100))
                    .as("pieces of %d", piece)
                    .containsExactly(List.of(), List.of(), List.of(ids.getFirst()));
            assertThat(pages(bounds, main, List.of("some"), 2))
                    .containsExactly(
                            List.of(),
                            List.of(ids.get(4), ids.get(3)),
                            List.of(ids.get(2), ids.get(1)),
                            List.of(ids.get(0)));
            assertThat(pages(bounds, main, List.of(), 100))
                    .containsExactly(newest.subList(0, 5), newest.subList(5, 10), newest.subList(10, 12));
            assertThat(pages(bounds, Optional.empty(), List.of(), 100)).containsExactly(newest);
            assertThat(pages(bounds, Optional.empty(), List.of("usual", "some"), 3))
                    .containsExactly(List.of(ids.get(4), ids.get(3), ids.get(2)), List.of(ids.get(1), ids.get(0)));
        }
    }

    @Test
    void whatThereIsLeastOfIsGoneThrough() throws Exception {
        pushLabelled();
        String rare = Facets.label("rare", Optional.empty());
        String some = Facets.label("some", Optional.empty());
        String usual = Facets.label("usual", Optional.empty());
        String none = Facets.author("nobody");
        List<String> asked = List.of(usual, some, rare, none);

        assertThat(rarestFirst(asked, 100)).containsExactly(none, rare, some, usual);
        assertThat(rarestFirst(asked, 3)).startsWith(none, rare);
        assertThat(rarestFirst(List.of(usual, some), 3))
                .as("there are more than three of each")
                .containsExactly(some, usual);
        assertThat(rarestFirst(List.of(usual, some), 0))
                .as("there are more of each than are ever counted")
                .containsExactly(usual, some);
    }

    private List<String> rarestFirst(List<String> facets, int counted) throws IOException {
        return on.database().read(handle -> new CatalogueRows(handle, STORED).rarestFirst(facets, counted));
    }

    @Test
    void rowsGoSomeAtATimeAndComeBackWhereSomebodyLooksInBetween() throws Exception {
        List<Id> ids = pushLabelled();
        Catalogue small = new Catalogue(on.database(), InstantSource.system(), new Catalogue.Bounds(5, 3, 3, 3));
        List<String> before = rows();
        int[] left = {2};

        assertThat(small.forget(STORED, () -> left[0]-- > 0)).isFalse();

        assertThat(rows()).noneMatch(row -> row.startsWith("catalogue_refs"));
        assertThat(rows().stream().filter(row -> row.startsWith("catalogue_snapshots")))
                .hasSize(ids.size() - 6);
        hub.close();
        start();
        assertThat(found("")).isEqualTo(ids.reversed().stream().map(Id::hex).toList());
        assertThat(rows()).isEqualTo(before);

        assertThat(small.forget(STORED, () -> true)).isTrue();
        assertThat(rows()).isEmpty();
    }

    @Test
    @Timeout(60)
    void aPageBehindASnapshotWhoseOriginIsGoneIsRefused() throws Exception {
        List<Id> ids = pushLine(4);
        JsonNode page = ask("snapshots?branch=main&limit=2");
        assertThat(page.path("next").asText()).isEqualTo(ids.get(2).hex());
        on.tamper(
                "DELETE FROM catalogue_snapshots WHERE snapshot_id = ?",
                ids.get(1).hex());

        assertThat(problem(400, "snapshots?branch=main&after=" + ids.get(2).hex())
                        .path("detail")
                        .asText())
                .contains("begin anew");
        assertThat(problem(503, "snapshots?branch=main").path("code").asText()).isEqualTo("catalogue-behind");
    }

    @Test
    @Timeout(60)
    void aPageBehindASnapshotThatIsNotShownIsRefused() throws Exception {
        List<Id> ids = pushLine(2);
        on.tamper(
                "UPDATE catalogue_snapshots SET whole = 0 WHERE snapshot_id = ?",
                ids.get(1).hex());

        assertThat(problem(400, "snapshots?branch=main&after=" + ids.get(1).hex())
                        .path("detail")
                        .asText())
                .contains("begin anew");
        assertThat(problem(404, "snapshots?branch=none&after=" + ids.get(0).hex())
                        .path("code")
                        .asText())
                .isEqualTo("no-such-ref");
    }

    @Test
    void aSnapshotIsNamedByTagBranchAndId() throws Exception {
        Pushed pushed = push();

        assertThat(ask("snapshots/v1").path("id").asText())
                .isEqualTo(pushed.first().hex());
        assertThat(ask("snapshots/main~").path("id").asText())
                .isEqualTo(pushed.first().hex());
        assertThat(ask("snapshots/" + pushed.side().hex().substring(0, 12))
                        .path("id")
                        .asText())
                .isEqualTo(pushed.side().hex());
        JsonNode second = ask("snapshots/" + pushed.second().hex());
        assertThat(second.path("parent").asText()).isEqualTo(pushed.first().hex());
        assertThat(second.path("labels").path("job").asText()).isEqualTo("day");
        assertThat(second.path("entries").asInt()).isEqualTo(7);
        assertThat(problem(404, "snapshots/none").path("code").asText()).isEqualTo("no-such-ref");
        assertThat(problem(400, "snapshots/a%20b").path("code").asText()).isEqualTo("bad-request");
    }

    @Test
    void aSnapshotThatNoRefLeadsToIsNotShown() throws Exception {
        Pushed pushed = push();
        Id alone = pushed.pusher()
                .commit(Optional.of(pushed.second()), Said.at("2026-11-03T13:00:00Z"), Tree.of(Map.of("x", text("y"))));

        problem(404, "snapshots/" + alone.hex());
        pushed.pusher().branch("side", pushed.first());
        problem(404, "snapshots/" + pushed.side().hex());
        pushed.pusher().tag("later", alone);

        assertThat(ask("snapshots/later").path("id").asText()).isEqualTo(alone.hex());
        assertThat(found(""))
                .containsExactly(
                        alone.hex(), pushed.second().hex(), pushed.first().hex());
    }

    @Test
    void aTreeIsShownPageByPage() throws Exception {
        Pusher pusher = newDatabase();
        Map<String, byte[]> files = new HashMap<>();
        for (int i = 0; i < 2500; i++) {
            files.put(String.format("many/file %04d", i), text("x" + i));
        }
        files.put("ctrl/a\nb\\c", text("x"));
        pusher.branch("main", pusher.commit(Optional.empty(), Said.at("2026-11-03T10:00:00Z"), Tree.of(files)));

        List<String> names = new ArrayList<>();
        String after = "";
        do {
            JsonNode page = ask("snapshots/main/tree?path=many&limit=1000" + after);
            names.addAll(all(page.path("entries"), "name"));
            after = page.has("next") ? "&after=" + encoded(page.path("next").asText()) : "";
        } while (!after.isEmpty());

        assertThat(names).hasSize(2500).isSorted().startsWith("file 0000").endsWith("file 2499");
        JsonNode root = ask("snapshots/main/tree");
        assertThat(all(root.path("entries"), "name")).containsExactly("ctrl", "many");
        assertThat(root.path("entry").path("type").asText()).isEqualTo("directory");
        assertThat(root.path("entries").get(1).path("entries").asInt()).isEqualTo(2500);
        assertThat(all(ask("snapshots/main/tree?path=ctrl").path("entries"), "name"))
                .containsExactly("a\\x0ab\\\\c");
        assertThat(get("alice", "db/snapshots/main/file?path=" + encoded("ctrl/a\\x0ab\\\\c"))
                        .body())
                .isEqualTo(text("x"));
        problem(404, "snapshots/main/tree?path=none");
        problem(404, "snapshots/main/tree?path=many/none/deep");
        problem(400, "snapshots/main/tree?path=../etc");
        problem(400, "snapshots/main/tree?path=%5Cx2f");
    }

    @Test
    void aFileComesWholeAndInParts() throws Exception {
        push();
        String address = "db/snapshots/main/file?path=etc/large";

        HttpResponse<byte[]> whole = get("alice", address);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).isEqualTo(large);
        assertThat(whole.headers().firstValue("Content-Type")).contains("application/octet-stream");
        HttpResponse<byte[]> part = get("alice", address, "Range", "bytes=300000-300099");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(large, 300_000, 300_100));
        assertThat(part.headers().firstValue("Content-Range")).contains("bytes 300000-300099/700000");
        assertThat(get("alice", address, "Range", "bytes=699999-").body())
                .isEqualTo(Arrays.copyOfRange(large, 699_999, 700_000));
        assertThat(get("alice", address, "Range", "bytes=700000-").statusCode()).isEqualTo(416);
        String tag = whole.headers().firstValue("ETag").orElseThrow();
        assertThat(get("alice", address, "Range", "bytes=1-1", "If-Range", tag).statusCode())
                .isEqualTo(206);
        assertThat(get("alice", address, "Range", "bytes=1-1", "If-Range", "\"other\"")
                        .body())
                .isEqualTo(large);
        HttpRequest head = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + hub.port() + "/api/v1/volumesets/team/" + address))
                .header("Authorization", "Bearer alice")
                .HEAD()
                .build();
        int before = recorded.reads();
        assertThat(client.send(head, HttpResponse.BodyHandlers.ofByteArray())
                        .headers()
                        .firstValue("Content-Length"))
                .contains("700000");
        assertThat(recorded.reads()).isEqualTo(before + 1);
        get("alice", address, "Range", "bytes=700000-");
        assertThat(recorded.reads()).isEqualTo(before + 2);
        assertThat(get("alice", "db/snapshots/main/file?path=etc/small").body()).isEqualTo(text("changed"));
        assertThat(get("alice", "db/snapshots/v1/file?path=etc/small").body()).isEqualTo(text("small"));
        assertThat(problem(409, "snapshots/main/file?path=etc").path("code").asText())
                .isEqualTo("other-type");
        problem(409, "snapshots/main/file?path=etc/link@");
    }

    @Test
    void anArchiveHoldsWhatTheSnapshotHolds() throws Exception {
        Pusher pusher = newDatabase();
        byte[] holes = new byte[300_000];
        System.arraycopy(large, 0, holes, 100_000, 50_000);
        for (int i = 0; i < holes.length; i++) {
            boolean isData = i >= 100_000 && i < 150_000;
            holes[i] = isData && holes[i] == 0 ? 1 : holes[i];
        }
        String longName = "long/" + "name-".repeat(40) + "ä";
        Map<String, byte[]> files = new HashMap<>();
        files.put("etc/small", text("small"));
        files.put("etc/large", large);
        files.put("etc/link@", text("small"));
        files.put("etc/holes*", holes);
        files.put(longName, text("long"));
        pusher.branch("main", pusher.commit(Optional.empty(), Said.at("2026-11-03T10:00:00Z"), Tree.of(files)));

        Path whole = extracted("snapshots/main/tar");
        assertThat(Files.readAllBytes(whole.resolve("etc/large"))).isEqualTo(large);
        assertThat(Files.readAllBytes(whole.resolve("etc/holes*"))).isEqualTo(holes);
        assertThat(Files.readSymbolicLink(whole.resolve("etc/link@"))).hasToString("small");
        assertThat(Files.readString(whole.resolve(longName))).isEqualTo("long");
        assertThat(Files.getLastModifiedTime(whole.resolve("etc/small")).toInstant())
                .isEqualTo(Instant.ofEpochSecond(1_700_000_000, 5));
        Path part = extracted("snapshots/main/tar?path=etc/");
        assertThat(Files.readAllBytes(part.resolve("etc/large"))).isEqualTo(large);
        assertThat(part.resolve("long")).doesNotExist();
        Path file = extracted("snapshots/main/tar?path=etc/small");
        assertThat(Files.readString(file.resolve("small"))).isEqualTo("small");
    }

    private Path extracted(String address) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get("alice", "db/" + address);
        assertThat(response.statusCode()).isEqualTo(200);
        Path archive = Files.write(Files.createTempFile(directory, "archive", ".tar"), response.body());
        Path to = Files.createTempDirectory(directory, "extracted");
        Process tar = new ProcessBuilder("tar", "-xf", archive.toString(), "-C", to.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tar.waitFor()).as(said).isZero();
        return to;
    }

    @Test
    void aDifferenceIsToldInOrderAcrossBranchesToo() throws Exception {
        push();

        assertThat(changes("from=v1&to=main"))
                .containsExactly(
                        "changed etc/small",
                        "added new",
                        "added new/deep",
                        "added new/deep/file",
                        "removed var",
                        "removed var/lib",
                        "removed var/lib/data");
        assertThat(changes("from=side&to=main"))
                .containsExactly(
                        "changed etc/small",
                        "added new",
                        "added new/deep",
                        "added new/deep/file",
                        "removed var",
                        "removed var/lib",
                        "removed var/lib/data",
                        "removed var/side");
        assertThat(changes("from=main&to=v1&path=new"))
                .containsExactly("removed new", "removed new/deep", "removed new/deep/file");
        assertThat(changes("from=main&to=main")).isEmpty();
        JsonNode small =
                ask("diff?from=v1&to=main&path=etc/small").path("changes").get(0);
        assertThat(small.path("aspects").get(0).asText()).isEqualTo("content");
        assertThat(small.path("oldSize").asInt()).isEqualTo(5);
        assertThat(small.path("size").asInt()).isEqualTo(7);
        problem(404, "diff?from=v1&to=main&path=none");
        problem(400, "diff?from=v1");
        problem(400, "diff?from=v1&to=main&path=etc&after=new");
    }

    private List<String> changes(String query) throws IOException, InterruptedException {
        List<String> changes = new ArrayList<>();
        for (JsonNode change : ask("diff?" + query).path("changes")) {
            changes.add(change.path("kind").asText() + " " + change.path("path").asText());
        }
        return changes;
    }

    @Test
    void pagesOfADifferenceFollowEachOther() throws Exception {
        Pusher pusher = newDatabase();
        Map<String, byte[]> files = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            files.put("d" + random.nextInt(6) + "/e" + random.nextInt(4) + "/f" + i, text("x" + i));
        }
        Id first = pusher.commit(Optional.empty(), Said.at("2026-11-03T10:00:00Z"), Tree.of(files));
        for (String path : Set.copyOf(files.keySet())) {
            switch (random.nextInt(4)) {
                case 0 -> files.remove(path);
                case 1 -> files.put(path, text("y"));
                case 2 -> files.put(path + "-more/g", text("z"));
                default -> {}
            }
        }
        files.keySet().removeIf(path -> path.startsWith("d2/"));
        Id second = pusher.commit(Optional.of(first), Said.at("2026-11-03T11:00:00Z"), Tree.of(files));
        pusher.branch("main", second);
        List<String> whole = changes("from=main~&to=main&limit=1000");

        for (int limit : new int[] {1, 2, 7}) {
            List<String> paged = new ArrayList<>();
            String after = "";
            do {
                JsonNode page = ask("diff?from=main~&to=main&limit=" + limit + after);
                for (JsonNode change : page.path("changes")) {
                    paged.add(change.path("kind").asText() + " "
                            + change.path("path").asText());
                }
                after = page.has("next") ? "&after=" + encoded(page.path("next").asText()) : "";
            } while (!after.isEmpty());
            assertThat(paged).as("limit %d", limit).isEqualTo(whole);
        }
        assertThat(whole).hasSizeGreaterThan(150);
    }

    @Test
    void whatIsAskedIsDecidedByRights() throws Exception {
        push();
        admission.scope("token", scope("team/db"));
        admission.scope("foreign", scope("team/other"));
        for (Visibility visibility : Visibility.values()) {
            Map<String, Right> rights =
                    Map.of("alice", Right.ADMIN, "reader", Right.READ, "token", Right.ADMIN, "foreign", Right.ADMIN);
            admission.volumeset(NAME, DB, visibility, BranchRules.NONE, rights);
            Map<String, Integer> expected = new HashMap<>(Map.of("alice", 200, "reader", 200, "token", 200));
            expected.put("foreign", visibility == Visibility.PUBLIC ? 200 : 404);
            expected.put("stranger", visibility == Visibility.PRIVATE ? 404 : 200);
            expected.put("", visibility == Visibility.PUBLIC ? 200 : 401);
            for (String question : QUESTIONS) {
                for (Map.Entry<String, Integer> each : expected.entrySet()) {
                    HttpResponse<byte[]> response = get(each.getKey(), "db/" + question);
                    assertThat(response.statusCode())
                            .as(visibility + " " + each.getKey() + " " + question)
                            .isEqualTo(each.getValue());
                    HttpResponse<byte[]> none = get(each.getKey(), "none/" + question);
                    assertThat(none.statusCode()).isEqualTo(each.getKey().isEmpty() ? 401 : 404);
                    if (each.getValue() == 404) {
                        assertThat(withoutRequest(response)).isEqualTo(withoutRequest(none));
                    }
                }
            }
        }
    }

    private static TokenScope scope(String pattern) {
        return new TokenScope(new Id(1, pattern.length()), List.of(new VolumesetPattern(pattern)), Right.READ);
    }

    private static String withoutRequest(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8).replaceAll("\"request\":\"[^\"]*\"", "");
    }

    @Test
    void everyReadIsOnRecord() throws Exception {
        push();
        admission.volumeset(NAME, DB, Visibility.PUBLIC, BranchRules.NONE, Map.of());
        for (String question : QUESTIONS) {
            int before = reads();
            assertThat(get("", "db/" + question).statusCode()).isEqualTo(200);
            assertThat(reads()).as(question).isEqualTo(before + 1);
        }
        int before = reads();
        get("", "none/branches");
        problem(404, "snapshots/none");
        assertThat(reads()).isEqualTo(before);
    }

    private int reads() {
        return recorded.reads();
    }

    @Test
    void whatTheHubLeftUndoneIsPutRightWhenItIsLookedAt() throws Exception {
        Pushed pushed = push();
        assertThat(found("")).hasSize(3);
        // As a hub that was killed between the two would leave it, or another hub that was.
        Remote straight = straight();
        Pusher aside = new Pusher(straight, DB, IDS);
        Id third = aside.commit(
                Optional.of(pushed.second()), Said.at("2026-11-03T14:00:00Z"), Tree.of(Map.of("x", text("y"))));
        aside.tag("v3", third);
        problem(404, "snapshots/v3");

        hub.close();
        start();

        assertThat(ask("snapshots/v3").path("id").asText()).isEqualTo(third.hex());
        assertThat(found(""))
                .containsExactly(
                        third.hex(),
                        pushed.side().hex(),
                        pushed.second().hex(),
                        pushed.first().hex());
    }

    private Remote straight() throws IOException {
        return BackendRemote.open(ReadGate.remote(storage, STORED.owner()), IDS);
    }

    @Test
    void aCatalogueIsMadeAnewFromTheStorage() throws Exception {
        Pushed pushed = push();
        pushed.pusher().branch("side", pushed.first());
        Id gone = IDS.get();
        Id older = IDS.get();
        Instant time = Instant.parse("2026-11-02T10:00:00Z");
        Id other = pushed.pusher()
                .commit(
                        Optional.of(gone),
                        Said.at("2026-11-03T15:00:00Z"),
                        Tree.of(Map.of("x", text("y"))),
                        List.of(
                                new Ancestor(gone, Optional.of(older), time),
                                new Ancestor(older, Optional.of(pushed.first()), time)));
        pushed.pusher().branch("other", other);
        assertThat(found("?branch=other"))
                .containsExactly(other.hex(), pushed.first().hex());
        assertThat(ask("snapshots/other~").path("id").asText())
                .isEqualTo(pushed.first().hex());
        List<String> before = rows();

        catalogue.rebuild(ReadGate.remote(storage, STORED.owner()), STORED);

        assertThat(rows()).isEqualTo(before).hasSizeGreaterThan(10);
        on.tamper("DELETE FROM catalogue_snapshots");
        on.tamper("UPDATE catalogue_refs SET generation = 1000, version = 'x'");
        catalogue.rebuild(ReadGate.remote(storage, STORED.owner()), STORED);
        assertThat(rows()).isEqualTo(before);
        // A storage that was put back to an earlier state is the truth all the same.
        on.tamper("UPDATE catalogue_refs SET generation = 1000, version = 'x'");
        hub.close();
        start();
        ask("branches");
        assertThat(rows()).isEqualTo(before);
    }

    private List<String> rows() throws IOException {
        return on.database().read(handle -> new CatalogueRows(handle, STORED).dump());
    }

    @Test
    void whatIsDamagedInTheStorageIsToldAndNeverServed() throws Exception {
        Pusher pusher = newDatabase();
        byte[] longer = bytes(1_500_000);
        pusher.branch(
                "main",
                pusher.commit(
                        Optional.empty(), Said.at("2026-11-03T10:00:00Z"), Tree.of(Map.of("etc/longer", longer))));
        String file = "db/snapshots/main/file?path=etc/longer";
        Path packs = directory.resolve("data/storage/owners/team/volumesets/" + DB.hex() + "/packs");
        // The data lie before the nodes, in frames of half a megabyte: the tree can be read, and the end of the file
        // cannot.
        Path pack = files(packs).getFirst();
        byte[] bytes = Files.readAllBytes(pack);
        Files.setPosixFilePermissions(pack, PosixFilePermissions.fromString("rw-------"));
        bytes[1_250_000] ^= 1;
        Files.write(pack, bytes);

        assertThat(all(ask("snapshots/main/tree?path=etc").path("entries"), "name"))
                .containsExactly("longer");
        assertThatThrownBy(() -> get("alice", file)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get("alice", "db/snapshots/main/tar")).isInstanceOf(IOException.class);
        assertThat(get("alice", file, "Range", "bytes=0-99").body()).isEqualTo(Arrays.copyOf(longer, 100));
        HttpResponse<byte[]> bad = get("alice", file, "Range", "bytes=1250000-1250099");
        assertThat(bad.statusCode()).isEqualTo(502);
        assertThat(bad.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json.readTree(bad.body()).path("detail").asText()).contains("pack " + pack.getFileName());

        Files.delete(pack);
        JsonNode missing = problem(502, "snapshots/main/tree");
        assertThat(missing.path("code").asText()).isEqualTo("storage-damaged");
    }

    @Test
    void aCircleOfParentsHasAnEnd() throws Exception {
        Pusher pusher = newDatabase();
        Instant time = Instant.parse("2026-11-03T10:00:00Z");
        Tree tree = Tree.of(Map.of("x", text("y")));
        Id promised = new Id(6, 6);
        // The lineage says that there is nothing before; what is pushed then says otherwise.
        Id first = pusher.commit(
                Optional.of(promised),
                Said.at("2026-11-03T10:00:00Z"),
                tree,
                List.of(new Ancestor(promised, Optional.empty(), time)));
        Pusher other = new Pusher(remote, DB, () -> promised);
        other.commit(Optional.of(first), Said.at("2026-11-03T10:00:00Z"), tree);
        pusher.branch("main", first);

        assertThat(found("")).containsExactlyInAnyOrder(first.hex(), promised.hex());
        assertThat(found("?branch=main&limit=3")).containsExactly(first.hex(), promised.hex(), first.hex());
        assertThat(problem(404, "snapshots/main~999999").path("detail").asText())
                .contains("does not go back");
    }

    @Test
    void aDamagedCommitHidesOnlyWhatComesBeforeIt() throws Exception {
        Pushed pushed = push();
        Path commit = directory.resolve("data/storage/owners/team/volumesets/" + DB.hex() + "/commits/"
                + pushed.second().hex());
        byte[] bytes = Files.readAllBytes(commit);
        bytes[60] ^= 1;
        Files.write(commit, bytes);

        assertThat(problem(502, "snapshots/main/tree").path("detail").asText())
                .contains(pushed.second().hex());
        catalogue.rebuild(ReadGate.remote(storage, STORED.owner()), STORED);

        JsonNode main = ask("snapshots/main");
        assertThat(main.path("damaged").asBoolean()).isTrue();
        assertThat(problem(502, "snapshots/main/tree").path("code").asText()).isEqualTo("storage-damaged");
        assertThat(found("?branch=side"))
                .containsExactly(pushed.side().hex(), pushed.first().hex());
    }

    @Test
    void whatComesBeforeACommitIsShownWhenThatWasRepaired() throws Exception {
        Pusher pusher = newDatabase();
        Tree tree = Tree.of(Map.of("x", text("y")));
        Id first =
                pusher.commit(Optional.empty(), Said.at("2026-11-03T10:00:00Z").by("anna"), tree);
        Id second = pusher.commit(
                Optional.of(first), Said.at("2026-11-03T11:00:00Z").by("anna"), tree);
        Id third = pusher.commit(
                Optional.of(second), Said.at("2026-11-03T12:00:00Z").by("anna"), tree);
        pusher.branch("main", third);
        Path commit = directory.resolve("data/storage/owners/team/volumesets/" + DB.hex() + "/commits/" + third.hex());
        byte[] bytes = Files.readAllBytes(commit);
        byte[] damaged = bytes.clone();
        damaged[60] ^= 1;
        Files.write(commit, damaged);
        catalogue.rebuild(ReadGate.remote(storage, STORED.owner()), STORED);
        assertThat(found("")).containsExactly(third.hex());

        Files.write(commit, bytes);
        Id fourth = pusher.commit(Optional.of(third), Said.at("2026-11-03T13:00:00Z"), tree);
        pusher.branch("main", fourth);

        assertThat(found("")).containsExactly(fourth.hex(), third.hex(), second.hex(), first.hex());
        assertThat(found("?branch=main")).containsExactly(fourth.hex(), third.hex(), second.hex(), first.hex());
        assertThat(found("?author=anna")).containsExactly(third.hex(), second.hex(), first.hex());
        assertThat(ask("snapshots/" + first.hex()).path("author").asText()).isEqualTo("anna");
    }

    @Test
    void theMostLabelsThatThereCanBeAreFoundAndShownInPagesThatHaveAnEnd() throws Exception {
        Pusher pusher = newDatabase();
        String key = "🦆".repeat(126);
        String value = "🦢".repeat(1024);
        List<String> ids = new ArrayList<>();
        Optional<Id> parent = Optional.empty();
        for (int i = 0; i < 60; i++) {
            Said said = Said.at(String.format("2026-11-03T10:%02d:00Z", i));
            for (int label = 0; label < 64; label++) {
                said = said.label(key + (label + 10), value);
            }
            parent = Optional.of(pusher.commit(parent, said, Tree.of(Map.of("x", text("y")))));
            ids.add(parent.get().hex());
        }
        pusher.branch("main", parent.orElseThrow());

        for (String query : List.of("", "&branch=main", "&label=" + encoded(key + "73=" + value))) {
            List<String> paged = new ArrayList<>();
            int pages = 0;
            String after = "";
            do {
                HttpResponse<byte[]> response = get("alice", "db/snapshots?limit=1000" + query + after);
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).hasSizeLessThan(16 << 20);
                JsonNode page = json.readTree(response.body());
                paged.addAll(all(page.path("snapshots"), "id"));
                pages++;
                after = page.has("next") ? "&after=" + page.path("next").asText() : "";
            } while (!after.isEmpty());
            assertThat(paged).isEqualTo(ids.reversed());
            assertThat(pages).isGreaterThan(1);
        }
        assertThat(ask("snapshots/main").path("labels").path(key + "73").asText())
                .isEqualTo(value);
    }

    /** Does something before each call that the storage gets. */
    private static final class Watched extends BackendDecorator {
        private final Runnable before;

        Watched(Backend next, Runnable before) {
            super(next);
            this.before = before;
        }

        @Override
        protected <T> T around(ObjectName name, Call<T> call) throws IOException {
            before.run();
            return super.around(name, call);
        }
    }

    @Test
    @Timeout(60)
    void whileTheStorageOfOneVolumesetHangsOthersAreCompared() throws Exception {
        push();
        Backend whole = ReadGate.remote(storage, STORED.owner());
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Backend hanging = new Watched(whole, () -> {
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        Catalogue own = new Catalogue(on.database(), InstantSource.system());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> slow = threads.submit(() -> {
                own.freshen(hanging, STORED);
                return true;
            });
            asked.await();
            try {
                int compared = 0;
                for (long i = 0; compared < 3; i++) {
                    Stored other = new Stored(STORED.owner(), new Id(6, i));
                    // As few locks for many volumesets would be shared by these.
                    if (Math.floorMod(other.hashCode(), 64) == Math.floorMod(STORED.hashCode(), 64)) {
                        own.freshen(whole, other);
                        compared++;
                    }
                }
                assertThat(slow.isDone()).isFalse();
            } finally {
                answer.countDown();
            }
            assertThat(slow.get()).isTrue();
        }
    }

    @Test
    @Timeout(60)
    void aComparisonThatTakesTooLongIsCutOffAndGoneOnWith() throws Exception {
        Pushed pushed = push();
        for (int i = 0; i < 60; i++) {
            pushed.pusher().tag("t" + i, pushed.first());
        }
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-03T10:00:00Z"));
        Backend slow = new Watched(
                ReadGate.remote(storage, STORED.owner()),
                () -> now.updateAndGet(time -> time.plus(Duration.ofMillis(400))));
        Catalogue own = new Catalogue(on.database(), now::get);

        int behind = 0;
        for (boolean isDone = false; !isDone && behind < 20; ) {
            try {
                own.freshen(slow, STORED);
                isDone = true;
            } catch (CatalogueException e) {
                assertThat(e.reason()).isEqualTo(CatalogueException.Reason.BEHIND);
                behind++;
            }
        }

        assertThat(behind).isBetween(2, 8);
        Instant compared = now.get();
        own.freshen(slow, STORED);
        assertThat(now.get()).as("it holds for a while").isEqualTo(compared);
    }

    @Test
    void aCommitThatWasPutBackIsShownWithAllThatComesBeforeIt() throws Exception {
        List<Id> ids = pushLine(4);
        Path commit = directory.resolve("data/storage/owners/team/volumesets/" + DB.hex() + "/commits/"
                + ids.get(2).hex());
        byte[] bytes = Files.readAllBytes(commit);
        Files.delete(commit);
        catalogue.rebuild(ReadGate.remote(storage, STORED.owner()), STORED);
        assertThat(found("?branch=main"))
                .containsExactly(ids.get(3).hex(), ids.get(2).hex());
        assertThat(ask("snapshots/main~").path("damaged").asBoolean()).isTrue();
        hub.close();
        start();
        assertThat(ask("snapshots/main~").path("damaged").asBoolean())
                .as("looked at again, and still gone")
                .isTrue();
        String time = ask("snapshots/main~").path("time").asText();

        Files.write(commit, bytes);
        hub.close();
        start();

        assertThat(found("?branch=main"))
                .isEqualTo(ids.reversed().stream().map(Id::hex).toList());
        assertThat(found("")).hasSize(4);
        assertThat(ask("snapshots/main~").path("damaged").asBoolean()).isFalse();
        assertThat(time).isEqualTo(ask("snapshots/main").path("time").asText());
    }

    @Test
    void aHistoryOfWhichSnapshotsWereRemovedIsWholeAgainWhenForgettingItWasCutOff() throws Exception {
        List<Id> ids = pushLine(3);
        Repository repository = Repository.open(ReadGate.remote(storage, STORED.owner()), DB);
        repository.remove(ids.get(1));
        catalogue.rebuild(ReadGate.remote(storage, STORED.owner()), STORED);
        List<String> before = rows();
        for (int some = 0; some <= 3; some++) {
            int[] left = {some};
            new Catalogue(on.database(), InstantSource.system(), new Catalogue.Bounds(5, 3, 1, 3))
                    .forget(STORED, () -> left[0]-- > 0);
            hub.close();
            start();
            assertThat(found("?branch=main"))
                    .containsExactly(ids.get(2).hex(), ids.get(0).hex());
            assertThat(rows()).isEqualTo(before);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Test
    void snapshotsAreListedWhileOthersPush() throws Exception {
        Pushed pushed = push();
        Id parent = pushed.second();
        Set<String> ids = new HashSet<>(found(""));
        for (int i = 0; i < 10; i++) {
            parent = pushed.pusher()
                    .commit(Optional.of(parent), Said.at("2026-11-03T16:00:00Z"), Tree.of(Map.of("x", text("y" + i))));
            pushed.pusher().branch("main", parent);
            ids.add(parent.hex());
            assertThat(Set.copyOf(found(""))).isEqualTo(ids);
        }
    }
}
