package io.flockerj.store.backend.hub;

import io.flockerj.store.backend.CaFile;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Sleeper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends single requests to a hub, with their errors explained. Nothing is sent twice. */
final class HubConnection implements AutoCloseable {
    /** No problem has more bytes. */
    private static final int LONGEST_PROBLEM = 64 * 1024;

    private final HubPlace place;
    private final HubTimeouts timeouts;
    private final HubErrors errors;
    private final Optional<TokenFile> token;
    private final HttpClient client;

    /** @throws IOException if the ca-file cannot be read */
    HubConnection(HubPlace place, HubTimeouts timeouts) throws IOException {
        this.place = place;
        this.timeouts = timeouts;
        this.errors = new HubErrors(place);
        this.token = place.tokenFile().map(TokenFile::new);
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeouts.connect())
                // Another address is another place, which must not get the token.
                .followRedirects(HttpClient.Redirect.NEVER);
        if (place.caFile().isPresent()) {
            builder.sslContext(CaFile.context(place.caFile().get()));
        }
        this.client = builder.build();
    }

    /**
     * A call.
     *
     * @param attempted what it is for, such as {@code read NAME}
     * @param name what it is about
     * @param changes whether it changes something
     * @param up bytes that go along
     * @param down bytes at most that may come back
     */
    record Call(String attempted, ObjectName name, boolean changes, long up, int down) {
        static Call read(String verb, ObjectName name, int down) {
            return new Call(verb + " " + name, name, false, 0, down);
        }

        static Call change(String verb, ObjectName name, long up) {
            return new Call(verb + " " + name, name, true, up, 0);
        }
    }

    /** Begins a request. */
    HttpRequest.Builder request(String kind, ObjectName name, String query) throws IOException {
        return request(place.address(kind, name, query));
    }

    /** Begins a request that is about nothing of the owner's. */
    HttpRequest.Builder request(URI address) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address);
        if (token.isPresent()) {
            request.setHeader("Authorization", "Bearer " + token.get().token());
        }
        return request;
    }

    /** Sends a request and waits for the whole answer, whatever it is. */
    HttpResponse<byte[]> send(Call call, HttpRequest request) throws IOException {
        Duration atMost = timeouts.forBytes(call.up() + call.down());
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                request,
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), Math.max((long) call.down(), LONGEST_PROBLEM)));
        try {
            return answer.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw errors.unanswered(call.attempted(), call.changes(), e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw errors.tooLate(call.attempted(), call.changes(), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw Sleeper.interrupted(call.name(), e);
        }
    }

    /** What an answer means that is not what was hoped for. */
    IOException refused(Call call, HttpResponse<byte[]> response) {
        return errors.answered(call.attempted(), call.changes(), HubProblem.of(response));
    }

    HubPlace place() {
        return place;
    }

    /** Ends all connections, and what is still going on over them. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
