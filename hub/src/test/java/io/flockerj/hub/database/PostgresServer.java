package io.flockerj.hub.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Debian's PostgreSQL 15 with data of its own, on a port of this host. It does not run as root, so root gives that up for it. */
public final class PostgresServer implements AutoCloseable {
    private static final String PROGRAMS = "/usr/lib/postgresql/15/bin/";
    private static final String PASSWORD = "a secret of the tests";
    private static final int MOST_SECONDS = 60;

    private final Path directory;
    private final int port;
    private final AtomicInteger databases = new AtomicInteger();

    private PostgresServer(Path directory, int port) {
        this.directory = directory;
        this.port = port;
    }

    /** The one server of a run of tests, which ends with it. */
    public static PostgresServer shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(PostgresServer.class))
                .computeIfAbsent(PostgresServer.class, _ -> start(), PostgresServer.class);
    }

    /** Starts one, for whoever ends it. */
    public static PostgresServer start() {
        try {
            // Not below the directory of the tests, which may be closed to all but root.
            Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "hub-postgres-");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            PostgresServer server = new PostgresServer(directory, freePort());
            Path password = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
            server.run(
                    "initdb",
                    "-D",
                    server.data(),
                    "-U",
                    "hub",
                    "--auth=scram-sha-256",
                    "--pwfile=" + password,
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync");
            server.run(
                    "pg_ctl",
                    "-D",
                    server.data(),
                    "-w",
                    "-l",
                    directory.resolve("log").toString(),
                    "-o",
                    "-F -p " + server.port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + directory,
                    "start");
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(PROGRAMS + program);
        command.addAll(List.of(arguments));
        Path output = directory.resolve(program + ".out");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(program + " failed: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** A new, empty database. */
    public DatabaseLocation newDatabase() {
        String name = "hub" + databases.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "hub", PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return DatabaseLocation.parse("postgresql://hub@127.0.0.1:" + port + "/" + name, Optional.of(PASSWORD));
    }

    @Override
    public void close() throws IOException {
        run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
