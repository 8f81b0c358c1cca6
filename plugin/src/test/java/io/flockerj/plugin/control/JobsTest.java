package io.flockerj.plugin.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flockerj.plugin.http.Answer;
import io.flockerj.plugin.http.Plan;
import io.flockerj.plugin.http.Request;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.http.StreamedResponse;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.progress.CancelledException;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.volume.Errands;
import io.flockerj.plugin.volume.UnfinishedException;
import io.flockerj.plugin.volume.UnfinishedWork;
import io.flockerj.plugin.volume.UnknownVolumeException;
import io.flockerj.plugin.volume.VolumeConflictException;
import io.flockerj.plugin.volume.VolumeFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JobsTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final JsonMapper JSON = new JsonMapper();

    private final HandClock clock = new HandClock();
    private final AtomicInteger ids = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final HandVolumes volumes = new HandVolumes();
    private Executor threads = Thread::startVirtualThread;
    private Executor transfers = Thread::startVirtualThread;

    @AfterEach
    void letGo() {
        goOn.countDown();
    }

    private ControlApi api(Duration prompt) {
        return new ControlApi(
                atMost -> volumes,
                "1",
                Map.of(),
                clock,
                new Jobs(
                        clock,
                        () -> "%032x".formatted(ids.incrementAndGet()),
                        task -> threads.execute(task),
                        task -> transfers.execute(task),
                        prompt));
    }

    private static Answer asked(ControlApi api, String method, String target, String body) {
        String[] parts = target.split("\\?", 2);
        Request request = new Request(
                method,
                parts[0],
                parts.length > 1 ? Optional.of(parts[1]) : Optional.empty(),
                body.getBytes(StandardCharsets.UTF_8));
        return switch (api.plan(request)) {
            case Plan.Now now -> now.answer();
            case Plan.Later later -> later.work().run();
        };
    }

    private static Response ask(ControlApi api, String method, String target, String body) {
        return ((Answer.Reply) asked(api, method, target, body)).response();
    }

    private static JsonNode json(Response response) throws IOException {
        return JSON.readTree(response.body());
    }

    private static Response create(ControlApi api) {
        return ask(api, "POST", "/v1/volumes", "{\"name\": \"db\"}");
    }

    private static JsonNode job(ControlApi api, String id) throws IOException {
        return json(ask(api, "GET", "/v1/jobs/" + id, ""));
    }

    private void waitToGoOn(Progress progress) throws IOException {
        begun.countDown();
        await(goOn);
        progress.check();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode ended(ControlApi api, String id) throws IOException {
        List<JsonNode> lines = lines(followed(api, id));
        return lines.getLast();
    }

    private static StreamedResponse followed(ControlApi api, String id) {
        return ((Answer.Stream) asked(api, "GET", "/v1/jobs/" + id + "/progress", "")).response();
    }

    private static List<JsonNode> lines(StreamedResponse response) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        response.producer().writeTo(out);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString(StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isEmpty()) {
                lines.add(JSON.readTree(line));
            }
        }
        return lines;
    }

    @Test
    void whetherAVolumeOfAnotherDriverIsMoreThanADirectoryHasToBeSaid() throws Exception {
        ControlApi api = api(LONG);
        for (String call : List.of("push", "pull")) {
            for (String lacking : List.of("options", "mounted")) {
                String said = lacking.equals("options") ? "mounted" : "options";

                Response answer = ask(
                        api,
                        "POST",
                        "/v1/local/" + call,
                        "{\"name\": \"a\", \"driver\": \"local\", \"mountPoint\": \"/a/_data\", \"" + said
                                + "\": false}");

                assertThat(answer.status()).isEqualTo(400);
                assertThat(json(answer).toString()).contains("lacks '" + lacking + "'");
            }
        }
    }

    @Test
    void anErrandIsDoneWhileItsCallerWaits() throws Exception {
        ControlApi api = api(LONG);
        AtomicInteger done = new AtomicInteger();

        api.errands().run("create", "copy from nas/db", Map.of(), LONG, progress -> done.incrementAndGet());

        assertThat(done).hasValue(1);
        assertThatThrownBy(() -> api.errands().run("create", "copy from nas/db", Map.of(), LONG, progress -> {
                    throw new UnknownVolumeException("there is no volumeset db on nas");
                }))
                .isInstanceOf(UnknownVolumeException.class);
        assertThat(json(ask(api, "GET", "/v1/jobs", "")).path("jobs")).isEmpty();
    }

    @Test
    void anErrandThatTakesLongGoesOnAsAJobAndTheNextCallerWaitsForTheSame() throws Exception {
        ControlApi api = api(LONG);
        AtomicInteger done = new AtomicInteger();
        Errands.Work work = progress -> {
            waitToGoOn(progress);
            done.incrementAndGet();
        };

        assertThatThrownBy(() -> api.errands().run("create", "copy from nas/db", Map.of(), Duration.ZERO, work))
                .isInstanceOf(UnfinishedException.class)
                .hasMessageContaining("the job 00000000000000000000000000000001");
        assertThat(job(api, "00000000000000000000000000000001").path("state").asText())
                .isEqualTo("running");
        assertThat(job(api, "00000000000000000000000000000001").path("subject").asText())
                .isEqualTo("copy from nas/db");
        assertThatThrownBy(() -> api.errands().run("create", "copy from nas/db", Map.of(), Duration.ZERO, work))
                .hasMessageContaining("the job 00000000000000000000000000000001");
        goOn.countDown();

        assertThat(ended(api, "00000000000000000000000000000001").path("state").asText())
                .isEqualTo("done");
        assertThat(done).hasValue(1);
    }

    @Test
    void anErrandThatIsToBeDoneInAnotherWayDoesNotWaitForTheFirst() throws Exception {
        ControlApi api = api(LONG);
        Map<String, String> small = Map.of("from", "nas/db", "size", "1G");
        assertThatThrownBy(
                        () -> api.errands().run("create", "copy from nas/db", small, Duration.ZERO, this::waitToGoOn))
                .isInstanceOf(UnfinishedException.class);

        assertThatThrownBy(() -> api.errands()
                        .run("create", "copy from nas/db", Map.of("from", "nas/db"), LONG, this::waitToGoOn))
                .isInstanceOf(VolumeConflictException.class)
                .hasMessageContaining("copy from nas/db is being made with other options, by the job 000");
        assertThatThrownBy(
                        () -> api.errands().run("create", "copy from nas/db", small, Duration.ZERO, this::waitToGoOn))
                .isInstanceOf(UnfinishedException.class);
    }

    @Test
    void whoeverWaitsForAnErrandLearnsOfADefectToo() {
        ControlApi api = api(LONG);

        assertThatThrownBy(() -> api.errands().run("create", "copy from nas/db", Map.of(), LONG, progress -> {
                    throw new AssertionError("a defect");
                }))
                .hasMessageContaining("a defect");
    }

    @Test
    void jobsThatThereIsNoThreadForAreBegunAgainWhenOthersEnd() throws Exception {
        List<Runnable> taken = new ArrayList<>();
        transfers = task -> {
            if (taken.size() == 2) {
                throw new RejectedExecutionException("full");
            }
            taken.add(task);
        };
        for (int i = 0; i < 5; i++) {
            volumes.unfinishedWork()
                    .put(new UnfinishedWork.Order(
                            Integer.toString(i).repeat(32), "push", "db", "{\"ref\": \"db\"}", 1, clock.instant()));
        }
        AtomicInteger again = new AtomicInteger();
        volumes.onChange(progress -> again.incrementAndGet());
        ControlApi api = api(LONG);

        api.resumeJobs();
        assertThat(taken).hasSize(2);
        assertThat(job(api, "4".repeat(32)).path("state").asText()).isEqualTo("running");
        while (!taken.isEmpty()) {
            taken.removeFirst().run();
        }

        assertThat(again).hasValue(5);
        assertThat(volumes.unfinishedWork().all()).isEmpty();
    }

    @Test
    void aJobThatIsRefusedAsTheLastOfTheOthersEndsIsBegunAllTheSame() throws Exception {
        List<Runnable> taken = new ArrayList<>();
        transfers = task -> {
            if (!taken.isEmpty()) {
                taken.removeFirst().run();
                throw new RejectedExecutionException("full a moment ago");
            }
            taken.add(task);
        };
        for (String id : List.of("a".repeat(32), "b".repeat(32))) {
            volumes.unfinishedWork()
                    .put(new UnfinishedWork.Order(id, "push", "db", "{\"ref\": \"db\"}", 1, clock.instant()));
        }
        AtomicInteger again = new AtomicInteger();
        volumes.onChange(progress -> again.incrementAndGet());

        api(LONG).resumeJobs();

        assertThat(again).hasValue(1);
        assertThat(taken).as("the other one").hasSize(1);
    }

    @Test
    void workThatFindsNoRoomIsAnsweredSoWithAWayOut() throws Exception {
        ControlApi api = api(LONG);
        volumes.onChange(progress -> {
            throw new IOException("cannot write 'file'", new LinuxException("write to 'file'", Errno.EDQUOT));
        });

        Response answer = create(api);

        assertThat(answer.status()).isEqualTo(507);
        assertThat(json(answer).path("error").path("code").asText()).isEqualTo("no-space");
        assertThat(json(answer).path("error").path("message").asText())
                .contains("cannot write 'file'")
                .contains("give the volume a greater size");
    }

    private static Response push(ControlApi api) {
        return ask(api, "POST", "/v1/push", "{\"ref\": \"db\", \"zone\": \"Europe/Berlin\"}");
    }

    @Test
    void aPushThatTheDaemonDidNotEndIsBegunAgainByTheNext() throws Exception {
        volumes.onChange(this::waitToGoOn);
        String id = json(push(api(Duration.ZERO))).required("id").asText();
        await(begun);
        assertThat(volumes.unfinishedWork().all()).hasSize(1);
        AtomicInteger again = new AtomicInteger();
        volumes.onChange(progress -> again.incrementAndGet());
        ControlApi next = api(LONG);

        next.resumeJobs();

        JsonNode ended = ended(next, id);
        assertThat(ended.path("state").asText()).isEqualTo("done");
        assertThat(ended.path("kind").asText()).isEqualTo("push");
        assertThat(ended.path("subject").asText()).isEqualTo("db");
        assertThat(again).hasValue(1);
        awaitNoOrders();
    }

    static Stream<Arguments> callsWithTimes() {
        return Stream.of(
                Arguments.of("/v1/pull", "{\"ref\": \"db@{2 hours ago}\"}"),
                Arguments.of("/v1/clone", "{\"place\": \"nas/db@{2 hours ago}\", \"volume\": \"db\"}"),
                Arguments.of(
                        "/v1/local/pull",
                        "{\"name\": \"db\", \"driver\": \"local\", \"mountPoint\": \"/db/_data\", \"options\": false,"
                                + " \"mounted\": false, \"ref\": \"{2 hours ago}\"}"));
    }

    @ParameterizedTest
    @MethodSource("callsWithTimes")
    void theTimesOfWhatIsBegunAgainAreReckonedFromWhenItWasAskedFor(String path, String body) throws Exception {
        volumes.onChange(this::waitToGoOn);
        Instant asked = clock.instant();
        String id =
                json(ask(api(Duration.ZERO), "POST", path, body)).required("id").asText();
        await(begun);
        clock.advance(Duration.ofHours(1));
        volumes.onChange(progress -> {});
        ControlApi next = api(LONG);

        next.resumeJobs();

        assertThat(ended(next, id).path("state").asText()).isEqualTo("done");
        assertThat(volumes.askedAt()).containsExactly(asked, asked);
        awaitNoOrders();
    }

    @ParameterizedTest
    @MethodSource("callsWithTimes")
    void theTimesOfWhatWaitsForAThreadAreReckonedFromWhenItWasAskedFor(String path, String body) {
        List<Runnable> waiting = new ArrayList<>();
        transfers = waiting::add;
        Instant asked = clock.instant();
        ask(api(Duration.ZERO), "POST", path, body);

        clock.advance(Duration.ofHours(1));
        waiting.forEach(Runnable::run);

        assertThat(volumes.askedAt()).containsExactly(asked);
    }

    private void awaitNoOrders() {
        // The last step of a job, after its end has been told.
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!volumes.unfinishedWork().all().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void aPushThatWasCancelledIsNotBegunAgain() throws Exception {
        volumes.onChange(this::waitToGoOn);
        ControlApi api = api(Duration.ZERO);
        String id = json(push(api)).required("id").asText();
        await(begun);

        ask(api, "DELETE", "/v1/jobs/" + id, "");
        goOn.countDown();

        assertThat(ended(api, id).path("state").asText()).isEqualTo("cancelled");
        awaitNoOrders();
    }

    @Test
    void aPushThatSomebodyCancelledWhileItHangsIsNotBegunAgainWhateverEndsIt() throws Exception {
        volumes.onChange(this::waitToGoOn);
        ControlApi api = api(Duration.ZERO);
        String id = json(push(api)).required("id").asText();
        await(begun);

        ask(api, "DELETE", "/v1/jobs/" + id, "");
        assertThat(volumes.unfinishedWork().all()).as("while it hangs").isEmpty();
        api.cancelJobs();
        goOn.countDown();

        assertThat(api.awaitJobs(LONG)).isTrue();
        assertThat(job(api, id).path("state").asText()).isEqualTo("cancelled");
        assertThat(volumes.unfinishedWork().all()).isEmpty();
    }

    @Test
    void aPushThatIsCancelledWhileItWaitsForAThreadHasEndedAtOnce() throws Exception {
        List<Runnable> waiting = new ArrayList<>();
        transfers = waiting::add;
        AtomicInteger pushes = new AtomicInteger();
        volumes.onChange(progress -> pushes.incrementAndGet());
        ControlApi api = api(Duration.ZERO);
        String id = json(push(api)).required("id").asText();

        assertThat(ask(api, "DELETE", "/v1/jobs/" + id, "").status()).isEqualTo(200);

        assertThat(job(api, id).path("state").asText()).isEqualTo("cancelled");
        assertThat(volumes.unfinishedWork().all()).isEmpty();
        waiting.forEach(Runnable::run);
        assertThat(pushes).hasValue(0);
        assertThat(volumes.unfinishedWork().all()).isEmpty();
    }

    @Test
    void nobodyElseWaitsForPushesThatWaitForEachOther() {
        transfers = task -> {
            throw new RejectedExecutionException("full");
        };
        ControlApi api = api(LONG);

        assertThat(push(api).status()).isEqualTo(503);
        assertThat(create(api).status()).isEqualTo(201);
    }

    @Test
    void aPushThatADaemonCutsOffAsItIsAskedToEndIsBegunAgain() throws Exception {
        volumes.onChange(this::waitToGoOn);
        ControlApi api = api(Duration.ZERO);
        String id = json(push(api)).required("id").asText();
        await(begun);

        api.cancelJobs();
        goOn.countDown();

        assertThat(api.awaitJobs(LONG)).isTrue();
        assertThat(volumes.unfinishedWork().all())
                .singleElement()
                .extracting(UnfinishedWork.Order::id)
                .isEqualTo(id);
    }

    @Test
    void aPushThatEndsSoonLeavesNothing() {
        assertThat(push(api(LONG)).status()).isEqualTo(200);

        assertThat(volumes.unfinishedWork().all()).isEmpty();
    }

    @Test
    void aJobThatWasUnderWayEachTimeTheDaemonEndedIsGivenUp() throws Exception {
        String id = "a".repeat(32);
        volumes.unfinishedWork()
                .put(new UnfinishedWork.Order(id, "push", "db", "{\"ref\": \"db\"}", 3, clock.instant()));
        AtomicInteger again = new AtomicInteger();
        volumes.onChange(progress -> again.incrementAndGet());
        ControlApi api = api(LONG);

        api.resumeJobs();

        JsonNode job = job(api, id);
        assertThat(job.path("state").asText()).isEqualTo("failed");
        assertThat(job.path("error").path("message").asText()).contains("begun 3 times");
        assertThat(again).hasValue(0);
        assertThat(volumes.unfinishedWork().all()).isEmpty();
    }

    @Test
    void workThatEndsSoonIsAnsweredAsIfThereWereNoJobs() throws IOException {
        ControlApi api = api(LONG);

        assertThat(create(api).status()).isEqualTo(201);
        assertThat(json(create(api)).path("name").asText()).isEqualTo("db");
        volumes.onChange(progress -> {
            throw new UnknownVolumeException("there is no volume db");
        });
        assertThat(create(api).status()).isEqualTo(404);
        volumes.onChange(progress -> {
            throw new IllegalStateException("a defect");
        });
        assertThat(create(api).status()).isEqualTo(500);
        assertThat(json(ask(api, "GET", "/v1/jobs", "")).path("jobs")).isEmpty();
    }

    @Test
    void workThatTakesLongerIsAJobWhoseResultStays() throws IOException {
        ControlApi api = api(Duration.ZERO);
        volumes.onChange(this::waitToGoOn);

        Response answer = create(api);
        assertThat(answer.status()).isEqualTo(202);
        String id = json(answer).path("id").asText();
        assertThat(answer.headers()).containsEntry("Location", "/v1/jobs/" + id);
        assertThat(json(answer).path("state").asText()).isEqualTo("running");
        assertThat(json(answer).path("kind").asText()).isEqualTo("create");
        assertThat(json(answer).path("subject").asText()).isEqualTo("db");
        assertThat(json(answer).path("result").isNull()).isTrue();

        goOn.countDown();
        assertThat(ended(api, id).path("state").asText()).isEqualTo("done");
        assertThat(job(api, id).path("status").asInt()).isEqualTo(201);
        assertThat(job(api, id).path("result").path("name").asText()).isEqualTo("db");
    }

    @Test
    void theRefusalOfALongJobStaysWithIt() throws IOException {
        ControlApi api = api(Duration.ZERO);
        volumes.onChange(progress -> {
            waitToGoOn(progress);
            throw new UnknownVolumeException("there is no volume db");
        });
        String id = json(create(api)).path("id").asText();
        goOn.countDown();

        JsonNode end = ended(api, id);
        assertThat(end.path("state").asText()).isEqualTo("failed");
        assertThat(end.path("status").asInt()).isEqualTo(404);
        assertThat(end.path("error").path("code").asText()).isEqualTo("no-such-volume");
        assertThat(end.path("error").path("message").asText()).isEqualTo("there is no volume db");
    }

    @Test
    void aCancelledJobEndsAtItsNextReport() throws IOException {
        ControlApi api = api(Duration.ZERO);
        volumes.onChange(this::waitToGoOn);
        String id = json(create(api)).path("id").asText();
        await(begun);

        assertThat(ask(api, "DELETE", "/v1/jobs/" + id, "").status()).isEqualTo(200);
        goOn.countDown();

        assertThat(ended(api, id).path("state").asText()).isEqualTo("cancelled");
        assertThat(job(api, id).path("error").path("code").asText()).isEqualTo("cancelled");
        assertThat(ask(api, "DELETE", "/v1/jobs/" + id, "").status()).isEqualTo(409);
        assertThat(ask(api, "DELETE", "/v1/jobs/" + "f".repeat(32), "").status())
                .isEqualTo(404);
    }

    @Test
    void aJobThatIsCancelledBeforeAThreadHasTakenItDoesNothing() throws IOException {
        List<Runnable> waiting = new ArrayList<>();
        threads = waiting::add;
        ControlApi api = api(Duration.ZERO);
        AtomicInteger changes = new AtomicInteger();
        volumes.onChange(progress -> changes.incrementAndGet());
        String id = json(create(api)).path("id").asText();

        ask(api, "DELETE", "/v1/jobs/" + id, "");
        waiting.forEach(Runnable::run);

        assertThat(job(api, id).path("state").asText()).isEqualTo("cancelled");
        assertThat(changes).hasValue(0);
    }

    @Test
    void progressIsALineEachSecondAndTheOutcomeIsTheLast() throws IOException {
        ControlApi api = api(Duration.ZERO);
        volumes.onChange(progress -> {
            progress.phase("counting");
            progress.expect(1000, Progress.UNKNOWN);
            progress.add(100, 2);
            waitToGoOn(progress);
        });
        String id = json(create(api)).path("id").asText();
        await(begun);
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        AtomicInteger flushes = new AtomicInteger();
        followed(api, id).producer().writeTo(new FilterOutputStream(seen) {
            @Override
            public void flush() {
                clock.advance(Duration.ofSeconds(1));
                if (flushes.incrementAndGet() == 2) {
                    goOn.countDown();
                }
            }
        });

        List<JsonNode> lines = new ArrayList<>();
        for (String line : seen.toString(StandardCharsets.UTF_8).strip().split("\n", -1)) {
            lines.add(JSON.readTree(line));
        }
        assertThat(lines).hasSizeGreaterThanOrEqualTo(3);
        JsonNode second = lines.get(1);
        assertThat(second.path("state").asText()).isEqualTo("running");
        assertThat(second.path("phase").asText()).isEqualTo("counting");
        assertThat(second.path("bytes").asLong()).isEqualTo(100);
        assertThat(second.path("entries").asLong()).isEqualTo(2);
        assertThat(second.path("totalBytes").asLong()).isEqualTo(1000);
        assertThat(second.path("totalEntries").isNull()).isTrue();
        assertThat(second.path("bytesPerSecond").asLong()).isEqualTo(100);
        assertThat(second.path("remainingSeconds").asLong()).isEqualTo(9);
        assertThat(lines.getLast().path("state").asText()).isEqualTo("done");
        assertThat(lines.getLast().path("remainingSeconds").isNull()).isTrue();
        assertThat(lines.subList(0, lines.size() - 1))
                .allMatch(line -> line.path("state").asText().equals("running"));
    }

    @Test
    void tooManyJobsAreTurnedAway() throws IOException {
        threads = task -> {
            throw new RejectedExecutionException("full");
        };
        ControlApi api = api(LONG);

        assertThat(create(api).status()).isEqualTo(503);
        assertThat(json(ask(api, "GET", "/v1/jobs", "")).path("jobs")).isEmpty();
    }

    @Test
    void endedJobsAreForgottenAfterAnHourAndRunningOnesNever() throws IOException {
        ControlApi api = api(Duration.ZERO);
        volumes.onChange(this::waitToGoOn);
        String running = json(create(api)).path("id").asText();
        await(begun);
        Jobs.Streaming export = export(api);
        export.writeTo(OutputStream.nullOutputStream());
        String ended = export.job().id();

        clock.advance(Duration.ofMinutes(59));
        assertThat(listed(api)).containsExactly(running, ended);
        clock.advance(Duration.ofMinutes(2));
        assertThat(listed(api)).containsExactly(running);
        assertThat(ask(api, "GET", "/v1/jobs/" + ended, "").status()).isEqualTo(404);
    }

    @Test
    void onlySoManyEndedJobsAreKeptTheLastOnes() throws IOException {
        ControlApi api = api(Duration.ZERO);
        for (int job = 0; job < 1010; job++) {
            clock.advance(Duration.ofMillis(1));
            export(api).writeTo(OutputStream.nullOutputStream());
        }

        assertThat(listed(api)).hasSize(1000).startsWith("%032x".formatted(1010));
    }

    private static List<String> listed(ControlApi api) throws IOException {
        List<String> ids = new ArrayList<>();
        json(ask(api, "GET", "/v1/jobs", ""))
                .path("jobs")
                .forEach(job -> ids.add(job.path("id").asText()));
        return ids;
    }

    private static Jobs.Streaming export(ControlApi api) {
        Answer.Stream answer = (Answer.Stream) asked(api, "GET", "/v1/tar?ref=db", "");
        Jobs.Streaming streaming = (Jobs.Streaming) answer.response().producer();
        assertThat(answer.response().headers())
                .containsEntry("Flockerj-Job", streaming.job().id());
        return streaming;
    }

    @Test
    void anExportIsAJobThatItsAnswerNamesAndThatCanBeCancelled() throws IOException {
        ControlApi api = api(LONG);
        volumes.exportOf((out, progress) -> {
            progress.add(0, 1);
            out.write(new byte[1000]);
            ask(api, "DELETE", "/v1/jobs/" + "%032x".formatted(ids.get()), "");
            out.write(new byte[1000]);
            return new VolumeFiles.LeftOut(0, 0, 0);
        });
        Jobs.Streaming export = export(api);

        assertThatThrownBy(() -> export.writeTo(OutputStream.nullOutputStream()))
                .isInstanceOf(CancelledException.class);
        JsonNode job = job(api, export.job().id());
        assertThat(job.path("state").asText()).isEqualTo("cancelled");
        assertThat(job.path("entries").asLong()).isEqualTo(1);
        assertThat(job.path("bytes").asLong()).isEqualTo(2000);
    }

    @Test
    void anExportTellsWhatItLeftOut() throws IOException {
        ControlApi api = api(LONG);
        volumes.exportOf((out, progress) -> new VolumeFiles.LeftOut(3, 2, 1));
        Jobs.Streaming export = export(api);
        export.writeTo(OutputStream.nullOutputStream());

        assertThat(job(api, export.job().id()).path("result").toString())
                .isEqualTo("{\"leftOut\":{\"sockets\":3,\"marks\":2,\"attributes\":1}}");
    }

    @Test
    void anExportThatIsNeverWrittenHasFailed() throws IOException {
        ControlApi api = api(LONG);
        Plan.Later plan = (Plan.Later) api.plan(new Request("GET", "/v1/tar", Optional.of("ref=db"), new byte[0]));
        Answer answer = plan.work().run();
        plan.work().undelivered(answer);

        assertThat(job(api, listed(api).getFirst()).path("state").asText()).isEqualTo("failed");
    }

    @Test
    void anImportIsAJobUnderTheIdThatItsClientChooses() throws IOException {
        ControlApi api = api(LONG);
        String id = "abcdef0123456789".repeat(2);
        Request head = new Request("POST", "/v1/import", Optional.of("name=db&bytes=2000&job=" + id), new byte[0]);
        volumes.onImport((archive, progress) -> {
            JsonNode job = job(api, id);
            assertThat(job.path("totalBytes").asLong()).isEqualTo(2000);
            ask(api, "DELETE", "/v1/jobs/" + id, "");
            progress.check();
        });

        Response answer = uploaded(api, head);
        assertThat(json(answer).path("error").path("code").asText()).isEqualTo("cancelled");
        assertThat(uploaded(api, head).status()).isEqualTo(400);
        volumes.onImport((archive, progress) -> {});
        Response other = uploaded(api, new Request("POST", "/v1/import", Optional.of("name=db"), new byte[0]));
        assertThat(other.status()).isEqualTo(201);
        assertThat(listed(api)).contains(other.headers().get("Flockerj-Job"));
    }

    private static Response uploaded(ControlApi api, Request head) {
        Answer answer = api.upload(head).orElseThrow().receiver().receive(new ByteArrayInputStream(new byte[0]));
        return ((Answer.Reply) answer).response();
    }

    @Test
    void aDaemonThatEndsCancelsWhatIsUnderWay() throws IOException {
        ControlApi api = api(Duration.ZERO);
        volumes.onChange(this::waitToGoOn);
        String id = json(create(api)).path("id").asText();
        await(begun);

        api.cancelJobs();
        assertThat(api.awaitJobs(Duration.ZERO)).isFalse();
        goOn.countDown();

        assertThat(ended(api, id).path("state").asText()).isEqualTo("cancelled");
        assertThat(api.awaitJobs(Duration.ZERO)).isTrue();
    }
}
