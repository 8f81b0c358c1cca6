package io.flockerj.integration.fault;

import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Commands;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * A host with one disk, on which a daemon has its state and its pool: first one that records, then, after each power cut,
 * what is left of it.
 */
final class PowerLossHost implements AutoCloseable {
    static final long DISK_SIZE = 4L << 30;

    /** The host's file system. Nothing in the background may write to the disk on its own account. */
    enum FileSystem {
        EXT4("ext4", "-Elazy_itable_init=1,lazy_journal_init=1", "loop,noinit_itable"),
        XFS("xfs", "-K", "loop");

        private final String type;
        private final String format;
        private final String mountOptions;

        FileSystem(String type, String format, String mountOptions) {
            this.type = type;
            this.format = format;
            this.mountOptions = mountOptions;
        }
    }

    private final FileSystem fileSystem;
    private final PoolKind kind;
    private final Path directory;
    private final Path mounted;
    private final RecordingDisk disk;
    private final Timeline timeline;

    PowerLossHost(FileSystem fileSystem, PoolKind kind, Path directory) throws IOException {
        this.fileSystem = fileSystem;
        this.kind = kind;
        this.directory = directory;
        this.mounted = Files.createDirectory(directory.resolve("mounted"));
        this.disk = new RecordingDisk(
                Files.createDirectory(directory.resolve("fuse")),
                Files.createDirectory(directory.resolve("recorded")),
                DISK_SIZE);
        this.timeline = new Timeline(disk);
        Commands.here()
                .run(
                        "mkfs." + fileSystem.type,
                        "-q",
                        fileSystem.format,
                        disk.file().toString())
                .ok();
        mount(disk.file());
        Commands.here().run("sync", "--file-system", mounted.toString()).ok();
    }

    Timeline timeline() {
        return timeline;
    }

    WriteLog log() {
        return disk.log();
    }

    int mark() {
        return disk.mark();
    }

    /** How to run the daemon on this host. */
    DaemonProcess.Plan plan() {
        return kind.on(mounted, directory);
    }

    /** Brings all that was written to the disk. */
    void sync() {
        Path pool = plan().path("run").resolve("pool");
        for (Path fileSystem : List.of(Files.exists(pool) ? pool : mounted, mounted)) {
            Commands.here().run("sync", "--file-system", fileSystem.toString()).ok();
        }
    }

    /** Ends the recording, with nobody using the disk any more. */
    void endRecording() throws IOException {
        unmount();
    }

    /** Power losses of the recorded disk, which must be gone through in ascending order to be cheap. */
    PowerLoss losses(IntPredicate believedSyncs) {
        return new PowerLoss(disk.log(), DISK_SIZE, directory, believedSyncs);
    }

    /** Loses power, starts again, and looks: what is wrong then, empty if nothing is. */
    List<String> wrongAfter(PowerLoss loss, Cut cut) throws IOException, InterruptedException {
        Path image = directory.resolve("rebuilt.img");
        loss.rebuild(cut, image);
        mount(image);
        List<String> wrong = new ArrayList<>();
        try (DaemonProcess daemon = plan().start()) {
            look(daemon, cut.position(), wrong);
            if (!wrong.isEmpty()) {
                wrong.add("the log:\n" + daemon.log());
            }
        } finally {
            unmount();
        }
        return wrong;
    }

    private void look(DaemonProcess daemon, int position, List<String> wrong) throws IOException {
        try (VolumeDriverClient client = daemon.connect()) {
            client.list();
            HostView view = kind.view(daemon, mounted);
            Map<String, Volume> seen = view.volumes();
            wrong.addAll(timeline.promisedAt(position).brokenBy(seen));
            wrong.addAll(view.disorder());
            for (String name : timeline.removedBefore(position)) {
                if (!seen.containsKey(name) && !HostView.isAnonymous(name) && !view.trashHas(name)) {
                    wrong.add("volume " + name + " was removed, and is not in the trash");
                }
            }
            client.create("afterwards", Map.of());
        } catch (IOException e) {
            wrong.add("the daemon does not serve: " + e);
        }
    }

    private void mount(Path image) throws IOException {
        Commands.here()
                .run(
                        "mount",
                        "-t",
                        fileSystem.type,
                        "-o",
                        fileSystem.mountOptions,
                        image.toString(),
                        mounted.toString())
                .ok();
        kind.attach(mounted, directory);
    }

    private void unmount() throws IOException {
        Place.clear(directory);
        kind.detach(directory);
        Commands.here().run("rm", "-rf", directory.resolve("run").toString()).ok();
        Eventually.await(
                "an unused disk",
                () -> Commands.here().run("umount", mounted.toString()).exit() == 0);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }
}
