package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.HostFiles;
import io.flockerj.integration.engine.PrivateEngine;
import io.flockerj.integration.sandbox.Eventually;
import io.flockerj.integration.sandbox.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Debian's PostgreSQL 15 in a container, with its data, checksums on, in a volume.
 *
 * <p>Its clients run beside the engine, through a socket in a directory of the machine's: so they see the container's end, and
 * do not end with it.
 */
final class PostgresServer {

    private static final String IMAGE = "postgres:15";
    private static final String PROGRAMS = "/usr/lib/postgresql/15/bin/";
    private static final String OWNER = "70";
    private static final String DATA = "/data/pg";
    private static final int LOG_SHOWN = 4000;

    private final PrivateEngine engine;
    private final String name;
    private final Path sockets;
    private int benches;

    /** @param name of the container and of its volume */
    PostgresServer(PrivateEngine engine, String name) {
        this.engine = engine;
        this.name = name;
        this.sockets = engine.directory().resolve("sockets-" + name);
    }

    /** Makes the image of the machine's own files. */
    static void importImage(PrivateEngine engine) throws IOException {
        Path root = BusyboxImage.layOut(engine.directory().resolve("postgres"));
        Files.writeString(root.resolve("etc/passwd"), "postgres:x:%1$s:%1$s:::/bin/sh\n".formatted(OWNER));
        HostFiles.addPrograms(root, PROGRAMS + "postgres", PROGRAMS + "initdb", PROGRAMS + "pg_checksums");
        HostFiles.add(root, "/usr/share/postgresql/15");
        for (String module : List.of("plpgsql", "dict_snowball", "amcheck")) {
            HostFiles.add(root, "/usr/lib/postgresql/15/lib/" + module + ".so");
        }
        BusyboxImage.importInto(engine, root, IMAGE, "USER " + OWNER + ":" + OWNER);
    }

    /** Makes the volume, with further options, and an empty database in it. */
    void create(String... options) throws IOException {
        makeSockets();
        engine.createVolume(
                name,
                Stream.concat(Stream.of("uid=" + OWNER, "gid=" + OWNER, "mode=0700"), Stream.of(options))
                        .toArray(String[]::new));
        once("initdb", "--data-checksums", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
    }

    /** Makes the volume from the snapshot of another server's that a ref names. */
    void cloneFrom(String ref) throws IOException {
        makeSockets();
        engine.createVolume(name, "from=" + ref);
    }

    private void makeSockets() throws IOException {
        Files.createDirectory(sockets);
        Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** Starts the server in a container that stays, run with further flags. */
    void start(String... flags) {
        List<String> command = new ArrayList<>(List.of("run", "-d", "--network=none", "--name=" + name));
        command.addAll(List.of("--stop-signal=INT", "-v", name + ":/data", "-v", sockets + ":/sockets"));
        Collections.addAll(command, flags);
        command.addAll(List.of(IMAGE, "sh", "-c", """
                exec %spostgres -D %s -k /sockets -c listen_addresses= -c shared_buffers=32MB \
                -c min_wal_size=32MB -c max_wal_size=64MB -c checkpoint_timeout=30s >>/sockets/log 2>&1
                """.formatted(PROGRAMS, DATA)));
        engine.docker(command.toArray(String[]::new)).ok();
        awaitReady();
    }

    /** Waits until the server takes queries. */
    void awaitReady() {
        try {
            Eventually.await(
                    "PostgreSQL", () -> client("psql", "-c", "SELECT 1").exit() == 0);
        } catch (AssertionError e) {
            throw new AssertionError(log(), e);
        }
    }

    /** What a query says: columns parted by bars. */
    String query(String sql) {
        return client("psql", "--no-psqlrc", "--tuples-only", "--no-align", "-c", sql)
                .ok();
    }

    long count(String sql) {
        return Long.parseLong(query(sql));
    }

    /** Fills the tables of pgbench, 15 MB for each of {@code scale}. */
    void fill(int scale) {
        client("pgbench", "--initialize", "--quiet", "--scale=" + scale).ok();
    }

    /** Has pgbench work on the database until it is told to stop. */
    PgBench bench(String... arguments) {
        Path log = engine.directory().resolve("pgbench-" + name + "-" + ++benches + ".log");
        String[] command =
                Stream.concat(Stream.of(pgbench()), Stream.of(arguments)).toArray(String[]::new);
        Process process = engine.sandbox().start(log, engine.sandbox().inside().builder(command("pgbench", command)));
        return new PgBench(process, log);
    }

    /** Has numbers written into a table of their own, each in a transaction of its own, until it is told to stop. */
    PgCounter counter() throws IOException {
        query("CREATE TABLE " + PgCounter.TABLE + " (number bigint PRIMARY KEY)");
        return new PgCounter(engine.sandbox()
                .inside()
                .builder(command("psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1"))
                .redirectErrorStream(true)
                .start());
    }

    private static String[] pgbench() {
        return new String[] {
            "--no-vacuum", "--client=" + PgBench.CLIENTS, "--jobs=2", "--time=" + PgBench.LONGER_THAN_ANY_TEST
        };
    }

    /** Reads every page of every table and index by the running server. */
    void verifyTables() {
        assertThat(query("SELECT sum(abalance) FROM pgbench_accounts"))
                .as("accounts, tellers, branches and history agree")
                .isEqualTo(query("SELECT sum(tbalance) FROM pgbench_tellers"))
                .isEqualTo(query("SELECT sum(bbalance) FROM pgbench_branches"))
                .isEqualTo(query("SELECT sum(delta) FROM pgbench_history"));
        client("pg_amcheck", "--install-missing", "--heapallindexed").ok();
        assertThat(log())
                .doesNotContain("PANIC", "could not write", "could not fsync", "could not read", "invalid page");
    }

    /** Ends the server in order, and removes the container. */
    void stop() {
        engine.docker("stop", "--time=60", name).ok();
        engine.docker("rm", name).ok();
        assertThat(log()).endsWith("database system is shut down\n");
    }

    /** Reads every page of every file of the stopped server. */
    void verifyFiles() {
        assertThat(once("pg_checksums", "--check")).contains("Bad checksums:  0");
    }

    /** The end of what the server told. */
    private String log() {
        try {
            String all = Files.readString(sockets.resolve("log"));
            return all.substring(Math.max(0, all.length() - LOG_SHOWN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String once(String program, String... arguments) {
        return engine.docker(Stream.concat(
                                Stream.of("run", "--rm", "--network=none", "-v", name + ":/data", IMAGE),
                                Stream.concat(Stream.of(PROGRAMS + program, "--pgdata=" + DATA), Stream.of(arguments)))
                        .toArray(String[]::new))
                .ok();
    }

    private Outcome client(String program, String... arguments) {
        return engine.sandbox().inside().run(command(program, arguments));
    }

    private String[] command(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(PROGRAMS + program, "--host=" + sockets, "--username=postgres"));
        Collections.addAll(command, arguments);
        command.add("postgres");
        return command.toArray(String[]::new);
    }
}
