package io.flockerj.hub.http;

import io.flockerj.hub.guard.Storehouse;
import io.flockerj.hub.http.BodyException.Fault;
import io.flockerj.hub.limit.Limiter;
import io.flockerj.store.backend.Backend;
import io.flockerj.store.backend.Listed;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.StreamingBackend.Part;
import io.flockerj.store.backend.Value;
import io.flockerj.store.backend.Version;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The calls of a backend, below an owner: {@code objects/NAME} is got (in parts by {@code Range}), put (only if there is none) and deleted;
 * {@code values/NAME} is got with its version as entity tag, and put if it still is the one expected; {@code lists/FOLDER} is got page by
 * page. Content goes through a buffer, down from the storage and up into the {@link Spool}.
 */
final class ObjectRoutes implements HttpService {
    /** So many names are on a page of a list. */
    static final int PAGE = 10_000;

    private static final int PIECE = 64 * 1024;

    private final Storehouses storehouses;
    private final Callers callers;
    private final Limiter limiter;
    private final Spool spool;

    ObjectRoutes(Storehouses storehouses, Callers callers, Limiter limiter, Spool spool) {
        this.storehouses = storehouses;
        this.callers = callers;
        this.limiter = limiter;
        this.spool = spool;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/{owner}/objects/{+name}", this::get)
                .head("/{owner}/objects/{+name}", this::head)
                .put("/{owner}/objects/{+name}", this::put)
                .delete("/{owner}/objects/{+name}", this::delete)
                .get("/{owner}/values/{+name}", this::value)
                .put("/{owner}/values/{+name}", this::swap)
                .get("/{owner}/lists/{+name}", this::list);
    }

    private Storehouse storehouse(ServerRequest request) throws IOException {
        return storehouses.of(callers.of(request), Requests.owner(request));
    }

    private void get(ServerRequest request, ServerResponse response) throws IOException {
        Optional<Requests.Range> range = Requests.range(request);
        long from = range.map(Requests.Range::from).orElse(0L);
        long length = range.map(Requests.Range::length).orElse(Long.MAX_VALUE);
        try (Part part = storehouse(request).open(Requests.name(request), from, length)) {
            if (range.isPresent() && part.length() == 0) {
                response.status(416).header(HeaderNames.CONTENT_RANGE, "bytes */" + part.size());
                response.send();
                return;
            }
            if (range.isPresent()) {
                long last = from + part.length() - 1;
                response.status(206)
                        .header(HeaderNames.CONTENT_RANGE, "bytes " + from + "-" + last + "/" + part.size());
            }
            response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream")
                    .header(HeaderNames.ACCEPT_RANGES, "bytes")
                    .contentLength(part.length());
            try (OutputStream out = response.outputStream()) {
                send(part, out);
            }
        }
    }

    private static void send(Part part, OutputStream out) throws IOException {
        byte[] piece = new byte[PIECE];
        for (int read = part.bytes().read(piece); read >= 0; read = part.bytes().read(piece)) {
            out.write(piece, 0, read);
        }
    }

    private void head(ServerRequest request, ServerResponse response) throws IOException {
        try (Part part = storehouse(request).open(Requests.name(request), 0, 0)) {
            response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream")
                    .header(HeaderNames.ACCEPT_RANGES, "bytes")
                    .contentLength(part.size());
            response.send();
        }
    }

    private void put(ServerRequest request, ServerResponse response) throws IOException {
        ObjectName name = Requests.name(request);
        Requests.requireCreateOnly(request);
        Storehouse storehouse = storehouse(request);
        long longest = storehouse.terms(name).longest();
        long length = Requests.length(request, longest);
        boolean made;
        try (Limiter.Upload _ = limiter.uploads(uploader(request));
                InputStream body = body(request, length)) {
            made = spool.take(body, longest, deposit -> {
                requireWhole(length, deposit.size());
                return storehouse.create(name, deposit);
            });
        }
        response.status(made ? 201 : 412).send();
    }

    private String uploader(ServerRequest request) throws IOException {
        return callers.of(request).account().map(account -> account.id().hex()).orElse("");
    }

    private static InputStream body(ServerRequest request, long length) {
        return length == 0 ? InputStream.nullInputStream() : request.content().inputStream();
    }

    private static void requireWhole(long length, long came) throws BodyException {
        if (came != length) {
            throw new BodyException(Fault.CUT_OFF, "of " + length + " bytes only " + came + " came");
        }
    }

    private void delete(ServerRequest request, ServerResponse response) throws IOException {
        storehouse(request).delete(Requests.name(request));
        response.status(204).send();
    }

    private void value(ServerRequest request, ServerResponse response) throws IOException {
        ObjectName name = Requests.name(request);
        Value value = storehouse(request)
                .value(name)
                .orElseThrow(() -> new NoSuchObjectException(
                        name, String.valueOf(request.path().path())));
        response.header(HeaderNames.ETAG, '"' + value.version().text() + '"')
                .header(HeaderNames.CONTENT_TYPE, "application/octet-stream")
                .send(value.bytes().toArray());
    }

    private void swap(ServerRequest request, ServerResponse response) throws IOException {
        ObjectName name = Requests.name(request);
        Optional<Version> expected = Requests.expected(request);
        long length = Requests.length(request, Backend.LONGEST_VALUE);
        Storehouse storehouse = storehouse(request);
        byte[] value;
        try (InputStream body = body(request, length)) {
            value = body.readNBytes((int) length);
        }
        requireWhole(length, value.length);
        Optional<Version> made = storehouse.swap(name, expected, value);
        if (made.isPresent()) {
            response.header(HeaderNames.ETAG, '"' + made.get().text() + '"');
        }
        response.status(made.isPresent() ? 204 : 412).send();
    }

    /** Each line has a size, a time in milliseconds and a name; the last line says whether there is {@code more}, or an {@code end}. */
    private void list(ServerRequest request, ServerResponse response) throws IOException {
        ObjectName folder = Requests.name(request);
        Optional<String> after = request.query().first("after").asOptional();
        if (after.isPresent()) {
            Requests.name(after.get());
        }
        NavigableMap<ObjectName, Listed> page = page(storehouse(request), folder, after.orElse(""));
        boolean more = page.size() > PAGE;
        if (more) {
            page.pollLastEntry();
        }
        StringBuilder lines = new StringBuilder();
        for (Listed listed : page.values()) {
            lines.append(listed.size()).append(' ').append(listed.modified().toEpochMilli());
            lines.append(' ').append(listed.name()).append('\n');
        }
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=us-ascii")
                .send(lines.append(more ? "more\n" : "end\n").toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** One more than a page at most. */
    private static NavigableMap<ObjectName, Listed> page(Storehouse storehouse, ObjectName folder, String after)
            throws IOException {
        TreeMap<ObjectName, Listed> page = new TreeMap<>();
        storehouse.list(folder, listed -> {
            if (listed.name().text().compareTo(after) > 0) {
                page.put(listed.name(), listed);
                if (page.size() > PAGE + 1) {
                    page.pollLastEntry();
                }
            }
        });
        return page;
    }
}
