package io.flockerj.store.backend.hub;

import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.flockerj.store.backend.hub.HubConnection.Call;
import io.flockerj.store.wire.Bytes;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps bytes with an owner on a hub. Names are paths of the hub's API; a value's version is its entity tag. Nothing is sent twice: whoever
 * wants that puts a decorator around it. What the hub does not allow fails with a
 * {@link io.flockerj.store.backend.NotAllowedException}, whose message is the hub's; what the caller may not know of is not there.
 */
public final class HubBackend implements Backend, AutoCloseable {
    private static final String OBJECTS = "objects";
    private static final String VALUES = "values";
    private static final String LISTS = "lists";

    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;
    private static final int PARTIAL = 206;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    /** So many bytes and more are sent only when the hub has said that it takes them. */
    private static final long ASK_BEFORE = 64 * 1024;

    /** No page of a list has more bytes: 10,000 names of 300 characters. */
    private static final int LONGEST_PAGE = 4 << 20;

    private static final String MORE = "more";
    private static final String END = "end";

    private final HubConnection connection;

    HubBackend(HubPlace place, HubTimeouts timeouts) throws IOException {
        this.connection = new HubConnection(place, timeouts);
    }

    /**
     * Gets ready to use a hub. It is not asked for anything yet.
     *
     * @throws IOException if something that the place names on this host cannot be read
     */
    public static HubBackend open(HubPlace place) throws IOException {
        return new HubBackend(place, HubTimeouts.USUAL);
    }

    /**
     * Asks whether there is such an owner, as far as the token says who asks.
     *
     * @throws IOException saying why not, and what to do
     */
    public void probe() throws IOException {
        ObjectName mark = new ObjectName("flockerj");
        read(mark, 0, 1);
    }

    /**
     * Revokes the token that is used here, for ever. One that the hub does not take any more is as good as revoked.
     *
     * @throws IOException saying why not
     */
    public void revokeToken() throws IOException {
        Call call = new Call("revoke the token", new ObjectName("session"), true, 0, 0);
        HttpResponse<byte[]> response = connection.send(
                call, connection.request(connection.place().session()).DELETE().build());
        if (response.statusCode() != NO_CONTENT && response.statusCode() != UNAUTHORIZED) {
            throw connection.refused(call, response);
        }
    }

    @Override
    public byte[] read(ObjectName name, long from, int length) throws IOException {
        Call call = Call.read("read", name, length);
        String range = "bytes=" + from + "-" + (from + Math.max(length, 1) - 1);
        HttpRequest request = connection
                .request(OBJECTS, name, "")
                .setHeader("Range", range)
                .GET()
                .build();
        HttpResponse<byte[]> response = connection.send(call, request);
        return switch (response.statusCode()) {
            case PARTIAL -> length == 0 ? new byte[0] : part(call, from, response);
            case RANGE_NOT_SATISFIABLE -> new byte[0];
            default ->
                throw isMissing(response)
                        ? new NoSuchObjectException(name, toString())
                        : connection.refused(call, response);
        };
    }

    private byte[] part(Call call, long from, HttpResponse<byte[]> response) throws IOException {
        String range = response.headers().firstValue("content-range").orElse("");
        long last = from + response.body().length - 1;
        if (!range.startsWith("bytes " + from + "-" + last + "/") || response.body().length > call.down()) {
            throw new UnavailableException(
                    "the answer to " + call.attempted() + " on " + this + " is another part: " + range, false, null);
        }
        return response.body();
    }

    @Override
    public boolean create(ObjectName name, List<byte[]> content) throws IOException {
        long length = content.stream().mapToLong(piece -> piece.length).sum();
        Call call = Call.change("write", name, length);
        HttpRequest request = connection
                .request(OBJECTS, name, "")
                .setHeader("If-None-Match", "*")
                .expectContinue(length >= ASK_BEFORE)
                .PUT(body(content, length))
                .build();
        HttpResponse<byte[]> response = connection.send(call, request);
        return switch (response.statusCode()) {
            case CREATED -> true;
            case PRECONDITION_FAILED -> false;
            default -> throw connection.refused(call, response);
        };
    }

