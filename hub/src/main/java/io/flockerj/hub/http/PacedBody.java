package io.flockerj.hub.http;

import io.flockerj.hub.http.BodyException.Fault;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** The body of a request, counted while it comes, and not waited for when it comes too slowly. */
final class PacedBody extends FilterInputStream {
    private final Exchange.Parts parts;
    private final Instant begun;
    private final AtomicLong came;

    /** @param came is added to */
    PacedBody(InputStream body, Exchange.Parts parts, AtomicLong came) {
        super(body);
        this.parts = parts;
        this.begun = parts.clock().instant();
        this.came = came;
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
