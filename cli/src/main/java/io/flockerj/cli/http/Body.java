package io.flockerj.cli.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;

/**
 * What is sent along with a request.
 *
 * @param type the media type
 * @param length in bytes; unknown if empty, and then it is sent in chunks
 * @param source writes it, once
 */
public record Body(String type, OptionalLong length, Source source) {
    /** Writes the bytes of a body. */
    @FunctionalInterface
    public interface Source {
        void writeTo(OutputStream out) throws IOException;
    }

    public static Body of(String type, byte[] bytes) {
        return new Body(type, OptionalLong.of(bytes.length), out -> out.write(bytes));
    }

    /** A body whose length is not known before it ends. */
    public static Body streamed(String type, Source source) {
        return new Body(type, OptionalLong.empty(), source);
    }
}
