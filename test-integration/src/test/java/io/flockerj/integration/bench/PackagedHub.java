package io.flockerj.integration.bench;

import io.flockerj.hub.TestingPeople;
import io.flockerj.hub.access.Right;
import io.flockerj.hub.access.VolumesetPattern;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.database.DatabaseLocation;
import io.flockerj.hub.people.AccountName;
import io.flockerj.hub.people.Accounts;
import io.flockerj.hub.people.NewToken;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.Tokens;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hub as it is shipped, with the runtime and the options that {@code hub/package} gave it: over TLS, with metrics, and without limits
 * for how fast one caller may ask.
 */
final class PackagedHub implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on (https://localhost:\\d+)");
    private static final Pattern METRICS = Pattern.compile("metrics on (http://127\\.0\\.0\\.1:\\d+/metrics)");
    /** Of the packaged program's directory. */
    private static final String HOME = "flockerj.hub";

    private static final int START_SECONDS = 120;
    private static final int END_SECONDS = 60;

    private final Process process;
    private final Path log;
    private final Site site;

    private PackagedHub(Process process, Path log, Site site) {
        this.process = process;
        this.log = log;
        this.site = site;
    }

    /**
     * Where a hub is: what has to be there before it is started, and stays when it ends.
     *
     * @param directory with its data, and a certificate of nobody's
     * @param database a file below its data, or elsewhere
     * @param token a file with a token of somebody who has all rights of {@code alice} and of {@code crew}
     */
    record Site(Path directory, DatabaseLocation database, Path token) {
        /** With a database of its own. */
        static Site make(Path directory) throws IOException, PeopleException {
            return make(
                    directory, new DatabaseLocation.SqliteFile(data(directory).resolve("hub.db")));
        }

        static Site make(Path directory, DatabaseLocation database) throws IOException, PeopleException {
            Files.createDirectories(data(directory));
            Files.createDirectories(data(directory).resolve("storage"));
            Measure.command(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-nodes",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=localhost",
                    "-addext",
                    "subjectAltName=DNS:localhost",
                    "-keyout",
                    directory.resolve("tls.key").toString(),
                    "-out",
                    directory.resolve("tls.crt").toString());
            try (Database open = Database.open(database)) {
                return new Site(directory, database, new TestingPeople(directory, open).token("alice"));
            }
        }

        private static Path data(Path directory) {
            return directory.resolve("data");
        }

        /** Adds a team, of which {@code alice} is an admin. */
        void addTeam(String name) throws IOException {
            String id = Id.source(new SecureRandom()).get().hex();
            try (Database open = Database.open(database)) {
                open.change(handle -> handle.execute(
                                "INSERT INTO accounts (id, name, kind, display_name, administrator, usual_visibility,"
                                        + " created) VALUES (?, ?, 'team', '', 0, 'private', 0)",
                                id,
                                name)
                        + handle.execute(
                                "INSERT INTO members (team_id, account_id, role, since)"
                                        + " SELECT ?, id, 'admin', 0 FROM accounts WHERE name = 'alice'",
                                id));
            }
        }

        /** Adds a user; answers a file with a token that lets do all that the user may. */
        Path addUser(String name) throws IOException, PeopleException {
            SecureRandom random = new SecureRandom();
            try (Database open = Database.open(database)) {
                Id id = new Accounts(open, InstantSource.system(), Id.source(random))
                        .addUser(new AccountName(name), "", false)
                        .id();
                NewToken wish =
                        new NewToken("bench", List.of(new VolumesetPattern("*/*")), Right.ADMIN, Optional.empty());
                String secret = new Tokens(open, InstantSource.system(), Id.source(random), random)
                        .make(id, wish)
                        .secret()
                        .reveal();
                Path file = Files.createFile(
                        directory.resolve("token-of-" + name),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                return Files.writeString(file, secret);
            }
        }

        Path data() {
            return data(directory);
        }

        Path storage() {
            return data().resolve("storage");
        }

        Path certificate() {
            return directory.resolve("tls.crt");
        }

        String secret() throws IOException {
            return Files.readString(token).strip();
        }

        private List<String> options() {
            List<String> options = new ArrayList<>(List.of(
                    "serve",
                    "--data=" + data(),
                    "--listen=localhost:0",
                    "--tls-cert=" + certificate(),
                    "--tls-key=" + directory.resolve("tls.key"),
                    "--metrics=127.0.0.1:0",
                    "--requests-per-account=0",
                    "--requests-per-address=0"));
            if (database instanceof DatabaseLocation.PostgresServer server) {
                options.add("--database="
                        + server.jdbcUrl()
                                .replace(
                                        "jdbc:postgresql://",
                                        "postgresql://" + server.user().orElseThrow() + "@"));
            }
            return options;
        }

        private Optional<String> password() {
            return database instanceof DatabaseLocation.PostgresServer server ? server.password() : Optional.empty();
        }
    }

    /** Starts one, which listens when this returns; with further options of {@code serve}. */
    static PackagedHub start(Site site, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty(HOME), "bin", "flockerhub").toString());
        command.addAll(site.options());
        command.addAll(List.of(more));
        Path log = Files.createTempFile(site.directory(), "hub-", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        site.password().ifPresent(password -> builder.environment().put("FLOCKERHUB_DATABASE_PASSWORD", password));
        PackagedHub hub = new PackagedHub(builder.start(), log, site);
        hub.awaitListening();
        return hub;
    }

    private void awaitListening() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (said(LISTENING).isEmpty()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                process.destroyForcibly();
                throw new IOException("the hub does not listen:\n" + Files.readString(log));
            }
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
    }

    private Optional<String> said(Pattern pattern) throws IOException {
        Matcher matcher = pattern.matcher(Files.readString(log));
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Its address, without a path. */
    String address() throws IOException {
        return said(LISTENING).orElseThrow();
    }

    Site site() {
        return site;
    }

    ProcessUse use() {
        return new ProcessUse(process);
    }

    /** The sum of all its metrics whose name and labels begin like that regular expression. */
    double metric(String expression) throws IOException, InterruptedException {
        String text;
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(said(METRICS).orElseThrow()))
                    .build();
            text = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
        Pattern pattern = Pattern.compile(expression);
        return text.lines()
                .filter(line -> pattern.matcher(line).lookingAt())
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    /** What it has on the heap, rubbish included. */
    double heapMebibytes() throws IOException, InterruptedException {
        return metric("jvm_memory_used_bytes\\{area=\"heap\"\\}") / (1 << 20);
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().orTimeout(END_SECONDS, TimeUnit.SECONDS).join();
    }
}
