package io.flockerj.hub.metrics;

import io.flockerj.hub.database.Database;
import io.flockerj.hub.http.Meters;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What is measured of one hub, from its start. */
public final class Metrics implements Meters {
    /** Of {@link #text}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    /** From a value that is there to a pack that comes over a slow line. */
    private static final double[] SECONDS = {0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120};

    /** Anybody can invent others. */
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS");

    private static final double NANOS = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("flockerhub_requests_total")
            .help("Requests that are over, by the template of their address.")
            .labelNames("route", "method", "status")
            .register(registry);
    private final Histogram durations = Histogram.builder()
            .name("flockerhub_request_duration_seconds")
            .help("From the headers of a request to the end of its answer.")
            .labelNames("route", "method")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Counter came = Counter.builder()
            .name("flockerhub_received_bytes_total")
            .help("Bytes of the bodies of requests.")
            .register(registry);
    private final Counter went = Counter.builder()
            .name("flockerhub_sent_bytes_total")
            .help("Bytes of answers.")
            .register(registry);
    private final Counter refused = Counter.builder()
            .name("flockerhub_refused_total")
            .help(
                    "Callers that were not let in, or not let do what they asked for, by the API's word for it; and connections"
                            + " that were closed before they could ask.")
            .labelNames("code")
            .register(registry);
    private final Histogram stored = Histogram.builder()
            .name("flockerhub_storage_duration_seconds")
            .help("Calls of the storage.")
            .labelNames("operation")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Counter storageErrors = Counter.builder()
            .name("flockerhub_storage_errors_total")
            .help("Calls of the storage that failed.")
            .labelNames("operation")
            .register(registry);

    public Metrics() {
        JvmMemoryMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    @Override
    public void answered(String route, String method, int status, Duration took, long in, long out) {
        String known = METHODS.contains(method) ? method : "other";
        requests.labelValues(route, known, String.valueOf(status)).inc();
        durations.labelValues(route, known).observe(took.toNanos() / NANOS);
        came.inc(in);
        went.inc(out);
    }

    @Override
    public void refused(String code) {
        refused.labelValues(code).inc();
    }

    @Override
    public void watch(LongSupplier uploads, LongSupplier spooled) {
        gauge("flockerhub_uploads", "Uploads that are going on.", uploads);
        gauge("flockerhub_spool_bytes", "Bytes of uploads that are not in the storage yet.", spooled);
    }

    /** Where to look for how the database's connections are used. */
    public void watch(Supplier<Database.Use> database) {
        GaugeWithCallback.builder()
                .name("flockerhub_database_connections")
                .help("Connections to the database.")
                .labelNames("state")
                .callback(callback -> {
                    Database.Use use = database.get();
                    callback.call(use.active(), "active");
                    callback.call(use.idle(), "idle");
                })
                .register(registry);
        gauge(
                "flockerhub_database_waiting",
                "Threads that wait for a connection to the database.",
                () -> database.get().waiting());
    }

    private void gauge(String name, String help, LongSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .register(registry);
    }

    /** A call of the storage is over. */
    void stored(String operation, long nanos, boolean isDone) {
        stored.labelValues(operation).observe(nanos / NANOS);
        if (!isDone) {
            storageErrors.labelValues(operation).inc();
        }
    }

    /** All of it, in the text format of Prometheus. */
    public byte[] text() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes everything", e);
        }
        return text.toByteArray();
    }
}
