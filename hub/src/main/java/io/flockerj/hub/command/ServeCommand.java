package io.flockerj.hub.command;

import io.flockerj.hub.Hub;
import io.flockerj.hub.HubSettings;
import io.flockerj.hub.audit.Act;
import io.flockerj.hub.audit.ActKind;
import io.flockerj.hub.audit.AuditKeeper;
import io.flockerj.hub.audit.AuditLog;
import io.flockerj.hub.audit.Belonging;
import io.flockerj.hub.audit.Chain;
import io.flockerj.hub.audit.ReadLog;
import io.flockerj.hub.audit.StoredHeads;
import io.flockerj.hub.catalogue.Catalogue;
import io.flockerj.hub.database.Database;
import io.flockerj.hub.deletion.RemovalKeeper;
import io.flockerj.hub.deletion.RemovalRound;
import io.flockerj.hub.guard.Deletion;
import io.flockerj.hub.guard.Recording;
import io.flockerj.hub.http.MetricsServer;
import io.flockerj.hub.http.ServerSettings.TlsFiles;
import io.flockerj.hub.http.api.PeopleApi;
import io.flockerj.hub.metrics.MeteredBackend;
import io.flockerj.hub.metrics.Metrics;
import io.flockerj.hub.people.FirstAdministrator;
import io.flockerj.hub.people.HubAdmission;
import io.flockerj.hub.people.Passwords;
import io.flockerj.hub.people.Refusals;
import io.flockerj.hub.people.Removals;
import io.flockerj.hub.people.TokenAuthentication;
import io.flockerj.hub.people.Tokens;
import io.flockerj.hub.people.desk.Desk;
import io.flockerj.store.backend.StreamingBackend;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code flockerhub serve}. */
@Command(
        name = "serve",
        description = {
            "Serves volumesets until it is asked to end.",
            "The first start prints a code, by which 'flockerhub setup' sets the first administrator."
        },
        footer = {
            "",
            "Example:",
            "  flockerhub serve --data /var/lib/flockerhub --tls-cert hub.crt --tls-key hub.key --listen :8443",
            "",
            "Any number of hubs may serve side by side, each with a --data of its own, with the same database of",
            "PostgreSQL and the same --storage: a bucket, or a directory that all of them have mounted."
        })
final class ServeCommand implements Callable<Integer> {
    private static final String USUAL_LOCAL = "127.0.0.1:" + HubSettings.USUAL_PORT;
    private static final String USUAL = ":" + HubSettings.USUAL_PORT;

    private final Surroundings around;

    ServeCommand(Surroundings around) {
        this.around = around;
    }

