package io.flockerj.hub.http;

import io.flockerj.hub.http.BodyException.Fault;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** The body of a request, counted while it comes, and not waited for when it comes too slowly, or no more. */
final class PacedBody extends FilterInputStream {
    private final Exchange.Parts parts;
    private final Instant begun;
    private final AtomicLong came;
    private final Function<RuntimeException, CloseConnectionException> lost;

    /**
     * @param came is added to
     * @param lost is told that the connection was lost, and what is to be thrown for that
     */
    PacedBody(
            InputStream body,
            Exchange.Parts parts,
            AtomicLong came,
            Function<RuntimeException, CloseConnectionException> lost) {
        super(body);
        this.parts = parts;
        this.begun = parts.clock().instant();
        this.came = came;
        this.lost = lost;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        parts.watch().begin(begun, came::get);
        int number;
        try {
            number = in.read(bytes, from, length);
        } catch (InsufficientDataAvailableException | ServerConnectionException e) {
            throw lost.apply(e);
        } finally {
            parts.watch().end();
        }
        if (number > 0
                && parts.pace()
                        .isTooSlow(begun, came.addAndGet(number), parts.clock().instant())) {
            throw new BodyException(Fault.TOO_SLOW, "it comes too slowly");
        }
        return number;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
