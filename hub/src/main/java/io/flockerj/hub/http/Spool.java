package io.flockerj.hub.http;

import io.flockerj.hub.guard.Storehouse.Deposit;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A directory in which bodies wait until they are whole, hashed while they come. It belongs to one hub. Where it lies on the file system of
 * the storage, nothing is copied afterwards.
 */
final class Spool {
    private static final int PIECE = 64 * 1024;

    private final Path directory;
    private final Supplier<Id> ids;
    private final AtomicLong held = new AtomicLong();

    private Spool(Path directory, Supplier<Id> ids) {
        this.directory = directory;
        this.ids = ids;
    }

    /** Opens it, and removes what a hub has left that was killed. */
    static Spool open(Path directory, Supplier<Id> ids) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path file : left) {
                Files.deleteIfExists(file);
            }
        }
        return new Spool(directory, ids);
    }

    /** What is done with a deposit while it is there. */
    interface Use<T> {
        T with(Deposit deposit) throws IOException;
    }

    /**
     * Takes a body, and keeps it as long as it is used.
     *
     * @param longest more bytes are not taken
     */
    <T> T take(InputStream body, long longest, Use<T> use) throws IOException {
        Path file = directory.resolve(ids.get().hex());
        AtomicLong taken = new AtomicLong();
        try {
            return use.with(write(body, longest, file, taken));
        } finally {
            held.addAndGet(-taken.get());
            Files.deleteIfExists(file);
        }
    }

    /** How many bytes are in it. */
    long held() {
        return held.get();
    }

    private Deposit write(InputStream body, long longest, Path file, AtomicLong taken) throws IOException {
        Sha256 hash = new Sha256();
        byte[] piece = new byte[PIECE];
        long size = 0;
        try (FileChannel channel = FileChannel.open(
                file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            for (int read = body.read(piece); read >= 0; read = body.read(piece)) {
                size += read;
                if (size > longest) {
                    throw new BodyException(BodyException.Fault.TOO_LONG, "it has more than " + longest + " bytes");
                }
                taken.addAndGet(read);
                held.addAndGet(read);
                hash.add(piece, 0, read);
                ByteBuffer bytes = ByteBuffer.wrap(piece, 0, read);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
        return new Deposit(file, size, hash.finish());
    }
}
