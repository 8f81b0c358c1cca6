package io.flockerj.integration.s3;

import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import io.flockerj.integration.sandbox.Outcome;
import io.flockerj.integration.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Ceph with its S3 gateway, from Debian's packages, with three OSDs that keep their data in memory. Of each object there are three
 * copies, and two are enough to write. It starts in a few seconds and takes some 300 MB. It ends with its sandbox.
 */
public final class S3Lab implements AutoCloseable {
    private static final String SECRET = "lab-secret-0123456789";

    private final Sandbox sandbox;
    private final Path directory;
    private final CephConfig config;
    private final List<Process> osds = new ArrayList<>();
    private final AtomicInteger buckets = new AtomicInteger();

    private S3Lab(Sandbox sandbox, int monitorPort, int gatewayPort) {
        this.sandbox = sandbox;
        this.directory = sandbox.directory();
        this.config = new CephConfig(
                directory, monitorPort, gatewayPort, UUID.randomUUID().toString());
    }

    /** Starts one that tests reach, and programs that they start. */
    public static S3Lab start() {
        Sandbox sandbox = Sandbox.openOnMachinesNetwork("s3");
        try {
            S3Lab lab = new S3Lab(sandbox, freePort(), freePort());
            lab.startAll();
            return lab;
        } catch (RuntimeException | AssertionError e) {
            printLogs(sandbox.directory());
            sandbox.close();
            throw e;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free", e);
        }
    }

    private static void printLogs(Path directory) {
        Outcome logs = Commands.here().run("sh", "-c", "tail -n 15 " + directory + "/*.log " + directory + "/*.out");
        System.out.println(logs.output());
    }

    private void startAll() {
        write("ceph.conf", config.text());
        run("mkdir", "-p", path("mon"), path("rgw"), path("crash"));
        run("monmaptool", "--create", "--fsid", config.id(), "--addv", "a", monitorAddress(), path("monmap"));
        run("ceph-authtool", "--create-keyring", path("keyring"), "--gen-key", "-n", "mon.", "--cap", "mon", "allow *");
        ceph("ceph-mon", "--mkfs", "-i", "a", "--monmap", path("monmap"), "--keyring", path("keyring"));
        daemon("mon", "ceph-mon", "-i", "a");
        startOsds();
        addUser("lab", key());
        credentials("lab", key(), SECRET);
        startGateway();
    }

    private String monitorAddress() {
        return "[v2:127.0.0.1:" + config.monitorPort() + "/0]";
    }

    private void startOsds() {
        StringBuilder commands = new StringBuilder();
        List<String> ids = new ArrayList<>();
        for (int osd = 0; osd < CephConfig.OSDS; osd++) {
            ids.add(UUID.randomUUID().toString());
            commands.append("osd new ")
                    .append(ids.get(osd))
                    .append(' ')
                    .append(osd)
                    .append('\n');
        }
        sandbox.inside()
                .feed(commands.toString(), "ceph", "-c", path("ceph.conf"), "--connect-timeout", "30")
                .ok();
        for (int osd = 0; osd < CephConfig.OSDS; osd++) {
            run("mkdir", path("osd." + osd));
            ceph("ceph-osd", "-i", "" + osd, "--mkfs", "--osd-uuid", ids.get(osd));
            osds.add(daemon("osd." + osd, "ceph-osd", "-i", "" + osd));
        }
    }

    private void startGateway() {
        Process gateway = daemon("rgw", "radosgw", "-n", "client.rgw");
        Eventually.await("the gateway", () -> {
            if (!gateway.isAlive()) {
                throw new AssertionError("the gateway has ended");
            }
            return sandbox.inside()
                            .run(
                                    "curl",
                                    "--silent",
                                    "--output",
                                    "/dev/null",
                                    endpoint().toString())
                            .exit()
                    == 0;
        });
    }

    private void run(String... command) {
        sandbox.inside().run(command).ok();
    }

    /** Runs one of Ceph's programs with this configuration. */
    private String ceph(String program, String... arguments) {
        return sandbox.inside().run(cephCommand(program, arguments)).ok();
    }

    private String[] cephCommand(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program, "-c", path("ceph.conf")));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }

    private Process daemon(String name, String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(cephCommand(program, arguments)));
        command.add(1, "-f");
        return sandbox.start(
                directory.resolve(name + ".out"), sandbox.inside().builder(command.toArray(String[]::new)));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key() {
        return "LABKEY0000000000";
    }

    private void addUser(String name, String key) {
        ceph(
                "radosgw-admin",
                "-n",
                "client.rgw",
                "user",
                "create",
                "--uid=" + name,
                "--display-name=" + name,
                "--access-key=" + key,
                "--secret-key=" + SECRET);
    }

    /** Where it listens. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + config.gatewayPort());
    }

    /** The options of a bucket here, for the user who owns all. */
    public Map<String, String> options() {
        return options(directory.resolve("credentials.lab"));
    }

    private Map<String, String> options(Path credentials) {
        return Map.of("endpoint", endpoint().toString(), "credentials-file", credentials.toString());
    }

    /** A file with credentials, whether they are good or not. */
    public Path credentials(String name, String key, String secret) {
        return write("credentials." + name, """
                [default]
                aws_access_key_id = %s
                aws_secret_access_key = %s
                """.formatted(key, secret));
    }

    /** The same for another user, who is allowed nothing in others' buckets. */
    public Map<String, String> optionsOfStranger() {
        addUser("stranger", "STRANGERKEY00000");
        return options(credentials("stranger", "STRANGERKEY00000", SECRET));
    }

    /** Makes a bucket, and says how it is called. */
    public String newBucket() {
        String name = "bucket" + buckets.incrementAndGet();
        request("PUT", name);
        return name;
    }

    /** Lets a bucket keep versions from now on, or not any more: {@code Enabled}, {@code Suspended}. */
    public void setVersioning(String bucket, String status) {
        request(
                "PUT",
                bucket + "?versioning=",
                "--data",
                "<VersioningConfiguration><Status>" + status + "</Status></VersioningConfiguration>");
    }

    /** Lets a bucket hold no more than so many objects. */
    public void setQuota(String bucket, int objects) {
        ceph(
                "radosgw-admin",
                "-n",
                "client.rgw",
                "quota",
                "set",
                "--quota-scope=bucket",
                "--bucket=" + bucket,
                "--max-objects=" + objects);
        ceph("radosgw-admin", "-n", "client.rgw", "quota", "enable", "--quota-scope=bucket", "--bucket=" + bucket);
    }

    private void request(String method, String path, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "--fail",
                "--silent",
                "--show-error",
                "--max-time",
                "60",
                "--request",
                method,
                "--aws-sigv4",
                "aws:amz:us-east-1:s3",
                "--user",
                key() + ":" + SECRET,
                // curl before version 8 does not say so itself, and signs something else.
                "--header",
                "x-amz-content-sha256: UNSIGNED-PAYLOAD"));
        command.addAll(List.of(more));
        command.add(endpoint() + "/" + path);
        run(command.toArray(String[]::new));
    }

    /** Kills an OSD. Of its data there are two copies left, which is enough. */
    public void killOsd(int osd) {
        osds.get(osd).destroyForcibly();
        Eventually.await("the end of an OSD", () -> !osds.get(osd).isAlive());
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