    @Mixin
    private DataOptions data;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where to listen; " + USUAL + ", or " + USUAL_LOCAL + " without TLS.")
    private Optional<String> listen;

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = "The certificate and those that lead to its authority, PEM.")
    private Optional<Path> certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its private key, PEM.")
    private Optional<Path> key;

    @Option(
            names = "--behind-proxy",
            description = "Something in front of the hub ends TLS, so that it may listen without on an address of the"
                    + " network.")
    private boolean behindProxy;

    @Mixin
    private LimitOptions limits;

    @Option(
            names = "--metrics",
            paramLabel = "HOST:PORT",
            description = "Where /metrics for Prometheus is to be had, by HTTP and by whoever reaches it; nowhere.")
    private Optional<String> metrics;

    @Option(
            names = "--keep-deleted",
            paramLabel = "DAYS",
            defaultValue = "30",
            description = "How long a volumeset that is deleted from now on can be restored, before its data goes;"
                    + " ${DEFAULT-VALUE} days.")
    private int keepDeleted;

    @Option(
            names = "--as-they-are",
            description = "Serve though the storage and the database do not belong together, or one of them is lost;"
                    + " from then on they do.")
    private boolean asTheyAre;

    @Override
    public Integer call() throws Exception {
        if (keepDeleted < 0) {
            throw new CommandException("--keep-deleted: a number of days, not " + keepDeleted);
        }
        Optional<TlsFiles> tls = tls();
        limits.check(behindProxy);
        Optional<ListenAddress> meters =
                metrics.isEmpty() ? Optional.empty() : Optional.of(ListenAddress.parse("--metrics", metrics.get()));
        ListenAddress address = ListenAddress.parse("--listen", listen.orElse(tls.isPresent() ? USUAL : USUAL_LOCAL));
        if (tls.isEmpty() && !behindProxy && !address.isLocal()) {
            throw new CommandException(
                    "without TLS everybody on the way reads passwords and tokens: give --tls-cert and --tls-key,"
                            + " or --behind-proxy if something in front of the hub ends TLS, or listen on 127.0.0.1");
        }
        data.makeDirectory();
        try (FileChannel _ = data.lock()) {
            try (StorageOptions.Opened storage = openStorage();
                    Database database = data.openDatabase(around)) {
                refuseStrangers(new Belonging(new StoredHeads(storage.backend(), around.ids())), database);
                HubSettings settings = new HubSettings(
                        address.host(), address.port(), tls, data.data(), limits.limits(behindProxy), limits.proxies());
                serve(settings, address, meters, storage.backend(), database);
            }
        }
        return CommandTree.OK;
    }

    /** What one of the two lacks is not made anew where the other is: it may be on a disk that is not mounted. */
    private StorageOptions.Opened openStorage() throws IOException, CommandException {
        if (data.isDatabaseFileThere() && !asTheyAre) {
            return data.openPresentStorage(around);
        }
        StorageOptions.Opened storage = data.openStorage(around);
        try {
            requireDatabase(storage.backend());
            return storage;
        } catch (IOException | RuntimeException | CommandException e) {
            storage.close();
            throw e;
        }
    }

    private void requireDatabase(StreamingBackend storage) throws IOException, CommandException {
        boolean isUsed = new Belonging(new StoredHeads(storage, around.ids())).isStorageUsed();
        if (isUsed && !asTheyAre && !data.isDatabaseElsewhere()) {
            throw databaseMissing("there is no " + data.databaseFile());
        }
    }

    private void refuseStrangers(Belonging belonging, Database database) throws IOException, CommandException {
        Belonging.Verdict verdict = asTheyAre ? Belonging.Verdict.TOGETHER : belonging.judge(database);
        switch (verdict) {
            case TOGETHER -> {}
            case DATABASE_IS_NEW -> throw databaseMissing("the database is empty");
            case STORAGE_IS_OTHER ->
                throw new CommandException("this storage is not that of the database: it knows none of the starts of"
                        + " hubs that are on record. Is a disk not mounted, or --storage wrong? If it has to be,"
                        + " serve with --as-they-are");
        }
    }

    private static CommandException databaseMissing(String what) {
        return new CommandException(
                what + ", and the storage was used by a hub: who may do what would be lost. Is a disk"
                        + " not mounted, or --data or --database wrong? Put the database back by 'flockerhub restore'; if"
                        + " there is none any more, serve with --as-they-are");
    }

    private Optional<TlsFiles> tls() throws CommandException {
        if (certificate.isPresent() != key.isPresent()) {
            throw new CommandException("--tls-cert and --tls-key are given together");
        }
        return certificate.map(file -> new TlsFiles(file, key.orElseThrow()));
    }

    private void serve(
            HubSettings settings,
            ListenAddress address,
            Optional<ListenAddress> meters,
            StreamingBackend storage,
            Database database)
            throws IOException, InterruptedException {
        Metrics measured = new Metrics();
        measured.watch(database::use);
        Chain chain = new Chain(around.ids().get(), around.clock().instant(), around.host(), around.version());
        AuditLog log = AuditLog.begin(database, new StoredHeads(storage, around.ids()), around.clock(), chain);
        ReadLog reads = new ReadLog(log, around.clock());
        Recording recording = recording(log, reads);
        Catalogue catalogue = new Catalogue(database, around.clock());
        RemovalRound removal = new RemovalRound(
                new Removals(database, around.clock()), catalogue, storage, recording, around.clock(), around.ids());
        Hub.Parts parts = parts(new MeteredBackend(storage, measured), database, catalogue, log, recording);
        try (AuditKeeper _ = AuditKeeper.start(log, reads);
                MetricsServer _ = metricsServer(meters, measured);
                Hub hub = Hub.start(settings, parts, measured);
                RemovalKeeper _ = RemovalKeeper.start(removal, RemovalKeeper.INTERVAL)) {
            around.out()
                    .println("listening on " + (settings.tls().isPresent() ? "https://" : "http://")
                            + address.withPort(hub.port()));
            printCode(database);
            around.out().flush();
            around.ending().await();
        }
    }

    private @Nullable MetricsServer metricsServer(Optional<ListenAddress> address, Metrics measured) {
        if (address.isEmpty()) {
            return null;
        }
        MetricsServer server =
                MetricsServer.start(address.get().host(), address.get().port(), Metrics.CONTENT_TYPE, measured::text);
        around.out().println("metrics on http://" + address.get().withPort(server.port()) + MetricsServer.PATH);
        return server;
    }

    private Hub.Parts parts(
            StreamingBackend storage, Database database, Catalogue catalogue, AuditLog log, Recording recording) {
        Tokens tokens = new Tokens(database, around.clock(), around.ids(), around.random());
        HubAdmission admission = new HubAdmission(database, around.clock(), Duration.ofDays(keepDeleted));
        Desk desk = Desk.open(new Desk.Parts(
                database,
                admission,
                new Passwords(database, around.clock(), around.random()),
                tokens,
                recording::act,
                around.clock(),
                around.ids()));
        return new Hub.Parts(
                storage,
                Optional.of(catalogue),
                admission,
                new TokenAuthentication(tokens, around.clock(), new Refusals(log::record, around.clock())),
                recording,
                () -> database.read(
                        handle -> handle.select("SELECT 1").mapTo(Integer.class).one()),
                around.clock(),
                around.ids(),
                List.of(new PeopleApi(desk, new Deletion(around.ids()), around.version())));
    }

    private static Recording recording(AuditLog log, ReadLog reads) {
        return new Recording() {
            @Override
            public void act(Act act) throws IOException {
                if (act.kind() == ActKind.DENIAL) {
                    reads.denied(act);
                } else {
                    log.record(act);
                }
            }

            @Override
            public void read(Act act, long bytes) throws IOException {
                reads.record(act, bytes);
            }
        };
    }

    private void printCode(Database database) throws IOException {
        Passwords passwords = new Passwords(database, around.clock(), around.random());
        Optional<String> code =
                new FirstAdministrator(database, passwords, around.clock(), around.ids(), around.random()).code();
        code.ifPresent(text -> around.out()
                .println("nobody administrates this hub yet; the code for 'flockerhub setup', to be used once: "
                        + text));
    }
}
