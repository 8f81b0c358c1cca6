package io.flockerj.cli.command;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The standard output, which remembers why it failed: a {@link PrintStream} goes on without a word. */
public final class Output extends PrintStream {
    /** What the kernel's EPIPE is in Java. */
    private static final String NO_READER = "Broken pipe";

    private final Remembering sink;

    /** Writes there; what is behind it must not fail in silence itself. */
    public Output(OutputStream out) {
        this(new Remembering(out));
    }

    private Output(Remembering sink) {
        super(sink, false, StandardCharsets.UTF_8);
        this.sink = sink;
    }

    /** Why something that was written has not arrived; what is still in a buffer has not failed yet. */
    Optional<IOException> failure() {
        return sink.failure;
    }

    /** Ends a command whose output is for nobody any more. */
    void check() throws LostException {
        if (sink.failure.isPresent()) {
            throw new LostException(sink.failure.get());
        }
    }

    /** Whether it failed only since whoever read it has heard enough. */
    static boolean hasNoReader(IOException failure) {
        return String.valueOf(failure.getMessage()).contains(NO_READER);
    }

    /** The standard output takes nothing any more; it is told where the program ends. */
    static final class LostException extends IOException {
        LostException(IOException reason) {
            super("the standard output failed: " + reason.getMessage(), reason);
        }
    }

    private static final class Remembering extends FilterOutputStream {
        private volatile Optional<IOException> failure = Optional.empty();

        Remembering(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                remember(e);
                throw e;
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                remember(e);
                throw e;
            }
        }

        private void remember(IOException e) {
            if (failure.isEmpty()) {
                failure = Optional.of(e);
            }
        }
    }
}
