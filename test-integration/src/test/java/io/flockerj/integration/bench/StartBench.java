package io.flockerj.integration.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** From exec to the first answer, on a quiet and on a fully loaded machine; and the memory that the idle daemon holds. */
final class StartBench implements Bench.Suite {
    private static final int RUNS = 15;
    private static final int BUSY_FOR_EACH_PROCESSOR = 2;
    private static final long IDLE_SECONDS = 10;

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        PackagedDaemon.launch(pluginPackage, directory).listening().close();
        double[] bare = new double[RUNS];
        double[] quiet = new double[RUNS];
        for (int i = 0; i < RUNS; i++) {
            bare[i] = bareRuntime(pluginPackage);
            quiet[i] = start(pluginPackage, directory);
        }
        out.printf("the bare Java runtime, to its end          %s%n", new Samples(bare).describe("ms"));
        out.printf("exec to first answer, quiet                %s%n", new Samples(quiet).describe("ms"));
        out.printf(
                "ratio of the medians                       %.1f%n",
                new Samples(quiet).median() / new Samples(bare).median());
        out.printf(
                "exec to first answer, processors busy      %s%n",
                underLoad(pluginPackage, directory).describe("ms"));
        try (PackagedDaemon daemon =
                PackagedDaemon.launch(pluginPackage, directory).listening()) {
            TimeUnit.SECONDS.sleep(IDLE_SECONDS);
            out.printf(
                    "resident after %d s idle                   %.1f MiB%n",
                    IDLE_SECONDS, daemon.use().residentMebibytes());
        }
    }

    private static Samples underLoad(Path pluginPackage, Path directory) throws IOException, InterruptedException {
        List<Process> busy = new ArrayList<>();
        try {
            for (int i = 0; i < BUSY_FOR_EACH_PROCESSOR * Runtime.getRuntime().availableProcessors(); i++) {
                busy.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
            }
            double[] loaded = new double[RUNS];
            for (int i = 0; i < RUNS; i++) {
                loaded[i] = start(pluginPackage, directory);
            }
            return new Samples(loaded);
        } finally {
            busy.forEach(Process::destroyForcibly);
        }
    }

    private static double start(Path pluginPackage, Path directory) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (PackagedDaemon daemon = PackagedDaemon.launch(pluginPackage, directory)) {
            daemon.listening();
            return millisecondsSince(begin);
        }
    }

    private static double bareRuntime(Path pluginPackage) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        new ProcessBuilder(
                        pluginPackage
                                .resolve("rootfs/opt/flockerj/runtime/bin/java")
                                .toString(),
                        "-Xshare:auto",
                        "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        return millisecondsSince(begin);
    }

    private static double millisecondsSince(long begin) {
        return (System.nanoTime() - begin) / 1e6;
    }
}
