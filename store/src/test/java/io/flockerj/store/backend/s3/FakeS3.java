package io.flockerj.store.backend.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of a store as {@link S3Backend} asks for, in memory, with the flaws that stores have. It checks no signatures. */
public final class FakeS3 implements AutoCloseable {
    static final String BUCKET = "bucket";
    private static final int PAGE = 3;

    /** In what a store may differ from AWS. */
    enum Flaw {
        /** Entity tags in {@code If-Match} are compared with their quotes, as by Ceph. */
        COMPARES_QUOTES,
        /** Those without quotes are passed over. */
        WANTS_QUOTES,
        IGNORES_IF_NONE_MATCH,
        IGNORES_IF_MATCH,
        NEVER_MATCHES,
        KEEPS_VERSIONS,
        HIDES_THAT_IT_KEEPS_VERSIONS,
        LISTS_NOTHING,
        IGNORES_RANGES,
        BREAKS_OFF,
        HAS_NO_TAGS,
        IS_NO_S3
    }

    /** What is answered in place of the right answer. */
    record Answer(int status, String code, Map<String, String> headers) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Entry(byte[] bytes, Instant modified) {}

    private final HttpServer server;
    private final Set<Flaw> flaws = EnumSet.noneOf(Flaw.class);
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private int room = Integer.MAX_VALUE;
    private Answer full = new Answer(403, "QuotaExceeded", Map.of());
    final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger digests = new AtomicInteger();

