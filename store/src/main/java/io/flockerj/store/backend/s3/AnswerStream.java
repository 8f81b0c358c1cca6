package io.flockerj.store.backend.s3;

import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The content of an answer, exactly as much of it as was wanted. It fails where the answer breaks off, and when the store takes too long in
 * all; the time in which nobody asks for more does not count.
 */
final class AnswerStream extends InputStream {
    /** What is left of an answer is read to its end for the sake of the connection, if it is no more. */
    private static final long LITTLE = 64 * 1024;

    private final ResponseInputStream<?> content;
    private final Failure failure;
    private final Duration patience;
    private long left;
    private final long unwanted;
    private Duration waited = Duration.ZERO;

    /** Says what an error means. */
    interface Failure {
        IOException of(SdkException e);

        UnavailableException of(String reason, IOException e);
    }

    /**
     * @param length so many bytes are wanted
     * @param unwanted so many follow
     * @param patience how long the store may take in all
     */
    AnswerStream(ResponseInputStream<?> content, long length, long unwanted, Duration patience, Failure failure) {
        this.content = content;
        this.failure = failure;
        this.patience = patience;
        this.left = length;
        this.unwanted = unwanted;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        if (waited.compareTo(patience) > 0) {
            throw failure.of("it comes too slowly", new IOException(left + " bytes are missing after " + waited));
        }
        int read = measured(target, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw failure.of("the answer broke off", new IOException(left + " bytes are missing"));
        }
        left -= read;
        return read;
    }

    private int measured(byte[] target, int offset, int length) throws IOException {
        long begun = System.nanoTime();
        try {
            return content.read(target, offset, length);
        } catch (SdkException e) {
            throw failure.of(e);
        } catch (IOException e) {
            throw failure.of("the connection broke: " + e.getMessage(), e);
        } finally {
            waited = waited.plusNanos(System.nanoTime() - begun);
        }
    }

    @Override
    public void close() throws IOException {
        if (left + unwanted > LITTLE) {
            content.abort();
        } else {
            content.close();
        }
    }
}
