package io.flockerj.hub.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.hub.access.Authentication;
import io.flockerj.hub.catalogue.CatalogueException;
import io.flockerj.hub.guard.RefusedException;
import io.flockerj.hub.limit.LimitedException;
import io.flockerj.hub.people.ConflictException;
import io.flockerj.hub.people.DeniedException;
import io.flockerj.hub.people.InvalidException;
import io.flockerj.hub.people.PeopleException;
import io.flockerj.hub.people.SignInException;
import io.flockerj.hub.people.UnknownException;
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
import java.util.Locale;
import java.util.Optional;

/**
 * Why something was not done, as the API says it (RFC 9457).
 *
 * @param status of HTTP
 * @param code a word for programs
 * @param detail a sentence for people: why, and what to do
 * @param field which of what was sent is wrong
 * @param retryAfter in how many seconds to try again
 */
record Problem(int status, String code, String detail, Optional<String> field, Optional<Long> retryAfter) {
    static final String TYPE = "application/problem+json";

    private static final int LONGEST_FIELD = 64;
    private static final long USUAL_RETRY = 5;

    Problem(int status, String code, String detail) {
        this(status, code, detail, Optional.empty(), status == 503 ? Optional.of(USUAL_RETRY) : Optional.empty());
    }

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
            case PeopleException people -> people(people);
            case BodyException bad -> bad(bad);
            case CatalogueException shown -> catalogue(shown);
            case LimitedException limited ->
                new Problem(
                        429,
                        "too-many-requests",
                        String.valueOf(limited.getMessage()),
                        Optional.empty(),
                        Optional.of(limited.retryAfter().plusMillis(999).toSeconds()));
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
            case IOException busy when isBusy(busy) -> new Problem(503, "busy", "the hub is too busy; try again");
            case SocketException _ -> hungUp();
            case UncheckedIOException lost when lost.getCause() instanceof SocketException -> hungUp();
            case HttpException http ->
                new Problem(http.status().code(), "bad-request", String.valueOf(http.getMessage()));
            default ->
                new Problem(500, "failed", "something went wrong there; tell who runs the hub, request " + request);
        };
    }

    /** Nobody reads it; and it is nothing for who runs the hub. */
    private static Problem hungUp() {
        return new Problem(499, "cut-off", "the connection was lost");
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

    private static Problem people(PeopleException e) {
        String why = String.valueOf(e.getMessage());
        return switch (e) {
            case InvalidException invalid ->
                new Problem(400, "invalid", why, Optional.of(invalid.field()), Optional.empty());
            case UnknownException unknown ->
                new Problem(404, "no-such-" + unknown.kind().replace(' ', '-'), why);
            case ConflictException _ -> new Problem(409, "conflict", why);
            case SignInException refused -> signIn(refused, why);
            case DeniedException denied ->
                switch (denied.reason()) {
                    case SIGN_IN -> new Problem(401, "sign-in", why);
                    case SESSION_NEEDED -> new Problem(403, "session-needed", why);
                    case NOT_ALLOWED -> new Problem(403, "not-allowed", why);
                };
        };
    }

    private static Problem signIn(SignInException e, String why) {
        Optional<Long> seconds =
                e.retryAfter().map(after -> after.plusMillis(999).toSeconds());
        return switch (e.reason()) {
            case REFUSED -> new Problem(401, "wrong-password", why);
            case THROTTLED -> new Problem(429, "throttled", why, Optional.empty(), seconds);
            case BUSY -> new Problem(503, "busy", why, Optional.empty(), seconds);
        };
    }

    private static Problem catalogue(CatalogueException e) {
        String why = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case INVALID -> new Problem(400, "bad-request", why);
            case NO_SUCH_REF -> new Problem(404, "no-such-ref", why);
            case AMBIGUOUS -> new Problem(409, "ambiguous-ref", why);
            case NO_SUCH_PATH -> new Problem(404, "no-such-path", why);
            case OTHER_TYPE -> new Problem(409, "other-type", why);
            case DAMAGED -> new Problem(502, "storage-damaged", why);
            case BUSY -> new Problem(503, "busy", why);
            case BEHIND -> new Problem(503, "catalogue-behind", why);
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
        if (FullException.causeOf(e).isPresent()) {
            return true;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            String words = cause instanceof FileSystemException failed ? failed.getReason() : cause.getMessage();
            if (words != null
                    && (words.contains("No space left on device")
                            || words.contains("Disk quota exceeded")
                            || words.contains("SQLITE_FULL"))) {
                return true;
            }
        }
        return false;
    }

    /** The code as people read it. */
    private String title() {
        String words = code.replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private String remedy() {
        return switch (code) {
            case "sign-in" -> "Sign in: show a token that the hub has made, as Authorization: Bearer.";
            case "wrong-password" ->
                "Look at the name and the password; an administrator can give you another password.";
            case "unknown-token", "expired-token", "revoked-token" -> "Sign in again, or make another token.";
            case "account-closed" -> "Ask an administrator of the hub.";
            case "session-needed" -> "Sign in by name and password, and show the token of that session.";
            case "not-allowed" -> "Ask somebody who has that right to do it, or to give it to you.";
            case "throttled", "busy" -> "Wait as long as Retry-After says, and try again.";
            case "invalid", "bad-request", "cut-off" -> "Correct the request; docs/hub-api.yaml describes it.";
            case "conflict" -> "See what is there now, and do what the detail says first.";
            case "too-long" -> "Send less.";
            case "no-such-address" -> "Look at the address and the method; docs/hub-api.yaml has all of them.";
            default -> usualRemedy();
        };
    }

    private String usualRemedy() {
        if (isOurs()) {
            return "Try again; if it stays, tell who runs the hub, with the id of the request.";
        }
        return status == 404
                ? "Look at the name; or ask for a right to it, for what you may not read is not there for you."
                : "Do what the detail says.";
    }

    /** Whether it is for who runs the hub to look into. */
    boolean isOurs() {
        return status >= 500;
    }

    /** Whether the caller was not let in, or not let do it. */
    boolean isRefusal() {
        return status == 401 || status == 403 || status == 429;
    }

    byte[] json(String request) {
        ObjectNode json = JSON.createObjectNode()
                .put("type", "urn:flockerhub:problem:" + code)
                .put("title", title())
                .put("status", status)
                .put("code", code)
                .put("detail", detail)
                .put("remedy", remedy())
                .put("request", request);
        field.ifPresent(name -> json.put("field", name.substring(0, Math.min(name.length(), LONGEST_FIELD))));
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
