package io.flockerj.hub.http;

import io.flockerj.hub.access.Authentication;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.Envelope;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Listens, and hands requests to those who answer them; what fails is answered here, in one place (docs/decisions/0161). */
public final class HubServer implements AutoCloseable {
    /** No line of a request is longer: two paths in a volume, of 4095 bytes, each written as three characters, and a name. */
    private static final int LONGEST_LINE = 32 * 1024;

    private static final int LONGEST_HEADERS = 16 * 1024;
    private static final long LONGEST_BODY = Envelope.LONGEST_INDEX + (long) Envelope.OVERHEAD;

    private static final int MOST_CONNECTIONS = 4096;
    /** Waiting for bytes of a request, or for the other side to take some. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private static final Duration IDLE = Duration.ofMinutes(2);
    /** For requests that are going on when the hub ends. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(HubServer.class);
    private static final Logger REQUESTS = LoggerFactory.getLogger("io.flockerj.hub.requests");

    private final WebServer server;
    private volatile boolean ending;

    private HubServer(Parts parts, ServerSettings settings) throws IOException {
        WebServerConfig.Builder builder = WebServer.builder()
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                .host(settings.host().isEmpty() ? "0.0.0.0" : settings.host())
                .port(settings.port())
                .maxPayloadSize(LONGEST_BODY)
                .maxTcpConnections(MOST_CONNECTIONS)
                .idleConnectionTimeout(IDLE)
                .shutdownGracePeriod(GRACE)
                .connectionOptions(socket -> socket.readTimeout(SILENCE).tcpNoDelay(true))
                .addProtocol(Http1Config.builder()
                        .maxPrologueLength(LONGEST_LINE)
                        .maxHeadersSize(LONGEST_HEADERS)
                        .build())
                .routing(routing -> route(routing, parts));
        if (settings.tls().isPresent()) {
            Certificates certificates = new Certificates(settings.tls().get(), parts.clock());
            builder.tls(tls -> tls.sslContext(certificates.context()));
        }
        this.server = builder.build().start();
    }

    /** What the server hands requests to. */
    private record Parts(List<Mount> mounts, Callers callers, Readiness readiness, InstantSource clock) {}

    /**
     * Begins to listen.
     *
     * @param ids that never come twice
     * @throws IOException if the files of TLS or the spool cannot be used
     */
    public static HubServer start(
            ServerSettings settings,
            Storehouses storehouses,
            Authentication authentication,
            Readiness readiness,
            InstantSource clock,
            Supplier<Id> ids)
            throws IOException {
        return start(settings, storehouses, authentication, readiness, clock, ids, List.of());
    }

    /**
     * Begins to listen, for more than objects.
     *
     * @param ids that never come twice
     * @throws IOException if the files of TLS or the spool cannot be used
     */
    public static HubServer start(
            ServerSettings settings,
            Storehouses storehouses,
            Authentication authentication,
            Readiness readiness,
            InstantSource clock,
            Supplier<Id> ids,
            List<Api> apis)
            throws IOException {
        Callers callers = new Callers(authentication, ids);
        List<Mount> mounts = new ArrayList<>();
        mounts.add(new Mount(
                "/api/v1/owners",
                new ObjectRoutes(storehouses, callers, Spool.open(settings.spool(), ids, clock))));
        apis.forEach(api -> mounts.addAll(api.mounts(callers, storehouses)));
        return new HubServer(new Parts(List.copyOf(mounts), callers, readiness, clock), settings);
    }

    private void route(HttpRouting.Builder routing, Parts parts) {
        routing.addFilter((chain, request, response) -> log(parts, chain, request, response))
                .error(Throwable.class, (request, response, e) -> fail(parts, request, response, e))
                .get("/livez", (_, response) -> response.send("ok\n"))
                .get("/readyz", (request, response) -> ready(parts, request, response));
        parts.mounts().forEach(mount -> routing.register(mount.path(), mount.service()));
        routing.any((request, response) -> send(
                parts,
                request,
                response,
                new Problem(404, "no-such-address", "the hub has no such address, or no such method there")));
    }

    private void ready(Parts parts, ServerRequest request, ServerResponse response) {
        try {
            if (!ending) {
                parts.readiness().check();
                response.send("ready\n");
                return;
            }
            send(parts, request, response, new Problem(503, "ending", "this hub is ending"));
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("The hub is not ready");
            send(
                    parts,
                    request,
                    response,
                    new Problem(503, "not-ready", "this hub cannot reach what it needs; see its log"));
        }
    }

    private static void log(Parts parts, FilterChain chain, RoutingRequest request, RoutingResponse response) {
        Instant begun = parts.clock().instant();
        String id = parts.callers().id(request);
        headers(response, id);
        response.whenSent(() -> REQUESTS.atInfo()
                .addKeyValue("request", id)
                .addKeyValue("address", Callers.address(request))
                .addKeyValue("method", request.prologue().method().text())
                .addKeyValue("path", request.prologue().uriPath().rawPath())
                .addKeyValue("status", response.status().code())
                .addKeyValue("bytes", response.bytesWritten())
                .addKeyValue(
                        "durationMs",
                        Duration.between(begun, parts.clock().instant()).toMillis())
                .log("Request answered"));
        chain.proceed();
    }

    private static void headers(ServerResponse response, String request) {
        response.header("X-Request-Id", request);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.header("X-Content-Type-Options", "nosniff");
    }

    private static void fail(Parts parts, ServerRequest request, ServerResponse response, Throwable e) {
        Problem problem = Problem.of(e, parts.callers().id(request));
        if (problem.isOurs()) {
            LoggingEventBuilder event = LOG.atError();
            event.setCause(e)
                    .addKeyValue("request", parts.callers().id(request))
                    .addKeyValue("status", problem.status())
                    .log("A request failed");
        }
        send(parts, request, response, problem);
    }

    private static void send(Parts parts, ServerRequest request, ServerResponse response, Problem problem) {
        String id = parts.callers().id(request);
        headers(response, id);
        response.status(problem.status()).header(HeaderNames.CONTENT_TYPE, Problem.TYPE);
        if (problem.status() == 401) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"flockerhub\"");
        }
        problem.retryAfter().ifPresent(seconds -> response.header(HeaderNames.RETRY_AFTER, Long.toString(seconds)));
        response.send(problem.json(id));
    }

    /** On which port it listens. */
    public int port() {
        return server.port();
    }

    /** Takes no more requests, and waits a while for those that are going on. */
    @Override
    public void close() {
        ending = true;
        server.stop();
    }
}
