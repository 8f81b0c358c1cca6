package io.flockerj.store.backend.s3;

import io.flockerj.store.backend.FullException;
import io.flockerj.store.backend.NotAllowedException;
import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/** Says of the client library's errors what they mean here, and what to do. No secret is in any of them. */
final class S3Errors {
    private static final Set<String> BUSY = Set.of("SlowDown", "ServiceUnavailable", "Throttling", "RequestTimeout");
    private static final Set<String> BAD_KEY = Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken");
    private static final Set<String> WRONG_TIME = Set.of("RequestTimeTooSkewed", "RequestExpired");
    private static final Set<String> ELSEWHERE = Set.of(
            "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint");
    private static final Set<String> FULL = Set.of("QuotaExceeded", "InsufficientStorage", "XMinioStorageFull");

    private final S3Place place;

    S3Errors(S3Place place) {
        this.place = place;
    }

    /**
     * @param attempted such as {@code read KEY}
     * @param changes whether it would have changed something, so that it may be in doubt whether it has
     */
    IOException explain(String attempted, boolean changes, SdkException e) {
        String what = "cannot " + attempted + " in " + place + ": ";
        return e instanceof AwsServiceException answer ? answered(what, changes, answer) : unanswered(what, changes, e);
    }

    /** The code of an error, such as {@code NoSuchKey}; empty if the answer had none. */
    static String code(AwsServiceException e) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("");
    }

    private IOException answered(String what, boolean changes, AwsServiceException e) {
        String code = code(e);
        int status = e.statusCode();
        String said = " (" + (code.isEmpty() ? "" : code + ", ") + "status " + status
                + Optional.ofNullable(e.requestId())
                        .map(id -> ", request " + id)
                        .orElse("") + ")";
        if (BUSY.contains(code) || status == 429 || status == 503 || status == 408) {
            return new UnavailableException(what + "the store is busy" + said, false, e);
        }
        if (code.equals("BadDigest") || code.equals("XAmzContentSHA256Mismatch")) {
            return new UnavailableException(what + "the content was damaged on the way" + said, false, e);
        }
        if (status == 409) {
            return new UnavailableException(what + "another call on it was going on" + said, false, e);
        }
        if (FULL.contains(code) || status == 507) {
            return new FullException(what + "the store is full, or a quota is: make room or raise it" + said, e);
        }
        if (status >= 500 && status != 501) {
            return new UnavailableException(what + "the store failed" + said, changes, e);
        }
        String because = what + reason(code, status, e) + said;
        return isForbidden(code, status) ? new NotAllowedException(because, e) : new IOException(because, e);
    }

    /** Who asks is known, and may not do this. */
    private static boolean isForbidden(String code, int status) {
        return status == 403 && !BAD_KEY.contains(code) && !WRONG_TIME.contains(code) && !code.equals("ExpiredToken");
    }

    private String reason(String code, int status, AwsServiceException e) {
        if (code.equals("NoSuchBucket")) {
            return "there is no bucket " + place.bucket() + ": make it first, or look at its name and the endpoint";
        }
        if (WRONG_TIME.contains(code)) {
            return "the clocks of this host and of the store differ by more than 15 minutes: set this host's"
                    + date(e).map(date -> ", the store's says " + date).orElse("");
        }
        if (BAD_KEY.contains(code)) {
            return "the store does not take the credentials: look at the access key and its secret, "
                    + "and that they belong to this store";
        }
        if (code.equals("ExpiredToken")) {
            return "the credentials have expired: get new ones";
        }
        if (ELSEWHERE.contains(code) || status == 301 || status == 307) {
            return "the bucket is in another region"
                    + header(e, "x-amz-bucket-region").map(r -> ", " + r).orElse("")
                    + ": give the option region, or another endpoint";
        }
        if (isForbidden(code, status)) {
            return "it is not allowed: the credentials need s3:GetObject, s3:PutObject, s3:DeleteObject, "
                    + "s3:ListBucket and s3:GetBucketVersioning on the bucket";
        }
        if (status == 501) {
            return "the store cannot do that: flockerj needs conditional writes";
        }
        if (code.isEmpty()) {
            return "what answers does not seem to speak S3: look at the endpoint, its port, and http or https";
        }
        return "the store refused it";
    }

    private static Optional<String> header(AwsServiceException e, String name) {
        return Optional.ofNullable(e.awsErrorDetails())
                .map(AwsErrorDetails::sdkHttpResponse)
                .flatMap(response -> response.firstMatchingHeader(name));
    }

    private static Optional<String> date(AwsServiceException e) {
        return header(e, "Date");
    }

    private IOException unanswered(String what, boolean changes, SdkException e) {
        if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
            InterruptedIOException interrupted = new InterruptedIOException(what + "interrupted");
            interrupted.initCause(e);
            return interrupted;
        }
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return new UnavailableException(what + "no answer in time", changes, e);
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case Credentials.MissingException missing -> {
                    return new IOException(what + missing.getMessage(), e);
                }
                case UnknownHostException unknown -> {
                    return new UnavailableException(
                            what + "no address is found for " + unknown.getMessage() + ": look at the endpoint",
                            false,
                            e);
                }
                case ConnectException refused -> {
                    return new UnavailableException(what + "nothing answers: " + refused.getMessage(), false, e);
                }
                case NoRouteToHostException unreachable -> {
                    return new UnavailableException(what + "no way leads there: " + unreachable.getMessage(), false, e);
                }
                case SSLHandshakeException untrusted -> {
                    return new IOException(what + distrust(untrusted), e);
                }
                case SSLPeerUnverifiedException untrusted -> {
                    return new IOException(what + distrust(untrusted), e);
                }
                case IOException broken -> {
                    return new UnavailableException(what + "the connection broke: " + broken.getMessage(), changes, e);
                }
                default -> {}
            }
        }
        return new IOException(
                what + "what answers does not seem to speak S3: look at the endpoint, its port, and http or https", e);
    }

    private static String distrust(IOException e) {
        return "its certificate is not trusted: give the option ca-file with that of who signed it (" + e.getMessage()
                + ")";
    }
}
