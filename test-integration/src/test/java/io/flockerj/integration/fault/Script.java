package io.flockerj.integration.fault;

import io.flockerj.integration.ControlClient;
import io.flockerj.integration.DaemonProcess;
import io.flockerj.integration.VolumeDriverClient;
import io.flockerj.integration.sandbox.Eventually;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One of everything that changes a daemon's state, on a {@link PowerLossHost}, as callers and containers do it. */
final class Script implements AutoCloseable {
    private static final String CONTAINER = "container";

    private final Timeline timeline;
    private final DaemonProcess.Plan plan;
    private final PoolKind kind;
    private final Map<String, Volume> volumes = new HashMap<>();
    private DaemonProcess daemon;
    private VolumeDriverClient client;

    /** Starts the first daemon. */
    Script(PowerLossHost host, PoolKind kind) throws IOException, InterruptedException {
        this.timeline = host.timeline();
        this.plan = host.plan();
        this.kind = kind;
        this.daemon = plan.start();
        this.client = daemon.connect();
        client.list();
    }

    /** Makes a volume, and nothing else. */
    void create(String name, Volume volume) throws IOException, InterruptedException {
        change("Create " + name, name, Optional.of(volume), () -> client.create(name, volume.options()));
    }

    /** Does everything. */
    void run() throws IOException, InterruptedException {
        Volume owned = Volume.PLAIN.owner(7, 8, 0750);
        create("rich", kind == PoolKind.PLAIN ? owned : owned.limit(48 << 20).compression("zstd"));
        create("plain", Volume.PLAIN);
        write("plain", "first", "one");
        write("rich", "second", "two".repeat(20_000));
        if (kind != PoolKind.PLAIN) {
            create("uncopied", Volume.PLAIN.noCow());
            resize("rich", 64 << 20);
            goBack("plain");
        }
        create("twice", Volume.PLAIN);
        remove("twice");
        create("twice", Volume.PLAIN.owner(1, 1, 0700));
        String anonymous = "%064x".formatted(1);
        create(anonymous, Volume.PLAIN);
        remove(anonymous);
        if (kind == PoolKind.FILE) {
            grow("plain");
        }
        daemon.stop();
        startAgain();
        write("plain", "third", "three");
        daemon.kill();
        startAgain();
        create("late", Volume.PLAIN);
        remove("plain");
    }

    private void change(String what, String name, Optional<Volume> after, Timeline.Work work)
            throws IOException, InterruptedException {
        Optional<Volume> before = Optional.ofNullable(volumes.get(name));
        timeline.change(name, before, after, what, work);
        after.ifPresentOrElse(volume -> volumes.put(name, volume), () -> volumes.remove(name));
    }

    private Volume volume(String name) {
        return Objects.requireNonNull(volumes.get(name));
    }

    private void remove(String name) throws IOException, InterruptedException {
        change("Remove " + name, name, Optional.empty(), () -> client.remove(name));
    }

    private void resize(String name, long bytes) throws IOException, InterruptedException {
        Volume after = volume(name).limit(bytes);
        change("resize of " + name, name, Optional.of(after), () -> {
            try (ControlClient control = daemon.connectToControl()) {
                control.resize(name, Long.toString(bytes));
            }
        });
    }

    /** Takes a snapshot, goes on, and goes back to it. */
    private void goBack(String name) throws IOException, InterruptedException {
        Optional<Volume> taken = Optional.of(volume(name));
        try (ControlClient control = daemon.connectToControl()) {
            String snapshot = HostView.snapshot(name, HistoryChange.TAKEN, 1);
            change("snapshot of " + name, snapshot, taken, () -> HistoryChange.take(control, name));
            write(name, "more", "more");
            Optional<Volume> left = Optional.of(volume(name));
            // All three at once: what is there now, what was there, and where it goes on from.
            change("rollback of " + name, name, taken, () -> {
                change("rollback of " + name, HostView.snapshot(name, HistoryChange.SAFETY, 1), left, () -> {
                    change("rollback of " + name, HostView.snapshot(name, HistoryChange.OUTCOME, 1), taken, () -> {
                        HistoryChange.rollBack(control, name);
                    });
                });
            });
        }
    }

    /** Writes a file as careful programs do. */
    private void write(String name, String file, String content) throws IOException, InterruptedException {
        Path top = client.mount(name, CONTAINER);
        Volume after = volume(name).file(file, content);
        change("writing " + file + " in " + name, name, Optional.of(after), () -> {
            Path temporary = top.resolve(file + ".tmp");
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                Images.write(channel, 0, StandardCharsets.UTF_8.encode(content));
                channel.force(true);
            }
            Files.move(temporary, top.resolve(file), StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(top)) {
                directory.force(true);
            }
        });
        client.unmount(name, CONTAINER);
    }

    private void grow(String name) throws IOException {
        Path top = client.mount(name, CONTAINER);
        PoolFile pool = new PoolFile(plan);
        long size = pool.size();
        PoolFile.reserve(top.resolve("large.tmp"), 600L << 20);
        Eventually.await("growth", () -> pool.size() > size && pool.fileSystemSize(top) == pool.size());
        client.unmount(name, CONTAINER);
    }

    private void startAgain() throws IOException, InterruptedException {
        client.close();
        daemon = plan.start();
        client = daemon.connect();
        client.list();
    }

    @Override
    public void close() throws IOException {
        client.close();
        daemon.close();
    }
}
