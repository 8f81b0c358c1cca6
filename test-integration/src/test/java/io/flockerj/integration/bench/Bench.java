package io.flockerj.integration.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The benchmarks' main program: runs those that are named, or all. */
public final class Bench {
    private Bench() {}

    /** One benchmark. */
    interface Suite {
        /**
         * Measures and reports.
         *
         * @param pluginPackage what {@code rootfs-build.sh} made
         * @param directory an empty directory on the machine's disk
         * @param out the report
         */
        void run(Path pluginPackage, Path directory, PrintStream out) throws Exception;
    }

    private static final Map<String, Suite> SUITES = new LinkedHashMap<>();

    static {
        SUITES.put("start", new StartBench());
        SUITES.put("calls", new CallsBench());
        SUITES.put("docker-run", new DockerRunBench());
        SUITES.put("io", new InputOutputBench());
        SUITES.put("history", new HistoryBench());
        SUITES.put("stall", new StallBench());
        SUITES.put("fli", new FliBench());
        SUITES.put("carry", new CarryBench(CarryBench.Part.TREE));
        SUITES.put("carry-mixed", new CarryBench(CarryBench.Part.MIXED));
        SUITES.put("carry-bucket", new CarryBench(CarryBench.Part.BUCKET));
        SUITES.put("hub-catalogue", new HubCatalogueBench());
        SUITES.put("hub-tree", new HubTreeBench());
        SUITES.put("hub-crowd", new HubCrowdBench());
        SUITES.put("hub-carry", new HubCarryBench(false, CarriedData.TREE));
        SUITES.put("hub-carry-bucket", new HubCarryBench(true, CarriedData.TREE));
    }

    /** Runs benchmarks. Arguments: the plugin's package, a directory for everything, and the names of suites. */
    public static void main(String[] args) throws Exception {
        List<String> names = List.of(args).subList(2, args.length);
        for (String name : names.isEmpty() ? List.copyOf(SUITES.keySet()) : names) {
            Suite suite = SUITES.get(name);
            if (suite == null) {
                throw new IllegalArgumentException("there is no benchmark " + name + "; there are " + SUITES.keySet());
            }
            System.out.println("\n== " + name);
            suite.run(Path.of(args[0]), Path.of(args[1]).resolve(name), System.out);
        }
        // Threads of the engine's clients may linger.
        System.exit(0);
    }
}
