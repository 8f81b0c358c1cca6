package io.flockerj.hub.http;

import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.limit.Connections;
import io.flockerj.hub.limit.Limiter;
import io.flockerj.hub.limit.Seldom;
import io.flockerj.store.id.Id;
import io.flockerj.store.wire.Envelope;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.time.Duration;
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
    /** So often somebody looks whether a connection is idle, before it is closed for that. */
    private static final int LOOKS_WHILE_IDLE = 4;
    /** For requests that are going on when the hub ends. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(HubServer.class);

    private final WebServer server;
    private final Watch watch;
    private final Handshakes handshakes;
    private volatile boolean ending;

    private HubServer(Parts parts, ServerSettings settings) throws IOException {
        this.watch = parts.exchanges().watch();
        Pace pace = settings.pace();
        Connections connections = new Connections(settings.limits(), settings.proxies(), parts.clock());
        WebServerConfig.Builder builder = WebServer.builder()
                .shutdownHook(false)
                .featuresDiscoverServices(false)
                // With one protocol only, a connection is watched by its own code before its first byte has come.
                .protocolsDiscoverServices(false)
                .host(settings.host().isEmpty() ? "0.0.0.0" : settings.host())
                .port(settings.port())
                .maxPayloadSize(LONGEST_BODY)
                .maxTcpConnections(MOST_CONNECTIONS)
                .idleConnectionTimeout(pace.idle())
                .idleConnectionPeriod(pace.idle().dividedBy(LOOKS_WHILE_IDLE))
                .shutdownGracePeriod(GRACE)
                .connectionOptions(new CountedSockets(
                        SocketOptions.builder().tcpNoDelay(true).build(),
                        connections,
                        new Seldom(parts.clock()),
                        parts.exchanges().meters()))
                .addConnectionSelector(new Greeting(http1(), connections))
                .routing(routing -> route(routing, parts));
        if (settings.tls().isPresent()) {
            Certificates certificates = new Certificates(settings.tls().get(), parts.clock());
            builder.tls(tls -> tls.sslContext(Engines.of(certificates.context())));
        }
        this.server = builder.build().start();
        this.handshakes = Handshakes.start(
                connections, settings.limits().handshake(), parts.exchanges().meters());
    }

    private Http1ConnectionSelector http1() {
        return Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .maxPrologueLength(LONGEST_LINE)
                        .maxHeadersSize(LONGEST_HEADERS)
                        .addReceiveListener(new SlowHeaders(watch))
                        .build())
                .build();
    }

    /** What the server hands requests to. */
    private record Parts(
            List<Mount> mounts, Callers callers, Readiness readiness, Origins origins, Exchange.Parts exchanges) {
        InstantSource clock() {
            return exchanges.clock();
        }
    }

    /** As the other, for objects only, and measures nothing. */
    public static HubServer start(
            ServerSettings settings,
            Storehouses storehouses,
            Authentication authentication,
            Readiness readiness,
            InstantSource clock,
            Supplier<Id> ids)
            throws IOException {
        return start(settings, storehouses, authentication, readiness, clock, ids, List.of(), Meters.NONE);
    }

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
            Supplier<Id> ids,
            List<Api> apis,
            Meters meters)
            throws IOException {
        Limiter limiter = new Limiter(settings.limits(), clock);
        Callers callers = new Callers(authentication, limiter, ids);
        Spool spool = Spool.open(settings.spool(), ids);
        meters.watch(limiter::uploads, spool::held);
        List<Mount> mounts = new ArrayList<>();
        mounts.add(new Mount("/api/v1/owners", new ObjectRoutes(storehouses, callers, limiter, spool)));
        apis.forEach(api -> mounts.addAll(api.mounts(callers, storehouses)));
        Watch watch = Watch.start(settings.pace(), clock);
        try {
            Exchange.Parts exchanges = new Exchange.Parts(clock, settings.pace(), watch, meters);
            return new HubServer(
                    new Parts(List.copyOf(mounts), callers, readiness, new Origins(settings.proxies()), exchanges),
                    settings);
        } catch (IOException | RuntimeException e) {
            watch.close();
            throw e;
        }
    }

    private void route(HttpRouting.Builder routing, Parts parts) {
        routing.addFilter((chain, request, response) -> exchange(parts, chain, request, response))
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

    private static void exchange(Parts parts, FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String address = parts.origins().of(Callers.peer(request), request.headers());
        request.context().register(new Callers.Origin(address));
        String id = parts.callers().id(request);
        headers(response, id);
        try (Exchange _ = Exchange.begin(request, response, id, parts.exchanges())) {
            chain.proceed();
        }
        if (request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            end(request);
        }
    }

    /** Helidon 4.5 says in its answer that it closes the connection, but then waits for a next request. */
    private static void end(RoutingRequest request) {
        // Who still sends would lose the answer with the socket; who was to be told to go on, and was not, sends
        // nothing.
        if (request.continueSent() && !request.content().consumed()) {
            try {
                request.content().consume();
            } catch (RuntimeException e) {
                throw new CloseConnectionException("the rest of a body does not come", e);
            }
        }
        throw new CloseConnectionException("the caller has asked for that");
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
        if (problem.isRefusal()) {
            parts.exchanges().meters().refused(problem.code());
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
        handshakes.close();
        watch.close();
    }
}
