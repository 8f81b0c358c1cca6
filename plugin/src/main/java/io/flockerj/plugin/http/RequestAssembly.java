package io.flockerj.plugin.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts the pieces of one connection's requests together. After a {@link Incoming.Refused} it must not be used any more. */
final class RequestAssembly {
    private static final byte[] NO_BYTES = {};

    private final Limits limits;
    private final Function<Request, Optional<Upload>> uploads;
    private @Nullable HttpRequest head;
    private @Nullable UploadBody upload;
    private byte[] body = NO_BYTES;
    private int length;
    private boolean continueWanted;

    /**
     * Nothing yet.
     *
     * @param uploads which bodies are not put together, by the request's head: {@link Handler#upload}
     */
    RequestAssembly(Limits limits, Function<Request, Optional<Upload>> uploads) {
        this.limits = limits;
        this.uploads = uploads;
    }

    /** Whether the client waits for 100 (Continue) before it sends the body. True at most once for each request. */
    boolean takeContinueWanted() {
        boolean wanted = continueWanted;
        continueWanted = false;
        return wanted;
    }

    /**
     * Takes the next piece; it stays the caller's. Answers what it completes, if anything; or the request whose body is read
     * while it comes, of which further pieces complete nothing.
     */
    @Nullable
    Incoming add(HttpObject piece) {
        if (piece.decoderResult().isFailure()) {
            if (upload != null) {
                upload.fail("what the client sent is not valid HTTP");
            }
            return malformed(piece.decoderResult());
        }
        Incoming result = null;
        if (piece instanceof HttpRequest request) {
            result = begin(request);
        }
        if (upload != null) {
            addToUpload(upload, piece);
            return result;
        }
        if (result == null && piece instanceof HttpContent content) {
            result = append(content.content());
        }
        if (result == null && piece instanceof LastHttpContent) {
            result = complete();
        }
        return result;
    }

    private @Nullable Incoming begin(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (version.majorVersion() != 1) {
            return refuse(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "only HTTP/1.0 and HTTP/1.1 are spoken here");
        }
        Request bare = request(request, NO_BYTES);
        Optional<Upload> planned = uploads.apply(bare);
        long most = planned.map(Upload::bodyBytes).orElse((long) limits.bodyBytes());
        if (HttpUtil.getContentLength(request, 0L) > most) {
            return tooLarge(most);
        }
        String expectation = request.headers().get(HttpHeaderNames.EXPECT);
        if (expectation != null && version.minorVersion() > 0) {
            if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
                return refuse(HttpResponseStatus.EXPECTATION_FAILED, "only 100-continue can be expected here");
            }
            continueWanted = true;
        }
        head = request;
        if (planned.isEmpty()) {
            return null;
        }
        upload = new UploadBody(limits, most);
        return new Incoming.Uploading(planned.get(), upload, manner(request));
    }

    private void addToUpload(UploadBody body, HttpObject piece) {
        if (piece instanceof HttpContent content) {
            continueWanted &= !content.content().isReadable();
            body.append(content.content());
        }
        if (piece instanceof LastHttpContent) {
            body.complete();
            reset();
        }
    }

    private @Nullable Incoming append(ByteBuf content) {
        int size = content.readableBytes();
        if (size > limits.bodyBytes() - length) {
            return tooLarge(limits.bodyBytes());
        }
        if (size > 0) {
            continueWanted = false; // The client did not wait for it.
            if (size > body.length - length) {
                body = Arrays.copyOf(body, Math.min(limits.bodyBytes(), Math.max(2 * body.length, length + size)));
            }
            content.getBytes(content.readerIndex(), body, length, size);
            length += size;
        }
        return null;
    }

    private Incoming complete() {
        HttpRequest request = head;
        if (request == null) {
            throw new IllegalStateException("the decoder ended a request that it had not begun");
        }
        Request complete = request(request, length == body.length ? body : Arrays.copyOf(body, length));
        reset();
        return new Incoming.Call(complete, manner(request));
    }

    private void reset() {
        head = null;
        upload = null;
        body = NO_BYTES;
        length = 0;
        continueWanted = false;
    }

    private static Request request(HttpRequest head, byte[] body) {
        String target = head.uri();
        int question = target.indexOf('?');
        return new Request(
                head.method().name(),
                question < 0 ? target : target.substring(0, question),
                question < 0 ? Optional.empty() : Optional.of(target.substring(question + 1)),
                body);
    }

    private static Incoming.Manner manner(HttpRequest head) {
        boolean chunks = head.protocolVersion().minorVersion() > 0;
        return new Incoming.Manner(
                !chunks || !HttpUtil.isKeepAlive(head), head.method().equals(HttpMethod.HEAD), chunks);
    }

    private Incoming malformed(DecoderResult result) {
        return switch (result.cause()) {
            case TooLongHttpLineException tooLong ->
                refuse(
                        HttpResponseStatus.REQUEST_URI_TOO_LONG,
                        "the request line is longer than " + limits.lineBytes() + " bytes");
            case TooLongHttpHeaderException tooLong ->
                refuse(
                        HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                        "the header lines are longer than " + limits.headerBytes() + " bytes together");
            default -> refuse(HttpResponseStatus.BAD_REQUEST, "this is not a valid HTTP request");
        };
    }

    private static Incoming tooLarge(long most) {
        return refuse(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                "the body of the request is longer than " + most + " bytes");
    }

    private static Incoming refuse(HttpResponseStatus status, String message) {
        return new Incoming.Refused(status.code(), message);
    }
}
