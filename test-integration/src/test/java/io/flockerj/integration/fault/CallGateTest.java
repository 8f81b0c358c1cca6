package io.flockerj.integration.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gate itself: it sees every step of a process, in order, and can end the process before any of them. */
@Tag("root")
class CallGateTest {
    private static final int ENOSPC = 28;

    @TempDir
    Path directory;

    /** A program in five steps: create, write, sync, rename, and a directory by another thread. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            Path made = directory.resolve("made");
            try (FileChannel channel =
                    FileChannel.open(made, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.UTF_8.encode("content"));
                channel.force(true);
            }
            Files.move(made, directory.resolve("moved"));
            Thread other = Thread.ofPlatform().start(() -> makeDirectory(directory.resolve("directory")));
            other.join();
        }

        private static void makeDirectory(Path path) {
            try {
                Files.createDirectory(path);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @Test
    void everyStepOfEveryThreadIsSeenInOrder() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());

        int exit = run(call -> {
            if (call.on().startsWith(directory.toString())) {
                seen.add(call.toString().replace(directory.toString(), "."));
            }
            return CallGate.PASS;
        });

        assertThat(exit).isZero();
        assertThat(seen)
                .containsExactly(
                        "openat on ./made",
                        "write on ./made",
                        "fsync on ./made",
                        "rename on ./made",
                        "mkdir on ./directory");
    }

    @Test
    void killedBeforeAStepTheProcessHasMadeAllBeforeItAndNoneAfter() throws Exception {
        List<List<String>> left = new ArrayList<>();
        for (int n = 1; n <= 5; n++) {
            int last = n;
            AtomicInteger count = new AtomicInteger();
            int exit = run(call -> call.on().startsWith(directory.toString()) && count.incrementAndGet() == last
                    ? CallGate.KILL
                    : CallGate.PASS);
            assertThat(exit).isEqualTo(137);
            left.add(contentAndClear());
        }

        assertThat(left)
                .containsExactly(
                        List.of(),
                        List.of("made"),
                        List.of("made=content"),
                        List.of("made=content"),
                        List.of("moved=content"));
    }

    @Test
    void aStepCanFailOrOnlySeemToBeMade() throws Exception {
        assertThat(run(call -> call.call() == StateCall.RENAME ? new CallGate.Verdict.Fail(ENOSPC) : CallGate.PASS))
                .isNotZero();
        assertThat(contentAndClear()).containsExactly("made=content");
        assertThat(run(call -> call.call() == StateCall.RENAME ? CallGate.PRETEND : CallGate.PASS))
                .isZero();
        assertThat(contentAndClear()).containsExactlyInAnyOrder("made=content", "directory");
    }

    private int run(CallGate.Keeper keeper) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Gated.class.getName(),
                        Program.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (CallGate _ = new CallGate(process, keeper)) {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> contentAndClear() throws IOException {
        List<String> found = new ArrayList<>();
        try (var all = Files.newDirectoryStream(directory)) {
            for (Path path : all) {
                String content = Files.isDirectory(path) ? "" : Files.readString(path);
                found.add(path.getFileName() + (content.isEmpty() ? "" : "=" + content));
                Files.delete(path);
            }
        }
        return found;
    }
}
