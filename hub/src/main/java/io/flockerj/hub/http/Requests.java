package io.flockerj.hub.http;

import io.flockerj.hub.access.OwnerName;
import io.flockerj.hub.guard.RefusedException;
import io.flockerj.hub.http.BodyException.Fault;
import io.flockerj.store.backend.ObjectName;
import io.flockerj.store.backend.Version;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what requests say, strictly. */
final class Requests {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{0,18})");
    private static final Pattern TAG = Pattern.compile("\"([\\x21\\x23-\\x7e]{1,256})\"");

    private Requests() {}

    static OwnerName owner(ServerRequest request) throws RefusedException {
        String text = request.path().pathParameters().get("owner");
        if (!OwnerName.isName(text)) {
            throw new RefusedException(
                    RefusedException.Reason.NO_SUCH_OWNER,
                    "no user and no team can be called that: look at the address");
        }
        return new OwnerName(text);
    }

    static ObjectName name(ServerRequest request) throws BodyException {
        return name(request.path().pathParameters().get("name"));
    }

    static ObjectName name(String text) throws BodyException {
        if (!ObjectName.isValid(text)) {
            throw new BodyException(
                    Fault.BAD_REQUEST,
                    "a name is up to 8 segments of letters, digits, '_', '.' and '-', with '/' between them");
        }
        return new ObjectName(text);
    }

    /**
     * The part that is asked for.
     *
     * @param length {@link Long#MAX_VALUE} for all that follows
     */
    record Range(long from, long length) {}

    /** Empty if the whole is asked for; other ranges than a single one are passed over, as RFC 9110, section 14.2, allows. */
    static Optional<Range> range(ServerRequest request) {
        Matcher range = RANGE.matcher(header(request, HeaderNames.RANGE).orElse(""));
        if (!range.matches()) {
            return Optional.empty();
        }
        long from = Long.parseLong(range.group(1));
        if (range.group(2).isEmpty()) {
            return Optional.of(new Range(from, Long.MAX_VALUE));
        }
        long last = Long.parseLong(range.group(2));
        return last < from ? Optional.empty() : Optional.of(new Range(from, last - from + 1));
    }

    static Optional<String> header(ServerRequest request, HeaderName name) {
        return request.headers().first(name);
    }

    /** Errs unless the object is to be made only if there is none. */
    static void requireCreateOnly(ServerRequest request) throws BodyException {
        if (!isCreateOnly(request)) {
            throw new BodyException(Fault.NO_CONDITION, "objects are never replaced: say If-None-Match: *");
        }
    }

    private static boolean isCreateOnly(ServerRequest request) {
        return header(request, HeaderNames.IF_NONE_MATCH)
                .filter(value -> value.equals("*"))
                .isPresent();
    }

    /** The version that a value should have; empty if there should be none. */
    static Optional<Version> expected(ServerRequest request) throws BodyException {
        Optional<String> match = header(request, HeaderNames.IF_MATCH);
        if (match.isEmpty() && isCreateOnly(request)) {
            return Optional.empty();
        }
        Matcher tag = TAG.matcher(match.orElse(""));
        if (!tag.matches() || isCreateOnly(request)) {
            throw new BodyException(
                    Fault.NO_CONDITION,
                    "values are replaced only if they are as expected: say If-None-Match: *, or If-Match"
                            + " with the one entity tag that was read");
        }
        return Optional.of(new Version(tag.group(1)));
    }

    /** How many bytes a body has; errs if it does not say so, or has too many. */
    static long length(ServerRequest request, long longest) throws BodyException {
        if (!request.headers().contains(HeaderNames.CONTENT_LENGTH)) {
            if (!request.content().hasEntity()) {
                return 0;
            }
            throw new BodyException(Fault.NO_LENGTH, "say how many bytes follow, by Content-Length");
        }
        long length = request.headers().contentLength().orElse(-1);
        if (length < 0) {
            throw new BodyException(Fault.BAD_REQUEST, "Content-Length is no number");
        }
        if (length > longest) {
            throw new BodyException(Fault.TOO_LONG, "it has " + length + " bytes, and may have " + longest);
        }
        return length;
    }
}
