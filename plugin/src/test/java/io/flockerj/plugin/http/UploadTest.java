package io.flockerj.plugin.http;

import static io.flockerj.plugin.http.Eventually.eventually;
import static io.flockerj.plugin.http.TestingHandler.get;
import static io.flockerj.plugin.http.TestingHandler.reply;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadTest {
    private static final long ANY = Long.MAX_VALUE;
    private static final int MIB = 1 << 20;
    private static final int BIG = 200;
    /** What can be on its way to a receiver that reads nothing: our limit, and the most that Linux buffers for a socket. */
    private static final int AHEAD = 4 * MIB;

    @TempDir
    Path directory;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicReference<String> failure = new AtomicReference<>("");
    private final TestingHandler handler = new TestingHandler()
            .onUpload("/text", ANY, this::text)
            .onUpload("/few", 5, this::text)
            .onUpload("/big", ANY, this::count)
            .onUpload("/ignore", ANY, body -> reply("not read"));
    private TestingServer server;

    @BeforeEach
    void start() throws IOException {
        server = TestingServer.start(directory, Limits.DEFAULT, handler);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        server.close();
    }

    private Answer text(InputStream body) {
        try {
            return reply(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            failure.set(String.valueOf(e.getMessage()));
            return reply("failed: " + e.getMessage());
        }
    }

    private Answer count(InputStream body) {
        try {
            long count = 0;
            byte[] buffer = new byte[100_000];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                for (int i = 0; i < read; i++) {
                    if (buffer[i] != (byte) (count++ / MIB)) {
                        return reply("wrong byte before " + count);
                    }
                }
            }
            return reply("" + count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String post(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: \r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static String chunked(String path) {
        return "POST " + path + " HTTP/1.1\r\nHost: \r\nTransfer-Encoding: chunked\r\n\r\n";
    }

    private static byte[] mebibyte(int number) {
        byte[] mebibyte = new byte[MIB];
        Arrays.fill(mebibyte, (byte) number);
        return mebibyte;
    }

    @Test
    void bodyOfTwoHundredMebibytesIsReadWhileItComes() throws Exception {
        try (RawClient client = server.connect()) {
            client.send(post("/big", BIG * MIB));
            for (int i = 0; i < BIG; i++) {
                client.send(mebibyte(i));
            }
            assertThat(client.read().body()).isEqualTo("" + BIG * MIB);
            assertThat(client.send(get("/now")).read().body()).isEqualTo("now");
        }
    }

    @Test
    void chunkedBodyIsReadWhileItComes() throws Exception {
        int some = 20;
        try (RawClient client = server.connect()) {
            client.send(chunked("/big"));
            for (int i = 0; i < some; i++) {
                client.send(Integer.toHexString(MIB) + "\r\n").send(mebibyte(i)).send("\r\n");
            }
            client.send("0\r\n\r\n");
            assertThat(client.read().body()).isEqualTo("" + some * MIB);
        }
    }

    @Test
    void senderWaitsForAReceiverThatDoesNotRead() throws Exception {
        handler.onUpload("/held", ANY, body -> {
            await(gate);
            return count(body);
        });
        try (RawClient client = server.connect()) {
            client.send(post("/held", BIG * MIB));
            long sent = 0;
            int idle = 0;
            while (idle < 20) {
                byte[] rest = Arrays.copyOfRange(mebibyte((int) (sent / MIB)), (int) (sent % MIB), MIB);
                int some = client.sendSome(rest);
                sent += some;
                idle = some > 0 ? 0 : idle + 1;
                gate.await(some > 0 ? 0 : 10, TimeUnit.MILLISECONDS);
                assertThat(sent).isLessThan(AHEAD);
            }
            gate.countDown();
            client.send(Arrays.copyOfRange(mebibyte((int) (sent / MIB)), (int) (sent % MIB), MIB));
            for (int i = (int) (sent / MIB) + 1; i < BIG; i++) {
                client.send(mebibyte(i));
            }
            assertThat(client.read().body()).isEqualTo("" + BIG * MIB);
        }
    }

    @Test
    void uploadsAndOtherRequestsInOneWriteAreAnsweredInOrder() throws Exception {
        try (RawClient client = server.connect()) {
            client.send(get("/now") + post("/text", 3) + "one" + chunked("/text") + "3\r\ntwo\r\n0\r\n\r\n"
                    + post("/text", 0) + TestingHandler.echo("three") + post("/text", 4));
            assertThat(client.read().body()).isEqualTo("now");
            assertThat(client.read().body()).isEqualTo("one");
            assertThat(client.read().body()).isEqualTo("two");
            assertThat(client.read().body()).isEmpty();
            assertThat(client.read().body()).isEqualTo("POST  three");
            assertThat(client.send("four").read().body()).isEqualTo("four");
        }
    }

    @Test
    void clientThatExpects100IsToldToContinue() throws Exception {
        try (RawClient client = server.connect()) {
            client.send("POST /text HTTP/1.1\r\nHost: \r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(100);
            assertThat(client.send("hello").read().body()).isEqualTo("hello");
        }
    }

    @Test
    void senderThatVanishesGivesTheThreadBack() throws Exception {
        for (String half : new String[] {post("/text", 10) + "half", chunked("/text") + "a\r\nhalf"}) {
            failure.set("");
            server.connect().send(half).close();
            eventually("the receiver is told", () -> "the client has gone".equals(failure.get()));
        }
    }

    @Test
    void senderThatStallsIsToldSo() throws Exception {
        server.close();
        server = TestingServer.start(directory, TestingLimits.streams(16, Duration.ofMillis(200)), handler);
        try (RawClient client = server.connect()) {
            RawClient.Reply reply = client.send(post("/text", 10) + "half").read();
            assertThat(reply.body()).startsWith("failed: the client has sent nothing");
            assertThat(reply.closes()).isTrue();
        }
    }

    @Test
    void bodyThatComesSlowlyHasMoreTimeThanOtherRequests() throws Exception {
        server.close();
        server = TestingServer.start(directory, TestingLimits.requestWithin(Duration.ofMillis(100)), handler);
        try (RawClient client = server.connect()) {
            client.send(post("/text", 4));
            for (int i = 0; i < 4; i++) {
                gate.await(60, TimeUnit.MILLISECONDS);
                client.send("x");
            }
            assertThat(client.read().body()).isEqualTo("xxxx");
        }
    }

    @Test
    void bodyBeyondItsLimitIsRefused() throws Exception {
        try (RawClient client = server.connect()) {
            assertThat(client.send(post("/few", 6)).read().status()).isEqualTo(413);
        }
        try (RawClient client = server.connect()) {
            client.send(chunked("/few") + "6\r\n123456\r\n0\r\n\r\n");
            RawClient.Reply reply = client.read();
            assertThat(reply.body()).isEqualTo("failed: the body of the request is longer than 5 bytes");
            assertThat(reply.closes()).isTrue();
        }
        assertThat(server.ask(post("/few", 5) + "12345").body()).isEqualTo("12345");
    }

    @Test
    void bodyThatIsNoHttpFailsTheReader() throws Exception {
        try (RawClient client = server.connect()) {
            client.send(chunked("/text") + "3\r\none\r\nzz\r\n");
            RawClient.Reply reply = client.read();
            assertThat(reply.body()).startsWith("failed: what the client sent is not valid HTTP");
            assertThat(client.isDropped()).isTrue();
        }
    }

    @Test
    void answerBeforeTheEndOfTheBodyClosesTheConnection() throws Exception {
        try (RawClient client = server.connect()) {
            RawClient.Reply reply =
                    client.send(post("/ignore", BIG * MIB) + "a bit").read();
            assertThat(reply.body()).isEqualTo("not read");
            assertThat(reply.closes()).isTrue();
            assertThat(client.isDropped()).isTrue();
        }
    }

    @Test
    void clientThatIsStillSendingCanReadWhyItsBodyIsNotTaken() throws Exception {
        try (RawClient client = server.connect()) {
            client.send(post("/ignore", Integer.MAX_VALUE));
            boolean cut = false;
            while (!cut) {
                try {
                    client.send(mebibyte(0));
                } catch (IOException e) {
                    cut = true;
                }
            }
            assertThat(client.read().body()).isEqualTo("not read");
        }
    }

    @Test
    void receiverThatThrowsDropsItsConnectionOnly() throws Exception {
        handler.onUpload("/broken", ANY, body -> {
            throw new IllegalStateException("broken on purpose");
        });
        try (RawClient broken = server.connect();
                RawClient other = server.connect()) {
            assertThat(broken.send(post("/broken", 1) + "x").isDropped()).isTrue();
            assertThat(other.send(get("/now")).read().body()).isEqualTo("now");
        }
    }

    @Test
    void uploadMayBeAnsweredWithAStream() throws Exception {
        handler.onUpload("/both", ANY, body -> {
            text(body);
            return new Answer.Stream(new StreamedResponse(200, "text/plain", out -> out.write('x')));
        });
        try (RawClient client = server.connect()) {
            client.send(post("/both", 1) + "y" + get("/now")).readHead();
            assertThat(client.readChunk()).asString().isEqualTo("x");
            assertThat(client.readChunk()).isEmpty();
            assertThat(client.read().body()).isEqualTo("now");
        }
    }

    @Test
    void uploadsBeyondTheLimitAreRefused() throws Exception {
        server.close();
        server = TestingServer.start(directory, TestingLimits.streams(1, Duration.ofMinutes(5)), handler);
        AtomicInteger running = new AtomicInteger();
        handler.onUpload("/held", ANY, body -> {
            running.incrementAndGet();
            await(gate);
            return text(body);
        });
        try (RawClient held = server.connect();
                RawClient refused = server.connect()) {
            held.send(post("/held", 2) + "h");
            eventually("it runs", () -> running.get() == 1);
            refused.send("POST /text HTTP/1.1\r\nHost: \r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            RawClient.Reply reply = refused.read();
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.closes()).isTrue();
            gate.countDown();
            assertThat(held.send("i").read().body()).isEqualTo("hi");
        }
    }

    @Test
    void stopLetsAnUploadFinish() throws Exception {
        AtomicInteger running = new AtomicInteger();
        handler.onUpload("/held", ANY, body -> {
            running.incrementAndGet();
            return text(body);
        });
        try (RawClient client = server.connect();
                RawClient idle = server.connect()) {
            client.send(post("/held", 4) + "ha");
            eventually("it runs", () -> running.get() == 1);
            Thread stopping = Thread.startVirtualThread(() -> {
                try {
                    server.stop(Duration.ofSeconds(30));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(idle.isDropped()).isTrue();
            RawClient.Reply reply = client.send("lf").read();
            assertThat(reply.body()).isEqualTo("half");
            assertThat(reply.closes()).isTrue();
            stopping.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
