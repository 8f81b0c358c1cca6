package io.flockerj.hub.http;

import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is read while it is sent. The answer begins with the first byte: what fails before is told as any failure. What fails afterwards
 * cuts the connection, so that nobody takes for whole what is not.
 */
final class Download extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    private final ServerResponse response;
    private final Runnable headers;
    private @Nullable OutputStream out;
    /** Whether it was the connection that failed, and not what was read. */
    private boolean isLost;

    /** What is sent. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private Download(ServerResponse response, Runnable headers) {
        this.response = response;
        this.headers = headers;
    }

    /** @param headers sets status and headers */
    static void send(ServerResponse response, Runnable headers, Content content) throws IOException {
        // Not closed where it fails: to close it is to say that it is whole.
        Download download = new Download(response, headers);
        try {
            content.writeTo(download);
            download.sending(OutputStream::close);
        } catch (IOException | RuntimeException e) {
            if (download.out == null) {
                throw e;
            }
            if (download.isLost) {
                LOG.atInfo().addKeyValue("why", e.getMessage()).log("Who asked went away before an answer was sent");
            } else {
                LOG.atWarn().setCause(e).log("An answer was cut off");
            }
            throw new CloseConnectionException("an answer was cut off", e);
        }
    }

    private OutputStream begun() {
        OutputStream begun = out;
        if (begun == null) {
            headers.run();
            begun = response.outputStream();
            out = begun;
        }
        return begun;
    }

    @Override
    public void write(int b) throws IOException {
        sending(to -> to.write(b));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            sending(to -> to.write(bytes, offset, length));
        }
    }

    private interface Sending {
        void to(OutputStream out) throws IOException;
    }

    private void sending(Sending sending) throws IOException {
        OutputStream begun = begun();
        isLost = true;
        sending.to(begun);
        isLost = false;
    }
}
