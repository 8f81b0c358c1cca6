package io.flockerj.hub.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.guard.RefusedException;
import io.flockerj.store.backend.FullException;
import io.flockerj.store.backend.NoSuchObjectException;
import io.flockerj.store.backend.NotAllowedException;
import io.flockerj.store.backend.UnavailableException;
import io.flockerj.store.wire.UnsupportedException;
import io.helidon.http.HttpException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;

/**
 * Why something was not done, as the API says it (RFC 9457).
 *
 * @param status of HTTP
 * @param code a word for programs
 * @param detail a sentence for people: why, and what to do
 */
record Problem(int status, String code, String detail) {
    static final String TYPE = "application/problem+json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a token is that is not taken. */
    static Problem of(Authentication.Reason reason) {
        return switch (reason) {
            case UNKNOWN -> new Problem(401, "unknown-token", "the hub does not know this token");
            case EXPIRED -> new Problem(401, "expired-token", "this token has expired: make another on the hub");
            case REVOKED -> new Problem(401, "revoked-token", "this token was revoked: make another on the hub");
            case ACCOUNT_CLOSED ->
                new Problem(401, "account-closed", "the account of this token was closed: ask who runs the hub");
        };
    }

    /** What an error means for who asked. What is not meant for them is not in it. */
    static Problem of(Throwable e, String request) {
        return switch (e) {
            case Callers.CredentialException credential -> of(credential.reason());
            case RefusedException refused -> refused(refused);
            case BodyException bad -> bad(bad);
            case NoSuchObjectException missing -> new Problem(404, "no-such-object", "there is no " + missing.name());
            case NotAllowedException _ ->
                new Problem(
                        500,
                        "storage-refused",
                        "the hub may not write to its storage; tell who runs it, request " + request);
            case UnsupportedException unknown -> new Problem(422, "unacceptable", String.valueOf(unknown.getMessage()));
            case UnavailableException _ ->
                new Problem(503, "storage-unavailable", "the hub's storage does not answer; try again");
            case IOException full
            when isFull(full) ->
                new Problem(507, "storage-full", "tell who runs the hub to make room, request " + request);
            case IOException busy
            when isBusy(busy) ->
                new Problem(503, "busy", "the hub is too busy; try again");
            case SocketException _ -> hungUp();
            case UncheckedIOException lost
            when lost.getCause() instanceof SocketException -> hungUp();
            case HttpException http ->
                new Problem(http.status().code(), "bad-request", String.valueOf(http.getMessage()));
            default ->
                new Problem(500, "failed", "something went wrong there; tell who runs the hub, request " + request);
        };
    }

    /** Nobody reads it; and it is nothing for who runs the hub. */
    private static Problem hungUp() {
        return new Problem(400, "cut-off", "the connection was lost");
    }

    private static boolean isBusy(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnavailableException) {
                return true;
            }
        }
        return false;
    }

    private static Problem refused(RefusedException e) {
        String why = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case SIGN_IN -> new Problem(401, "sign-in", why);
            case NO_SUCH_OWNER -> new Problem(404, "no-such-owner", why);
            case NO_SUCH_VOLUMESET -> new Problem(404, "no-such-volumeset", why);
            case NOT_ALLOWED -> new Problem(403, "not-allowed", why);
            case DAMAGED -> new Problem(422, "content-damaged", why);
            case UNACCEPTABLE -> new Problem(422, "unacceptable", why);
        };
    }

    private static Problem bad(BodyException e) {
        String why = String.valueOf(e.getMessage());
        return switch (e.fault()) {
            case BAD_REQUEST -> new Problem(400, "bad-request", why);
            case CUT_OFF -> new Problem(400, "cut-off", why);
            case TOO_LONG -> new Problem(413, "too-long", why);
            case TOO_SLOW -> new Problem(408, "too-slow", why);
            case NO_LENGTH -> new Problem(411, "no-length", why);
            case NO_CONDITION -> new Problem(428, "no-condition", why);
        };
    }

    /** The JDK tells a full disk from other failures by its words only. */
    private static boolean isFull(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FullException) {
                return true;
            }
            String words = cause instanceof FileSystemException failed ? failed.getReason() : cause.getMessage();
            if (words != null && (words.contains("No space left on device")
                            || words.contains("Disk quota exceeded")
                            || words.contains("SQLITE_FULL"))) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is for who runs the hub to look into. */
    boolean isOurs() {
        return status >= 500;
    }

    byte[] json(String request) {
        ObjectNode json = JSON.createObjectNode()
                .put("type", "about:blank")
                .put("status", status)
                .put("code", code)
                .put("detail", detail)
                .put("request", request);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
