package io.flockerj.store.backend.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import software.amazon.awssdk.core.sync.RequestBody;

/** A file that nobody changes, sent through little memory. */
record FileContent(Path file, long length) implements Content {
    private static final int PIECE = 64 * 1024;

    static FileContent of(Path file) throws IOException {
        return new FileContent(file, Files.size(file));
    }

    /** What cannot be read fails with an {@link UncheckedIOException}. */
    @Override
    public RequestBody body() {
        return RequestBody.fromContentProvider(this::stream, length, TYPE);
    }

    private InputStream stream() {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String md5() throws IOException {
        MessageDigest digest = Md5.begin();
        byte[] piece = new byte[PIECE];
        try (InputStream bytes = Files.newInputStream(file)) {
            for (int read = bytes.read(piece); read >= 0; read = bytes.read(piece)) {
                digest.update(piece, 0, read);
            }
        }
        return Base64.getEncoder().encodeToString(digest.digest());
    }
}
