package io.flockerj.hub.http;

import io.flockerj.hub.access.Caller;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request and its answer, from the first to the last, which is logged and measured once. Nothing of its headers or its query is. */
final class Exchange implements AutoCloseable {
    /** No RFC has a status for it; this is nginx's, which those who read logs know. */
    private static final Status WENT_AWAY = Status.create(499, "Client Closed Request");

    private static final Logger LOG = LoggerFactory.getLogger("io.flockerj.hub.requests");

    private final RoutingRequest request;
    private final RoutingResponse response;
    private final String id;
    private final Parts parts;
    private final Instant begun;
    private final AtomicLong came = new AtomicLong();
    private Optional<Status> lost = Optional.empty();
    private boolean isOver;

    /** What exchanges have in common. */
    record Parts(InstantSource clock, Pace pace, Watch watch, Meters meters) {}

    private Exchange(RoutingRequest request, RoutingResponse response, String id, Parts parts) {
        this.request = request;
        this.response = response;
        this.id = id;
        this.parts = parts;
        this.begun = parts.clock().instant();
    }

    /** Begins it, in the thread that is to end it. */
    static Exchange begin(RoutingRequest request, RoutingResponse response, String id, Parts parts) {
        Exchange exchange = new Exchange(request, response, id, parts);
        request.streamFilter(body -> new PacedBody(body, parts, exchange.came, exchange::lost));
        response.beforeSend(() -> parts.watch().begin(response::bytesWritten));
        response.whenSent(() -> exchange.over("Request answered"));
        return exchange;
    }

    /** The rest of the body does not come; there is nobody to be answered, and nothing for who runs the hub. */
    private CloseConnectionException lost(RuntimeException why) {
        boolean isWatched = Thread.currentThread().isInterrupted(); // by the watch, as too slow
        lost = Optional.of(isWatched ? Status.REQUEST_TIMEOUT_408 : WENT_AWAY);
        return new CloseConnectionException("the rest of a body does not come", why);
    }

    /** Whatever came of it. What is left of the body is passed over by the server, and the next request waited for, but not for ever. */
    @Override
    public void close() {
        over("Request broken off");
        parts.watch().begin(() -> 0);
    }

    private void over(String words) {
        if (isOver) {
            return;
        }
        isOver = true;
        parts.watch().end();
        Duration took = Duration.between(begun, parts.clock().instant());
        int status = lost.orElse(response.status()).code();
        LOG.atInfo()
                .addKeyValue("request", id)
                .addKeyValue("address", Callers.address(request))
                .addKeyValue("account", account())
                .addKeyValue("method", request.prologue().method().text())
                .addKeyValue("path", request.prologue().uriPath().rawPath())
                .addKeyValue("status", status)
                .addKeyValue("bytes", response.bytesWritten())
                .addKeyValue("bytesIn", came.get())
                .addKeyValue("durationMs", took.toMillis())
                .log(words);
        parts.meters()
                .answered(
                        request.matchingPattern().orElse(Meters.NO_ROUTE),
                        request.prologue().method().text(),
                        status,
                        took,
                        came.get(),
                        response.bytesWritten());
    }

    private String account() {
        return request.context()
                .get(Caller.class)
                .flatMap(Caller::account)
                .map(Caller.Account::name)
                .orElse("-");
    }
}
