package io.flockerj.plugin.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.volume.VolumesUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ControlDescriptionTest {
    private static final Path DESCRIPTION = Path.of("../docs/control-api.yaml");
    private static final Pattern PATH = Pattern.compile("  (/v1/[^:]+):");
    private static final Pattern METHOD = Pattern.compile("    (get|put|post|patch|delete):");

    /** The paths and methods, which stand in lines of their own. */
    private static List<String> described() throws IOException {
        TreeSet<String> described = new TreeSet<>();
        String path = "";
        for (String line : Files.readAllLines(DESCRIPTION)) {
            Matcher pathLine = PATH.matcher(line);
            Matcher methodLine = METHOD.matcher(line);
            if (pathLine.matches()) {
                path = pathLine.group(1);
            } else if (methodLine.matches()) {
                described.add(methodLine.group(1).toUpperCase(Locale.ROOT) + " " + path);
            }
        }
        return List.copyOf(described);
    }

    @Test
    void everyCallIsDescribedAndEverythingDescribedIsACall() throws IOException {
        ControlApi api = new ControlApi(
                atMost -> {
                    throw new VolumesUnavailableException("no volumes here");
                },
                "1",
                Map.of(),
                Clock.systemUTC(),
                new Jobs(Clock.systemUTC(), () -> "0".repeat(32), Runnable::run, Runnable::run, Duration.ZERO));
        TreeSet<String> served = new TreeSet<>(api.operations());
        served.add("POST /v1/import"); // Its body is a stream, which is no route's.

        assertThat(described()).containsExactlyElementsOf(served);
    }
}