    public FakeS3() throws IOException {
        this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    FakeS3(HttpServer server) {
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.incrementAndGet();
                handle(exchange);
            }
        });
        server.start();
    }

    FakeS3 with(Flaw... more) {
        flaws.addAll(List.of(more));
        return this;
    }

    void always(int status, String code, Map<String, String> headers) {
        for (int i = 0; i < 20; i++) {
            answers.add(new Answer(status, code, headers));
        }
    }

    /** From now on it takes so many objects more, and answers like that then. */
    synchronized void leaveRoom(int objects, Answer answer) {
        room = objects;
        full = answer;
    }

    synchronized void makeRoom() {
        room = Integer.MAX_VALUE;
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    int port() {
        return server.getAddress().getPort();
    }

    synchronized Set<String> keys() {
        return Set.copyOf(entries.keySet());
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Answer answer = answers.poll();
        if (answer != null) {
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            error(exchange, answer.status(), answer.code());
            return;
        }
        if (flaws.contains(Flaw.IS_NO_S3)) {
            send(exchange, 200, "<html><body>It works!<br></body></html>".getBytes(StandardCharsets.UTF_8));
            return;
        }
        String path = exchange.getRequestURI().getPath();
        String key = path.length() > BUCKET.length() + 2 ? path.substring(BUCKET.length() + 2) : "";
        synchronized (this) {
            switch (exchange.getRequestMethod()) {
                case "PUT" -> put(exchange, key, body);
                case "DELETE" -> {
                    entries.remove(key);
                    exchange.sendResponseHeaders(204, -1);
                }
                default -> {
                    if (key.isEmpty()) {
                        ofBucket(exchange);
                    } else {
                        get(exchange, key);
                    }
                }
            }
        }
    }

    private void put(HttpExchange exchange, String key, byte[] body) throws IOException {
        Entry there = entries.get(key);
        String tag = there == null ? null : tag(there.bytes());
        if (breaks(exchange, "If-None-Match", there != null, Flaw.IGNORES_IF_NONE_MATCH)) {
            error(exchange, 412, "PreconditionFailed");
            return;
        }
        String wanted = exchange.getRequestHeaders().getFirst("If-Match");
        if (wanted != null && !flaws.contains(Flaw.IGNORES_IF_MATCH)) {
            boolean quoted = wanted.startsWith("\"");
            boolean passedOver = !quoted && flaws.contains(Flaw.WANTS_QUOTES);
            String bare = wanted.replace("\"", "");
            boolean strict = quoted && flaws.contains(Flaw.COMPARES_QUOTES);
            boolean matches = passedOver || (bare.equals(tag) && !strict);
            if (!matches || flaws.contains(Flaw.NEVER_MATCHES)) {
                error(exchange, 412, "PreconditionFailed");
                return;
            }
        }
        String digest = exchange.getRequestHeaders().getFirst("Content-MD5");
        if (digest != null) {
            digests.incrementAndGet();
            if (!HexFormat.of().formatHex(Base64.getDecoder().decode(digest)).equals(tag(body))) {
                error(exchange, 400, "BadDigest");
                return;
            }
        }
        if (there == null && room == 0) {
            error(exchange, full.status(), full.code());
            return;
        }
        room -= there == null ? 1 : 0;
        entries.put(key, new Entry(body, Instant.now()));
        if (flaws.contains(Flaw.KEEPS_VERSIONS) || flaws.contains(Flaw.HIDES_THAT_IT_KEEPS_VERSIONS)) {
            exchange.getResponseHeaders().set("x-amz-version-id", "v" + requests.get());
        }
        tagged(exchange, body);
        exchange.sendResponseHeaders(200, -1);
    }

    private boolean breaks(HttpExchange exchange, String header, boolean broken, Flaw passedOver) {
        return exchange.getRequestHeaders().containsKey(header) && broken && !flaws.contains(passedOver);
    }

    private void get(HttpExchange exchange, String key) throws IOException {
        Entry entry = entries.get(key);
        if (entry == null) {
            error(exchange, 404, "NoSuchKey");
            return;
        }
        tagged(exchange, entry.bytes());
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", "" + entry.bytes().length);
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null || flaws.contains(Flaw.IGNORES_RANGES)) {
            send(exchange, 200, entry.bytes());
            return;
        }
        String[] ends = range.substring("bytes=".length()).split("-", 2);
        long from = Long.parseLong(ends[0]);
        int size = entry.bytes().length;
        if (from >= size) {
            error(exchange, 416, "InvalidRange");
            return;
        }
        int to = (int) Math.min(Long.parseLong(ends[1]) + 1, size);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + size);
        send(exchange, 206, Arrays.copyOfRange(entry.bytes(), (int) from, to));
    }

    private void ofBucket(HttpExchange exchange) throws IOException {
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        if (query.containsKey("versioning")) {
            String status = flaws.contains(Flaw.KEEPS_VERSIONS) ? "<Status>Enabled</Status>" : "";
            xml(exchange, 200, "<VersioningConfiguration>" + status + "</VersioningConfiguration>");
            return;
        }
        String prefix = query.getOrDefault("prefix", "");
        String after = query.getOrDefault("continuation-token", "");
        List<String> found = new ArrayList<>();
        entries.keySet().stream()
                .filter(key -> key.startsWith(prefix) && key.compareTo(after) > 0)
                .forEach(found::add);
        if (flaws.contains(Flaw.LISTS_NOTHING)) {
            found.clear();
        }
        List<String> page = found.subList(0, Math.min(PAGE, found.size()));
        StringBuilder contents = new StringBuilder("<ListBucketResult>");
        for (String key : page) {
            Entry entry = Objects.requireNonNull(entries.get(key));
            contents.append("<Contents><Key>" + key + "</Key><LastModified>" + entry.modified()
                    + "</LastModified><Size>" + entry.bytes().length + "</Size></Contents>");
        }
        boolean more = found.size() > page.size();
        contents.append("<IsTruncated>" + more + "</IsTruncated>");
        if (more) {
            contents.append("<NextContinuationToken>" + page.getLast() + "</NextContinuationToken>");
        }
        xml(exchange, 200, contents.append("</ListBucketResult>").toString());
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private void tagged(HttpExchange exchange, byte[] bytes) {
        if (!flaws.contains(Flaw.HAS_NO_TAGS)) {
            exchange.getResponseHeaders().set("ETag", '"' + tag(bytes) + '"');
        }
    }

    private static String tag(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void error(HttpExchange exchange, int status, String code) throws IOException {
        String body = code.isEmpty() ? "" : "<Error><Code>" + code + "</Code><Message>m</Message></Error>";
        xml(exchange, status, body);
    }

    private static void xml(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes, 0, flaws.contains(Flaw.BREAKS_OFF) ? bytes.length / 2 : bytes.length);
        }
    }
}
