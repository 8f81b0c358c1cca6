package io.flockerj.hub.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.catalogue.Pusher;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseLocation;
import io.flockerj.hub.database.OtherVersions;
import io.flockerj.hub.guard.ReadGate;
import io.flockerj.store.BackendRemote;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.directory.DirectoryBackend;
import io.flockerj.store.id.Id;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands, as somebody runs them. */
class CommandsTest {
    private static final Pattern LISTENING = Pattern.compile("listening on (http://127\\.0\\.0\\.1:\\d+)");
    private static final Pattern CODE = Pattern.compile("to be used once: ([0-9a-f]{32})");
    private static final String PASSWORD = "correct horse battery";

    @TempDir
    Path directory;

    private final Random random = new Random(11);

    /** What a command has said. */
    private record Ran(int status, String out, String err) {}

    private Path data() {
        return directory.resolve("hub");
    }

    private Ran run(String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = CommandTree.run(around(input, out, err, new CountDownLatch(0)), arguments);
        return new Ran(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private Surroundings around(
            String input, ByteArrayOutputStream out, ByteArrayOutputStream err, CountDownLatch end) {
        return new Surroundings(
                "1.2.3",
                "here",
                Map.of(),
                Clock.systemUTC(),
                random,
                new BufferedReader(new StringReader(input)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                end::await);
    }

    private Ran withData(String... arguments) {
        return run(
                "",
                Stream.concat(Arrays.stream(arguments), Stream.of("--data", data().toString()))
                        .toArray(String[]::new));
    }

    /** A hub that serves in a thread of its own. */
    private final class Serving implements AutoCloseable {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream err = new ByteArrayOutputStream();
        private final CountDownLatch end = new CountDownLatch(1);
        private final Thread thread = Thread.ofPlatform()
                .start(() -> CommandTree.run(
                        around("", out, err, end), "serve", "--data", data().toString(), "--listen", "127.0.0.1:0"));

        String said(Pattern pattern) throws InterruptedException {
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (System.nanoTime() < deadline) {
                Matcher matcher = pattern.matcher(out.toString(StandardCharsets.UTF_8));
                if (matcher.find()) {
                    return matcher.group(1);
                }
                if (!thread.isAlive()) {
                    break;
                }
                thread.join(Duration.ofMillis(20));
            }
            throw new AssertionError(
                    "it said " + out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void close() {
            end.countDown();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }

    private static int status(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static String ask(String token, String method, String url, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    private static String session(String hub, String name) throws IOException, InterruptedException {
        Matcher token = Pattern.compile("flks_[^\"]+").matcher(signIn(hub, name));
        assertThat(token.find()).isTrue();
        return token.group();
    }

    @Test
    void whatAnAccountIsDeniedAtTheDeskCannotFillTheRecord() throws Exception {
        try (Serving hub = new Serving()) {
            String code = hub.said(CODE);
            run(code + "\n" + PASSWORD + "\n", "setup", "anna", "--data", data().toString());
            String url = hub.said(LISTENING) + "/api/v1";
            String anna = session(hub.said(LISTENING), "anna");
            String bert = "{\"name\": \"bert\", \"password\": \"" + PASSWORD + "\"}";
            assertThat(ask(anna, "POST", url + "/users", bert)).startsWith("201 ");
            String stranger = session(hub.said(LISTENING), "bert");
            for (int asked = 0; asked < 50; asked++) {
                assertThat(ask(stranger, "GET", url + "/audit", "")).startsWith("403 ");
            }
            // One for each minute, and what was counted.
            String denials = ask(anna, "GET", url + "/audit?kind=denial", "");
            assertThat(denials.split("\"kind\":\"denial\"", -1)).hasSizeBetween(2, 10);
        }
    }

    private static String signIn(String hub, String name) throws IOException, InterruptedException {
        String body = "{\"name\": \"" + name + "\", \"password\": \"" + PASSWORD + "\"}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(hub + "/api/v1/session"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    @Test
    void aHubServesAndItsFirstAdministratorIsSetOnce() throws Exception {
        try (Serving hub = new Serving()) {
            assertThat(status(hub.said(LISTENING) + "/readyz")).isEqualTo(200);
            String code = hub.said(CODE);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data())))
                    .isEqualTo("rwx------");
            assertThat(withData("serve", "--listen", "127.0.0.1:0").err()).contains("another flockerhub works with");

            String[] setup = {"setup", "anna", "--data", data().toString()};
            assertThat(run("0".repeat(32) + "\n" + PASSWORD + "\n", setup).status())
                    .isEqualTo(1);
            assertThat(run(code + "\nshort\n", setup).err()).contains("12 to 256 characters");
            assertThat(run(code + "\n" + PASSWORD + "\n", setup))
                    .isEqualTo(new Ran(0, "anna administrates this hub\n", ""));
            assertThat(run(code + "\n" + PASSWORD + "\n", setup).err()).contains("has accounts already");
            assertThat(signIn(hub.said(LISTENING), "anna"))
                    .startsWith("201 ")
                    .contains("flks_", "\"administrator\":true");
            assertThat(signIn(hub.said(LISTENING), "bert")).startsWith("401 ");
            assertThat(withData("audit", "verify").out()).contains("as they were written");
        }
        Ran verified = withData("audit", "verify");
        assertThat(verified.out()).contains("0 of them not yet known to the storage: as they were written");
        assertThat(verified.status()).isZero();
        Ran exported = withData("audit", "export");
        assertThat(exported.out())
                .contains("\"kind\":\"account\",\"outcome\":\"done\"")
                .contains("\"kind\":\"account\",\"outcome\":\"failed\"")
                .contains("\"kind\":\"sign-in\",\"outcome\":\"done\"")
                .contains("\"kind\":\"sign-in\",\"outcome\":\"refused\"")
                .doesNotContain("flks_")
                .doesNotContain(PASSWORD);
        try (Serving again = new Serving()) {
            again.said(LISTENING);
            assertThat(again.out.toString(StandardCharsets.UTF_8)).doesNotContain("to be used once");
        }
    }

    @Test
    void theCatalogueIsMadeAnew() throws Exception {
        assertThat(withData("catalogue", "rebuild").err()).contains("there is no directory");
        try (Serving hub = new Serving()) {
            hub.said(LISTENING);
            addAccountAndVolumeset();
            assertThat(withData("catalogue", "rebuild"))
                    .isEqualTo(new Ran(0, "rebuilt the catalogue of 1 volumesets; 0 failed\n", ""));
        }
    }

    private void addAccountAndVolumeset() throws IOException {
        try (Database database = Database.open(new DatabaseLocation.SqliteFile(data().resolve("hub.db")))) {
            database.change(handle -> handle.execute(
                    "INSERT INTO accounts (id, name, kind, display_name, administrator, usual_visibility, created)"
                            + " VALUES (?, 'anna', 'user', '', 0, 'private', 0)",
                    new Id(6, 6).hex()));
            database.change(handle -> handle.execute(
                    "INSERT INTO volumesets (owner_id, id, name, visibility, created) VALUES (?, ?, 'db',"
                            + " 'private', 0)",
                    new Id(6, 6).hex(),
                    new Id(5, 5).hex()));
        }
    }

    @Test
    void whatTheStorageLostOrHasDamagedIsToldByTheCheck() throws Exception {
        try (Serving hub = new Serving()) {
            hub.said(LISTENING);
            addAccountAndVolumeset();
        }
        assertThat(withData("check", "--repositories").out())
                .contains("anna/db: nothing is there")
                .contains("looked at 1 volumesets; 0 are hurt");
        Supplier<Id> ids = Id.source(random);
        Pusher pusher = new Pusher(
                BackendRemote.create(
                        ReadGate.remote(DirectoryBackend.open(data().resolve("storage"), ids), new OwnerName("anna")),
                        ids),
                new Id(5, 5),
                ids);
        byte[] large = new byte[1_000_000];
        random.nextBytes(large);
        Id snapshot = pusher.commit(
                Optional.empty(), Pusher.Said.at("2026-11-03T10:00:00Z"), Pusher.Tree.of(Map.of("large", large)));
        pusher.branch("main", snapshot);
        Ran whole = withData("check", "--repositories", "--read-data=100");
        assertThat(whole.out()).contains("anna/db, 1 snapshots: all is there");
        assertThat(whole.status()).isZero();

        Path pack;
        try (Stream<Path> files =
                Files.walk(data().resolve("storage/owners/anna/volumesets/" + new Id(5, 5).hex() + "/packs"))) {
            pack = files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(pack);
        bytes[500_000] ^= 1;
        Files.setPosixFilePermissions(pack, PosixFilePermissions.fromString("rw-------"));
        Files.write(pack, bytes);
        assertThat(withData("check").status()).isZero();
        Ran damaged = withData("check", "--repositories", "--read-data=100");
        assertThat(damaged.out())
                .contains("anna/db, 1 snapshots: something is missing or damaged")
                .contains(snapshot.hex())
                .contains("looked at 1 volumesets; 1 are hurt");
        assertThat(damaged.status()).isEqualTo(1);

        Files.delete(pack);
        Ran lost = withData("check", "--repositories");
        assertThat(lost.out()).contains("pack " + pack.getFileName() + ": it is not there");
        assertThat(lost.status()).isEqualTo(1);
        assertThat(withData("check", "--read-data=5").err()).contains("goes with --repositories");
        try (Stream<Path> left = Files.list(data())) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).noneMatch(name -> name.startsWith("check"));
        }
    }

    @Test
    void aRewrittenRecordFailsTheCheck() throws Exception {
        try (Serving hub = new Serving()) {
            hub.said(LISTENING);
        }
        assertThat(withData("check").status()).isZero();
        try (Database database = Database.open(new DatabaseLocation.SqliteFile(data().resolve("hub.db")))) {
            database.change(handle -> handle.execute("UPDATE audit SET address = 'elsewhere' WHERE number = 1"));
        }
        Ran checked = withData("check");
        assertThat(checked.status()).isEqualTo(1);
        assertThat(checked.out()).contains("act 1 was changed").contains("1 findings");

        Files.move(data().resolve("storage"), data().resolve("moved"));
        assertThat(withData("check").err()).contains("there is no storage");
        assertThat(data().resolve("storage")).doesNotExist();
    }

    @Test
    void aBackupIsRestoredWhereNothingIs() throws Exception {
        try (Serving hub = new Serving()) {
            hub.said(LISTENING);
            DirectoryBackend storage = DirectoryBackend.open(data().resolve("storage"), Id.source(random));
            storage.create(ObjectName.of("owners", "anna", "x"), List.of(new byte[3]));
            storage.create(ObjectName.of("owners", "anna", "y"), List.of(new byte[4]));
            assertThat(withData("backup", directory.resolve("copy").toString()).out())
                    .contains("holds 2 objects");
            assertThat(withData("backup", directory.resolve("copy").toString()).err())
                    .contains("replaces nothing");
            assertThat(withData("restore", directory.resolve("copy").toString()).err())
                    .contains("another flockerhub");
        }
        assertThat(withData("restore", directory.resolve("copy").toString()).err())
                .contains("hub.db is there");
        Files.delete(data().resolve("hub.db"));
        Files.delete(data().resolve("storage/owners/anna/y"));
        Files.writeString(data().resolve("hub.db.restoring-wal"), "of a restore that was killed");
        Files.setPosixFilePermissions(directory.resolve("copy/hub.db"), PosixFilePermissions.fromString("rw-r--r--"));
        Ran restored = withData("restore", directory.resolve("copy").toString());
        assertThat(restored.out()).contains("the storage lacks owners/anna/y").contains("lacks 1 objects");
        assertThat(restored.status()).isEqualTo(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data().resolve("hub.db"))))
                .isEqualTo("rw-------");
        assertThat(data().resolve("hub.db.restoring-wal")).doesNotExist();
        // What the hub has recorded behind the backup is missing, and that is told.
        assertThat(withData("audit", "verify").out()).contains("the end is missing");
    }

    @Test
    void aHubDoesNotServeWhereItsStorageOrItsDatabaseIsMissing() throws Exception {
        try (Serving hub = new Serving()) {
            hub.said(LISTENING);
        }
        String[] serve = {"serve", "--listen", "127.0.0.1:0"};
        Path storage = data().resolve("storage");
        Files.move(storage, directory.resolve("storage"));
        assertThat(withData(serve).err()).contains("there is no storage");
        assertThat(storage).doesNotExist();
        Files.createDirectory(storage);
        assertThat(withData(serve).err()).contains("not that of the database").contains("--as-they-are");

        Files.move(storage, directory.resolve("empty"));
        Files.move(directory.resolve("storage"), storage);
        Files.move(data().resolve("hub.db"), directory.resolve("hub.db"));
        assertThat(withData(serve).err()).contains("there is no").contains("--as-they-are");
        assertThat(data().resolve("hub.db")).doesNotExist();

        Files.move(directory.resolve("hub.db"), data().resolve("hub.db"));
        try (Serving again = new Serving()) {
            again.said(LISTENING);
        }
    }

    @Test
    void aBrokenBackupIsNotRestored() throws Exception {
        Path backup = Files.createDirectory(directory.resolve("copy"));
        assertThat(withData("restore", backup.toString()).err()).contains("there is no storage");
        Files.createDirectories(data().resolve("storage"));
        Files.writeString(backup.resolve("hub.db"), "not a database at all, and longer than a header\n".repeat(50));
        Files.writeString(backup.resolve("storage.txt"), "");
        Ran restored = withData("restore", backup.toString());
        assertThat(restored.status()).isEqualTo(1);
        assertThat(restored.err()).contains("cannot open the database");
        assertThat(data().resolve("hub.db")).doesNotExist();
    }

    private DatabaseLocation databaseFile() throws IOException {
        Files.createDirectories(data().resolve("storage"));
        return new DatabaseLocation.SqliteFile(data().resolve("hub.db"));
    }

    private void allRefuse(String words, List<String> commands) throws IOException {
        byte[] before = Files.readAllBytes(data().resolve("hub.db"));
        for (String command : commands) {
            Ran ran = run("0".repeat(32) + "\n" + PASSWORD + "\n", (command + " --data " + data()).split(" "));
            assertThat(ran.err()).as(command).contains(words);
            assertThat(ran.status()).as(command).isEqualTo(1);
        }
        assertThat(Files.readAllBytes(data().resolve("hub.db"))).isEqualTo(before);
        assertThat(directory.resolve("copy")).doesNotExist();
    }

    private List<String> lookingAtADatabase() {
        return List.of(
                "backup " + directory.resolve("copy"),
                "check",
                "audit verify",
                "audit export",
                "catalogue rebuild",
                "setup anna");
    }

    @Test
    void aDatabaseOfAnOlderHubIsChangedByServingOnly() throws Exception {
        OtherVersions.makeOld(databaseFile());
        allRefuse("start 'flockerhub serve'", lookingAtADatabase());
        try (Serving hub = new Serving()) {
            hub.said(LISTENING);
        }
        assertThat(withData("check").status()).isZero();
    }

    @Test
    void aDatabaseOfANewerHubIsLeftAsItIs() throws Exception {
        OtherVersions.makeNew(databaseFile());
        allRefuse("start the flockerhub that has changed it", lookingAtADatabase());
        allRefuse("start the flockerhub that has changed it", List.of("serve --listen 127.0.0.1:0"));
    }

    private Path backup(String name) throws IOException {
        Files.createDirectories(data().resolve("storage"));
        Path backup = Files.createDirectory(directory.resolve(name));
        Files.writeString(backup.resolve("storage.txt"), "");
        return backup;
    }

    private Ran restoreUnchanged(Path backup) throws IOException {
        byte[] before = Files.readAllBytes(backup.resolve("hub.db"));
        Ran restored = withData("restore", backup.toString());
        assertThat(Files.readAllBytes(backup.resolve("hub.db"))).isEqualTo(before);
        return restored;
    }

    private void assertIsNotRestored(Path backup, String why) throws IOException {
        Ran restored = restoreUnchanged(backup);
        assertThat(restored.err()).contains(why);
        assertThat(restored.status()).isEqualTo(1);
        assertNothingIsRestored();
    }

    private void assertNothingIsRestored() throws IOException {
        try (Stream<Path> left = Files.list(data())) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).containsOnly("lock", "storage");
        }
    }

    @Test
    void aBackupOfANewerHubIsNotRestored() throws Exception {
        Path later = backup("later");
        OtherVersions.makeNew(new DatabaseLocation.SqliteFile(later.resolve("hub.db")));

        assertIsNotRestored(later, "restore it by the flockerhub that has made the backup, or a newer one");
    }

    @Test
    void aBackupWithoutTablesIsNotRestored() throws Exception {
        Path empty = backup("empty");
        Files.createFile(empty.resolve("hub.db"));

        assertIsNotRestored(empty, "is empty");
    }

    @Test
    void aBackupOfAnOlderHubIsRestoredAsItIsAndServed() throws Exception {
        Path old = backup("old");
        OtherVersions.makeOld(new DatabaseLocation.SqliteFile(old.resolve("hub.db")));

        Ran restored = restoreUnchanged(old);

        assertThat(restored.err()).isEmpty();
        assertThat(restored.out())
                .contains("it has version 1,")
                .contains("'flockerhub serve' of this one brings it to");
        assertThat(restored.status()).isZero();
        assertThat(OtherVersions.of(databaseFile())).isEqualTo("1");
        try (Serving hub = new Serving()) {
            hub.said(LISTENING);
        }
        assertThat(withData("check").status()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve --listen 0.0.0.0:0 | --behind-proxy",
                "serve --listen :0 | --behind-proxy",
                "serve --listen nonsense | is not HOST:PORT",
                "serve --listen 127.0.0.1:70000 | is not HOST:PORT",
                "serve --tls-cert a.pem | given together",
                "serve --database postgresql://a:b@host/hub | FLOCKERHUB_DATABASE_PASSWORD",
                "serve --storage ftp://bucket | a storage is a directory or s3://BUCKET/PREFIX",
                "serve --storage s3://key:secret@bucket | credentials have no place in a URL",
                "serve --storage s3://bucket --storage-region nowhere! | is no region",
                "serve --storage s3://bucket --storage-credentials-file /no/such | credentials-file /no/such",
                "serve --storage-region eu-central-1 | is --storage missing?",
                "serve --storage /proc/nowhere | /proc/nowhere",
                "serve --keep-deleted=-1 | a number of days",
                "serve --connections-per-address=-1 | connections are a number from 0",
                "serve --tls-handshake=0 | a handshake takes at least a second",
                "audit verify | there is no directory",
                "backup /nonexistent/there | there is no directory"
            })
    void whatCannotBeIsToldBeforeAnythingIsDone(String arguments, String message) {
        Ran ran = withData(arguments.split(" "));
        assertThat(ran.err()).contains(message);
        assertThat(ran.status()).isEqualTo(1);
        assertThat(data().resolve("hub.db")).doesNotExist();
    }

    @Test
    void aDirectoryWithoutADatabaseIsNotMadeOne() throws Exception {
        Files.createDirectory(data());
        assertThat(withData("audit", "verify").err()).contains("there is no database");
        assertThat(data()).isEmptyDirectory();
    }

    @Test
    void whatIsWronglyCalledEndsWithTwo() {
        assertThat(run("", "serve").status()).isEqualTo(2);
        assertThat(run("", "no-such-command").status()).isEqualTo(2);
        assertThat(run("", "--version").out()).contains("1.2.3");
    }
}
