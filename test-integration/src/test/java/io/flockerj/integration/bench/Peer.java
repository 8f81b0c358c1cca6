package io.flockerj.integration.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program that puts a directory elsewhere, and back.
 *
 * @param name how it is called
 * @param place where it puts it
 * @param begin makes the place
 * @param saving puts the directory there
 * @param restoring puts all of it back, into a directory that it makes
 * @param isIncremental whether it can be run again to put what changed there
 */
record Peer(
        String name, Path place, Path target, String begin, String saving, String restoring, boolean isIncremental) {
    // Secrets of nobody: both always encrypt, or warn if not.
    private static final Map<String, String> ENVIRONMENT =
            Map.of("RESTIC_PASSWORD", "bench", "BORG_PASSPHRASE", "bench", "BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes");

    /** All of them. {@code pool} is a directory on the btrfs that the source is on. */
    static List<Peer> all(Path source, Path pool, Path directory) {
        Path restored = pool.resolve("restored");
        String cache = " --cache-dir=" + directory.resolve("restic-cache");
        Path restic = directory.resolve("restic");
        Path borg = directory.resolve("borg");
        Path tar = directory.resolve("tar.zst");
        Path send = directory.resolve("send");
        Path rsync = directory.resolve("rsync");
        Path copies = pool.resolve("sent");
        String borgHome = "export BORG_BASE_DIR=" + directory.resolve("borg-home") + "; ";
        return List.of(
                new Peer(
                        "restic",
                        restic,
                        restored,
                        "restic init -q -r " + restic + cache,
                        "restic backup -q -r " + restic + cache + " " + source,
                        "restic restore -q latest -r " + restic + cache + " --target " + restored + durable(restored),
                        true),
                new Peer(
                        "borg",
                        borg,
                        restored,
                        borgHome + "borg init -e repokey-blake2 " + borg,
                        borgHome + "borg create -C zstd,1 " + borg + "::$(date +%s%N) " + source,
                        borgHome + "mkdir " + restored + "; cd " + restored + "; borg extract " + borg
                                + "::$(borg list --last 1 --short " + borg + ")" + durable(restored),
                        true),
                new Peer(
                        "tar | zstd -1",
                        tar,
                        restored,
                        "true",
                        "tar -C " + source + " -c . | zstd -q -1 -T0 > " + tar + "; sync " + tar,
                        "mkdir " + restored + "; zstd -q -d -c " + tar + " | tar -C " + restored + " -x"
                                + durable(restored),
                        false),
                new Peer(
                        "btrfs send | zstd -1",
                        send,
                        restored,
                        "mkdir -p " + send + " " + copies + "; for i in " + copies
                                + "/*; do [ ! -e $i ] || btrfs -q subvolume delete $i; done",
                        "n=$(ls " + copies + " | wc -l); btrfs -q subvolume snapshot -r " + source.getParent() + " "
                                + copies + "/$(printf %06d $n); p=; [ $n = 0 ] || p=\"-p " + copies
                                + "/$(printf %06d $((n - 1)))\"; btrfs -q send $p " + copies
                                + "/$(printf %06d $n) | zstd -q -1 -T0 > " + send + "/$n; sync " + send + "/$n",
                        "mkdir " + restored + "; for i in $(ls -v " + send + "); do zstd -q -d -c " + send
                                + "/$i | btrfs -q receive " + restored + " || exit; done" + durable(restored),
                        true),
                new Peer(
                        "rsync",
                        rsync,
                        restored,
                        "mkdir -p " + rsync,
                        "rsync -aHAX --delete --inplace " + source + "/ " + rsync + "/; sync -f " + rsync,
                        "rsync -aHAX " + rsync + "/ " + restored + "/" + durable(restored),
                        true));
    }

    /** restic alone, which puts it into a bucket; the credentials are a lab's. */
    static Peer resticTo(String bucket, Path source, Path pool, Path directory, String key, String secret) {
        Path restored = pool.resolve("restored");
        String where = "export AWS_ACCESS_KEY_ID=" + key + " AWS_SECRET_ACCESS_KEY=" + secret + "; restic -q -r s3:"
                + bucket + " --cache-dir=" + directory.resolve("restic-cache") + " ";
        return new Peer(
                "restic",
                directory.resolve("restic"),
                restored,
                where + "init",
                where + "backup " + source,
                where + "restore latest --target " + restored + durable(restored),
                true);
    }

    /** A pull of ours ends when all is on the disk, so a peer's has to. */
    private static String durable(Path restored) {
        return "; sync -f " + restored;
    }

    /** As if it had never been there. */
    void reset() {
        Measure.command("rm", "-rf", place.toString());
        Measure.of(ENVIRONMENT, begin);
    }

    Measure save() {
        return Measure.of(ENVIRONMENT, saving);
    }

    Measure restore() {
        Measure measure = Measure.of(ENVIRONMENT, restoring);
        // What was received is read-only; whoever is next does not wait for its removal.
        Measure.of(
                ENVIRONMENT,
                "for i in " + target + "/*; do btrfs -q subvolume delete $i 2>/dev/null || true; done; rm -rf " + target
                        + "; btrfs subvolume sync " + target.getParent());
        return measure;
    }

    double megabytes() throws IOException {
        return bytes() / 1e6;
    }

    long bytes() throws IOException {
        return Files.isDirectory(place) ? Measure.bytes(place) : Files.exists(place) ? Files.size(place) : 0;
    }
}
