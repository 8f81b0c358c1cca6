package io.flockerj.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a push and a pull cost where there is much, or much has happened: bytes and memory, never time. */
class LargeTreesTest extends TwoHosts {
    private static final int ENTRIES = Soak.orElse(1_000_000, 100_000);
    private static final int SNAPSHOTS = Soak.orElse(1_000, 100);

    private static final int PAGE = 16 * 1024;
    private static final int PAGES = 1_000;
    private static final int PAGES_CHANGED = 20;
    /** What a fresh pull reads after many pushes, by what it reads after one. */
    private static final double MOST_READ = 1.3;

    /** What the daemon may take while it pushes or pulls, whatever the size. */
    private static final long MEMORY_KIB = 320 << 10;

    @Test
    void aFileOfAHundredGibibytesThatIsNearlyAllHoleGoesAndComesBackAsOne() throws IOException {
        Path top = here.volume("db");
        String marks = "printf begin | dd of=hole conv=notrunc status=none;"
                + " printf middle | dd of=hole bs=4096 seek=13000001 conv=notrunc status=none;"
                + " printf end | dd of=hole bs=1 seek=107374182397 conv=notrunc status=none";
        shell("truncate -s 100G hole; " + marks, top);

        long sent = here.push("db").required("bytesSent").asLong();
        there.cloneOf("nas/db", "db");
        Path copy = there.client().mount("db", Host.ENGINE);
        // A second push and a pull onto what is there: of the hole nothing is looked at again.
        shell("printf changed | dd of=hole bs=4096 seek=20000001 conv=notrunc status=none", top);
        long more = here.push("db").required("bytesSent").asLong();
        String pulled = there.pull("db").required("snapshot").asText();
        there.client().create("view", Map.of("from", "db@" + pulled, "access", "read-only"));
        Path view = there.client().mount("view", Host.ENGINE);

        assertThat(sent).isPositive().isLessThan(100_000);
        assertThat(more).isPositive().isLessThan(100_000);
        for (Path each : List.of(copy, view)) {
            assertThat(each.resolve("hole")).hasSize(100L << 30);
            assertThat(at(each, 0, 5)).isEqualTo("begin");
            assertThat(at(each, 13_000_001L * 4096, 6)).isEqualTo("middle");
            assertThat(at(each, (100L << 30) - 3, 3)).isEqualTo("end");
            assertThat(kilobytesOnDisk(each)).isLessThan(1_000);
        }
        assertThat(at(view, 20_000_001L * 4096, 7)).isEqualTo("changed");
        assertThat(at(copy, 20_000_001L * 4096, 7)).isEqualTo("\0".repeat(7));
        assertThat(peakMemory(here)).isLessThan(MEMORY_KIB);
        assertThat(peakMemory(there)).isLessThan(MEMORY_KIB);
    }

    private static String at(Path top, long position, int length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(top.resolve("hole").toString(), "r")) {
            byte[] bytes = new byte[length];
            file.seek(position);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    }

    private static long kilobytesOnDisk(Path top) {
        return Long.parseLong(Commands.here()
                .run("sh", "-c", "du -k \"$1/hole\" | cut -f 1", "sh", top.toString())
                .ok());
    }

