package io.flockerj.integration.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Files that are carried about. */
enum CarriedData {
    /** A source tree of Linux: 84,000 files of 1.3 GB. */
    TREE("tree", "150 of 84,000 files", 3),
    /** The same, and 1 GiB of random bytes, and 1 GB of programs and libraries. */
    MIXED("mixed", "150 of 84,000 files and 64 pages of 16 KiB in 1 GiB", 1);

    private static final String ARCHIVE = "/usr/src/linux-source-6.1.tar.xz";
    private static final int MEBIBYTE = 1 << 20;
    private static final int PAGE = 16 << 10;
    private static final int PAGES = 64;
    private static final long RANDOM_SIZE = 1024L * MEBIBYTE;
    private static final long PROGRAMS_SIZE = 1000L * 1000 * 1000;

    private final String label;
    private final String change;
    private final int firstRounds;

    CarriedData(String label, String change, int firstRounds) {
        this.label = label;
        this.change = change;
        this.firstRounds = firstRounds;
    }

    /** How often all of it is carried: once takes minutes. */
    int firstRounds() {
        return firstRounds;
    }

    String label() {
        return label;
    }

    /** What {@link #change(Path, int)} changes, for people. */
    String change() {
        return change;
    }

    /** Unpacks what the volumes are filled with. */
    static Path prepare(Path sources) throws IOException {
        Measure.command("tar", "-C", sources.toString(), "-xf", ARCHIVE);
        return sources;
    }

    /** Fills a directory. */
    void fill(Path sources, Path target) throws IOException {
        Measure.command("cp", "-a", sources + "/.", target.resolve("tree").toString());
        if (this == MIXED) {
            random(target.resolve("random"));
            // Whatever is installed, as far as it goes.
            Measure.of(
                    Map.of(),
                    "mkdir " + target + "/programs; cd /; n=0; find usr/bin usr/lib -xdev -type f -size +100k | sort |"
                            + " while read -r f; do s=$(stat -c %s \"$f\"); n=$((n + s)); [ $n -ge " + PROGRAMS_SIZE
                            + " ] || cp -a --parents \"$f\" " + target + "/programs; done");
        }
    }

    private static void random(Path file) throws IOException {
        Random random = new Random(1);
        byte[] bytes = new byte[MEBIBYTE];
        try (RandomAccessFile into = new RandomAccessFile(file.toFile(), "rw")) {
            for (long at = 0; at < RANDOM_SIZE; at += bytes.length) {
                random.nextBytes(bytes);
                into.write(bytes);
            }
        }
    }

    /** Changes a little: appends to 100 files, renames 10, deletes 10, gives 10 another mode, makes 20; answers how many bytes are new. */
    long change(Path target, int round) throws IOException {
        Random random = new Random(round);
        List<Path> files;
        try (Stream<Path> found = Files.walk(target.resolve("tree"))) {
            files = found.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
        long changed = 0;
        for (int i = 0; i < 150; i++) {
            Path file = files.get(random.nextInt(files.size()));
            if (!Files.exists(file)) {
                continue;
            }
            if (i < 100) {
                Files.writeString(file, "changed in round " + round + "\n", StandardOpenOption.APPEND);
                changed += Files.size(file) > 64 << 10 ? 4096 : Files.size(file);
            } else if (i < 110) {
                Files.move(file, file.resolveSibling(file.getFileName() + "." + round));
            } else if (i < 120) {
                Files.delete(file);
            } else if (i < 130) {
                Measure.command("chmod", "u+x", file.toString());
            } else {
                byte[] content = new byte[random.nextInt(20_000)];
                random.nextBytes(content);
                Files.write(file.resolveSibling("new-" + round + "-" + i), content);
                changed += content.length;
            }
        }
        return this == MIXED ? changed + pages(target.resolve("random"), random) : changed;
    }

    private static long pages(Path file, Random random) throws IOException {
        byte[] page = new byte[PAGE];
        try (RandomAccessFile into = new RandomAccessFile(file.toFile(), "rw")) {
            for (int i = 0; i < PAGES; i++) {
                random.nextBytes(page);
                into.seek((long) random.nextInt((int) (RANDOM_SIZE / PAGE)) * PAGE);
                into.write(page);
            }
        }
        return (long) PAGES * PAGE;
    }
}
