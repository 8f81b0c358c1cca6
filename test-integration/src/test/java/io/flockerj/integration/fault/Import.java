package io.flockerj.integration.fault;

import io.flockerj.integration.ControlClient;
import io.flockerj.integration.VolumeDriverClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Makes a volume of a tar archive, with its first snapshot. */
record Import() implements Change {
    private static final Volume WANTED = Volume.PLAIN.file("data", "old");
    private static final int BLOCK = 512;
    private static final int CHECKSUM = 148;

    @Override
    public Optional<Volume> before() {
        return Optional.empty();
    }

    @Override
    public Optional<Volume> after() {
        return Optional.of(WANTED);
    }

    @Override
    public Map<String, Optional<Volume>> besideBefore(String name) {
        return Map.of(HostView.snapshot(name, HistoryChange.TAKEN, 1), Optional.empty());
    }

    @Override
    public Map<String, Optional<Volume>> besideAfter(String name) {
        return Map.of(HostView.snapshot(name, HistoryChange.TAKEN, 1), Optional.of(WANTED));
    }

    /** One that was made without its snapshot, and not acknowledged, is given that. */
    @Override
    public void ask(GatedDaemon daemon, VolumeDriverClient client, String name) throws IOException {
        try (ControlClient control = daemon.process().connectToControl()) {
            if (!client.list().contains(name)) {
                control.importTar(name, HistoryChange.TAKEN, archive("data", "old"));
            } else if (HistoryChange.taken(control, name).isEmpty()) {
                HistoryChange.take(control, name);
            }
        }
    }

    @Override
    public void settle(GatedDaemon daemon, String name) {
        HistoryChange.awaitOrder(daemon);
    }

    /** An archive of one file (POSIX.1-2017, pax, "ustar Interchange Format"). */
    private static byte[] archive(String name, String content) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000644\0000000000\0000000000\000%011o\00000000000000\000".formatted(content.length()));
        put(header, CHECKSUM, "        0");
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        put(header, CHECKSUM, "%06o\000".formatted(sum));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes(header);
        archive.writeBytes(content.getBytes(StandardCharsets.US_ASCII));
        archive.writeBytes(new byte[BLOCK - content.length()]);
        archive.writeBytes(new byte[2 * BLOCK]);
        return archive.toByteArray();
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }
}
