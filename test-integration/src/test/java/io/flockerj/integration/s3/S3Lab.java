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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Ceph with its S3 gateway, from Debian's packages, with three OSDs that keep their data in memory. Of each object there are three
 * copies, and two are enough to write. It starts in a few seconds and takes some 300 MB. It ends with its sandbox. It answers with and
 * without TLS; its certificate is for {@value #NAME} and {@code localhost}.
 */
public final class S3Lab implements AutoCloseable {
    /** What a name server may call it. */
    public static final String NAME = "s3.flockerj.test";

    /** Of the user who owns all. */
    public static final String KEY = "LABKEY0000000000";

    /** Of all users. */
    public static final String SECRET = "lab-secret-0123456789";

    private static final String LOOPBACK = "127.0.0.1";
    private static final String ANYWHERE = "0.0.0.0";

    /** A line of the gateway's log, of a request that was answered. */
    private static final Pattern ANSWERED = Pattern.compile("beast: .*\"([A-Z]+) /");

    private final Sandbox sandbox;
    private final Path directory;
    private final CephConfig config;
    private final List<Process> osds = new ArrayList<>();
    private final AtomicInteger buckets = new AtomicInteger();

    private S3Lab(Sandbox sandbox, Path directory, String listen) {
        this.sandbox = sandbox;
        this.directory = directory;
        this.config = new CephConfig(
                directory, freePort(), freePort(), freePort(), UUID.randomUUID().toString(), listen);
    }

    /** Starts one that tests reach, and programs that they start. */
    public static S3Lab start() {
        Sandbox sandbox = Sandbox.openOnMachinesNetwork("s3");
        try {
            return startIn(sandbox, sandbox.directory(), LOOPBACK);
        } catch (RuntimeException | AssertionError e) {
            sandbox.close();
            throw e;
        }
    }

    /** Starts one that only programs in that sandbox reach, and in those that are connected with it. It ends with it. */
    public static S3Lab startWithin(Sandbox sandbox) {
        Path directory = sandbox.directory().resolve("s3");
        try {
            return startIn(sandbox, Files.createDirectory(directory), ANYWHERE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static S3Lab startIn(Sandbox sandbox, Path directory, String listen) {
        try {
            S3Lab lab = new S3Lab(sandbox, directory, listen);
            lab.startAll();
            return lab;
        } catch (RuntimeException | AssertionError e) {
            printLogs(directory);
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
        addUser("lab", KEY);
        credentials("lab", KEY, SECRET);
        makeCertificate();
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

    private void makeCertificate() {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-newkey", "ec", "-nodes"));
        command.addAll(List.of("-pkeyopt", "ec_paramgen_curve:P-256", "-days", "2", "-subj", "/CN=" + NAME));
        command.addAll(List.of("-addext", "subjectAltName=DNS:" + NAME + ",DNS:localhost"));
        command.addAll(List.of("-keyout", path("tls.key"), "-out", path("tls.crt")));
        run(command.toArray(String[]::new));
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
        return endpoint(LOOPBACK);
    }

    /** Where it listens, for who reaches it at that address. */
    public URI endpoint(String address) {
        return URI.create("http://" + address + ":" + config.gatewayPort());
    }

    /** Where it listens with TLS. */
    public URI tlsEndpoint(String host) {
        return URI.create("https://" + host + ":" + config.tlsPort());
    }

    /** What its certificate is signed by: itself. */
    public Path caFile() {
        return directory.resolve("tls.crt");
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

    /** The same for another user, who is allowed to read this bucket, and to change nothing in it. */
    public Map<String, String> optionsOfReader(String bucket) {
        addUser("reader", "READERKEY0000000");
        String policy = """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/reader"]},
                 "Action": ["s3:GetObject", "s3:ListBucket", "s3:GetBucketVersioning"],
                 "Resource": ["arn:aws:s3:::%1$s", "arn:aws:s3:::%1$s/*"]}]}""".formatted(bucket);
        request("PUT", bucket + "?policy=", "--data", policy);
        return options(credentials("reader", "READERKEY0000000", SECRET));
    }

    /** The keys in a bucket. */
    public List<String> keys(String bucket) {
        String listed = request("GET", bucket);
        return Pattern.compile("<Key>([^<]*)</Key>")
                .matcher(listed)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /** How many bytes the objects of a bucket have, which are a thousand at most. */
    public long bytes(String bucket) {
        String listed = request("GET", bucket);
        if (listed.contains("<IsTruncated>true")) {
            throw new IllegalStateException("there are more than a thousand objects in " + bucket);
        }
        return Pattern.compile("<Size>([0-9]+)</Size>")
                .matcher(listed)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    /** How many requests of each method the gateway has answered until now, as its log tells. */
    public Map<String, Integer> requests() {
        Map<String, Integer> requests = new TreeMap<>();
        try (Stream<String> lines = Files.lines(directory.resolve("client.rgw.log"), StandardCharsets.ISO_8859_1)) {
            lines.map(ANSWERED::matcher)
                    .filter(Matcher::find)
                    .forEach(found -> requests.merge(found.group(1), 1, Integer::sum));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return requests;
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

    private String request(String method, String path, String... more) {
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
                KEY + ":" + SECRET,
                // curl before version 8 does not say so itself, and signs something else.
                "--header",
                "x-amz-content-sha256: UNSIGNED-PAYLOAD"));
        command.addAll(List.of(more));
        command.add(endpoint() + "/" + path);
        return sandbox.inside().run(command.toArray(String[]::new)).ok();
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
