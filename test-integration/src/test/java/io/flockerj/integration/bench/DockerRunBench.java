package io.flockerj.integration.bench;

import io.flockerj.integration.engine.BusyboxImage;
import io.flockerj.integration.engine.FlockerjPlugin;
import io.flockerj.integration.engine.PrivateEngine;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code docker run} with a volume of flockerj's against one of the engine's own driver, in turn. */
final class DockerRunBench implements Bench.Suite {
    private static final int RUNS = 30;

    @Override
    public void run(Path pluginPackage, Path directory, PrintStream out) throws Exception {
        try (PrivateEngine engine = PrivateEngine.open("bench")) {
            FlockerjPlugin.install(engine);
            engine.createVolume("ours");
            engine.docker("volume", "create", "theirs").ok();
            run(engine, "ours");
            run(engine, "theirs");
            double[] ours = new double[RUNS];
            double[] theirs = new double[RUNS];
            for (int i = 0; i < RUNS; i++) {
                theirs[i] = run(engine, "theirs");
                ours[i] = run(engine, "ours");
            }
            out.printf("docker run, local volume       %s%n", new Samples(theirs).describe("ms"));
            out.printf("docker run, flockerj volume    %s%n", new Samples(ours).describe("ms"));
            out.printf(
                    "ratio of the medians           %.2f%n", new Samples(ours).median() / new Samples(theirs).median());
        }
    }

    private static double run(PrivateEngine engine, String volume) {
        long begin = System.nanoTime();
        engine.docker("run", "--rm", "--network=none", "-v", volume + ":/data", BusyboxImage.NAME, "true")
                .ok();
        return (System.nanoTime() - begin) / 1e6;
    }
}