    /** In KiB, since the daemon began. */
    private static long peakMemory(Host host) throws IOException {
        return Files.readAllLines(Path.of("/proc", "" + host.daemon().process().pid(), "status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tenChangesInADirectoryOfVeryManyEntriesCostAFewOfItsNodes() throws IOException {
        Path top = here.volume("db");
        shell("mkdir many; cd many; seq -f 'entry %.0f' 1 " + ENTRIES + " | tr '\\n' '\\0' | xargs -0 touch", top);
        long first = here.push("db").required("bytesSent").asLong();
        there.cloneOf("nas/db", "db");
        shell(
                "cd many; for i in 1 2 3; do echo new > \"entry $i$i$i new\"; rm \"entry $i$i$i\"; done;"
                        + " for i in 5 6 7 8; do echo changed > \"entry $i$i$i$i\"; done",
                top);
        String changed = names(top);

        long sent = here.push("db").required("bytesSent").asLong();
        String pulled = there.pull("db").required("snapshot").asText();
        there.client().create("view", Map.of("from", "db@" + pulled, "access", "read-only"));

        assertThat(names(there.client().mount("view", Host.ENGINE))).isEqualTo(changed);
        // Ten leaves of some 300 entries each, perhaps their neighbours, and what leads to them.
        assertThat(sent).isPositive().isLessThan(200_000).isLessThan(first / 4);
        assertThat(peakMemory(here)).isLessThan(MEMORY_KIB);
        assertThat(peakMemory(there)).isLessThan(MEMORY_KIB);
    }

    /** What is in a tree, as one digest. */
    private static String names(Path top) {
        return Commands.here()
                .run(
                        "sh",
                        "-c",
                        "cd \"$1\"; find . -printf '%P %y %m %U %G %T@ %s\\n' | sort | sha256sum;"
                                + " find . -type f -size +0 -exec sha256sum {} + | sort | sha256sum",
                        "sh",
                        top.toString())
                .ok();
    }

    /** As a database does it: some pages at a time, anywhere in a large file, and a file that grows. */
    @Test
    void aRowOfSnapshotsCostsAtMostTwiceWhatChangedAndEachComesBack() throws IOException {
        Path top = here.volume("db");
        Random random = new Random(7);
        write(top, random, all());
        here.push("db");
        List<List<String>> states = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        long changed = 0;
        long sent = 0;
        for (int i = 0; i < SNAPSHOTS; i++) {
            write(top, random, some(random));
            shell("echo snapshot " + i + " >> log", top);
            changed += (long) PAGES_CHANGED * PAGE;
            states.add(List.of(0, SNAPSHOTS / 2, SNAPSHOTS - 1).contains(i) ? Manifest.of(top) : List.of());
            JsonNode pushed = here.push("db");
            sent += pushed.required("bytesSent").asLong();
            ids.add(pushed.required("snapshots").required(0).asText());
        }

        long received = there.cloneOf("nas/db", "db").required("bytesReceived").asLong();
        for (int i : List.of(0, SNAPSHOTS / 2, SNAPSHOTS - 1)) {
            there.pull("db@" + ids.get(i));
            assertThat(Manifest.differences(states.get(i), there.view("db@" + ids.get(i), "view" + i)))
                    .as("snapshot %d", i)
                    .isEmpty();
        }

        assertThat(sent).isBetween(changed, 2 * changed);
        Path alone = here.volume("alone");
        shell("cp -a " + top + "/. .", alone);
        here.push("alone");
        long receivedAlone =
                there.cloneOf("nas/alone", "alone").required("bytesReceived").asLong();
        assertThat((double) received / receivedAlone)
                .as("what a fresh pull costs after many pushes, by what it costs after one")
                .isLessThan(MOST_READ);
    }

    private static Set<Integer> all() {
        Set<Integer> pages = new HashSet<>();
        for (int page = 0; page < PAGES; page++) {
            pages.add(page);
        }
        return pages;
    }

    private static Set<Integer> some(Random random) {
        Set<Integer> pages = new HashSet<>();
        while (pages.size() < PAGES_CHANGED) {
            pages.add(random.nextInt(PAGES));
        }
        return pages;
    }

    private static void write(Path top, Random random, Set<Integer> pages) throws IOException {
        byte[] page = new byte[PAGE];
        try (RandomAccessFile file = new RandomAccessFile(top.resolve("table").toString(), "rw")) {
            for (int each : pages) {
                random.nextBytes(page);
                file.seek((long) each * PAGE);
                file.write(page);
            }
        }
    }

    private static void shell(String script, Path top) {
        Commands.here()
                .run("sh", "-euc", "cd \"$1\"; " + script, "sh", top.toString())
                .ok();
    }
}