    private static HttpRequest.BodyPublisher body(List<byte[]> content, long length) {
        return length == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(content), length);
    }

    @Override
    public void list(ObjectName folder, Consumer<Listed> each) throws IOException {
        Optional<String> after = Optional.empty();
        do {
            String[] lines = page(folder, after);
            for (int line = 0; line < lines.length - 1; line++) {
                each.accept(listed(folder, lines[line]));
            }
            boolean more = lines[lines.length - 1].equals(MORE) && lines.length > 1;
            after = more
                    ? Optional.of(listed(folder, lines[lines.length - 2]).name().text())
                    : Optional.empty();
        } while (after.isPresent());
    }

    private String[] page(ObjectName folder, Optional<String> after) throws IOException {
        Call call = Call.read("list", folder, LONGEST_PAGE);
        String query = after.map(name -> "?after=" + name).orElse("");
        HttpRequest request = connection.request(LISTS, folder, query).GET().build();
        HttpResponse<byte[]> response = connection.send(call, request);
        if (response.statusCode() != OK) {
            throw connection.refused(call, response);
        }
        String[] lines = new String(response.body(), StandardCharsets.US_ASCII).split("\n", -1);
        // Behind the last line nothing stands.
        if (lines.length < 2 || !lines[lines.length - 1].isEmpty() || !isLast(lines[lines.length - 2])) {
            throw new UnavailableException("the list of " + folder + " on " + this + " broke off", false, null);
        }
        return List.of(lines).subList(0, lines.length - 1).toArray(String[]::new);
    }

    private static boolean isLast(String line) {
        return line.equals(MORE) || line.equals(END);
    }

    private Listed listed(ObjectName folder, String line) throws IOException {
        String[] words = line.split(" ", -1);
        try {
            if (words.length == 3) {
                ObjectName name = new ObjectName(words[2]);
                if (name.isBelow(folder)) {
                    return new Listed(name, Long.parseLong(words[0]), Instant.ofEpochMilli(Long.parseLong(words[1])));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the list of " + folder + " on " + this + " cannot be read", e);
        }
        throw new IOException("the list of " + folder + " on " + this + " cannot be read");
    }

    @Override
    public void delete(ObjectName name) throws IOException {
        Call call = Call.change("delete", name, 0);
        HttpResponse<byte[]> response = connection.send(
                call, connection.request(OBJECTS, name, "").DELETE().build());
        if (response.statusCode() != NO_CONTENT && !isMissing(response)) {
            throw connection.refused(call, response);
        }
    }

    @Override
    public Optional<Value> value(ObjectName name) throws IOException {
        Call call = Call.read("read", name, LONGEST_VALUE);
        HttpResponse<byte[]> response =
                connection.send(call, connection.request(VALUES, name, "").GET().build());
        if (response.statusCode() == OK) {
            return Optional.of(new Value(Bytes.of(response.body()), version(call, response)));
        }
        if (isMissing(response)) {
            return Optional.empty();
        }
        throw connection.refused(call, response);
    }

    @Override
    public Optional<Version> swap(ObjectName name, Optional<Version> expected, byte[] value) throws IOException {
        if (value.length > LONGEST_VALUE) {
            throw new IllegalArgumentException(name + " cannot have " + value.length + " bytes");
        }
        Call call = Call.change("write", name, value.length);
        HttpRequest.Builder request = connection.request(VALUES, name, "").PUT(body(List.of(value), value.length));
        if (expected.isPresent()) {
            request.setHeader("If-Match", '"' + expected.get().text() + '"');
        } else {
            request.setHeader("If-None-Match", "*");
        }
        HttpResponse<byte[]> response = connection.send(call, request.build());
        return switch (response.statusCode()) {
            case NO_CONTENT -> Optional.of(version(call, response));
            case PRECONDITION_FAILED -> Optional.empty();
            default -> throw connection.refused(call, response);
        };
    }

    private Version version(Call call, HttpResponse<byte[]> response) throws IOException {
        String tag = response.headers().firstValue("etag").orElse("");
        if (tag.length() < 3 || !tag.startsWith("\"") || !tag.endsWith("\"")) {
            throw new UnavailableException(
                    "the answer to " + call.attempted() + " on " + this + " has no version", call.changes(), null);
        }
        return new Version(tag.substring(1, tag.length() - 1));
    }

    private static boolean isMissing(HttpResponse<byte[]> response) {
        return response.statusCode() == NOT_FOUND && HubProblem.of(response).is(HubProblem.NO_SUCH_OBJECT);
    }

    /** Ends all connections. */
    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return connection.place().toString();
    }
}
