package io.flockerj.integration.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks a hub, on one connection that is kept. */
final class HubQuestions implements AutoCloseable {
    private static final int OK = 200;
    /** Of each kind, for the compilers. */
    private static final int UNMEASURED = 50;

    private final HttpClient client;
    private final String address;
    private final String secret;
    private final ProcessUse use;
    /** Of the hub, for the last questions that were measured. */
    private double processorMillis;

    HubQuestions(PackagedHub hub) throws IOException {
        this.address = hub.address() + "/api/v1/";
        this.secret = hub.site().secret();
        this.use = hub.use();
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(trusting(hub.site()))
                .build();
    }

    private static SSLContext trusting(PackagedHub.Site site) throws IOException {
        try (var in = Files.newInputStream(site.certificate())) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "hub", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** The answer to a question; throws if it is no answer. */
    String ask(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .header("Authorization", "Bearer " + secret)
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != OK) {
            throw new IOException(path + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    /** How long one takes, in milliseconds. */
    double time(String path) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        ask(path);
        return (System.nanoTime() - begin) / 1e6;
    }

    /**
     * How long questions of a kind take, one after the other.
     *
     * @param paths by number
     */
    Samples times(int count, IntFunction<String> paths) throws IOException, InterruptedException {
        for (int i = 0; i < Math.min(UNMEASURED, count); i++) {
            ask(paths.apply(count + i));
        }
        double before = use.processorSeconds();
        double[] times = new double[count];
        for (int i = 0; i < count; i++) {
            times[i] = time(paths.apply(i));
        }
        processorMillis = (use.processorSeconds() - before) * 1000;
        return new Samples(times);
    }

    /** A line of a report, with the milliseconds of the hub's processor for an answer, and how long that is: what finds nothing is quick. */
    void report(PrintStream out, String title, int count, IntFunction<String> paths)
            throws IOException, InterruptedException {
        Samples samples = times(count, paths);
        out.printf(
                "  %-62s %8.1f %8.1f %8.1f %10.1f %10d%n",
                title,
                samples.median(),
                samples.quantile(0.99),
                samples.quantile(1),
                processorMillis / count,
                ask(paths.apply(0)).length());
    }

    static void head(PrintStream out, String title) {
        out.printf("%n%-64s %8s %8s %8s %10s %10s%n", title, "p50 ms", "p99 ms", "longest", "processor", "characters");
    }

    @Override
    public void close() {
        client.close();
    }
}
