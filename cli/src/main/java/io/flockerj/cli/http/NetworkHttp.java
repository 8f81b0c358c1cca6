package io.flockerj.cli.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocketFactory;

/**
 * Talks HTTP/1.1 (RFC 9112) to one server on the network, one connection for each request: over TLS, whose certificate is always
 * verified, or on this host itself without. Nothing is sent twice, and no redirection is followed: another address is another server,
 * which must not get the token.
 */
public final class NetworkHttp {
    /** RFC 6750, section 2.1. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]{1,512}=*");

    private final Origin origin;
    private final Optional<Path> caFile;
    private final String agent;

    /**
     * Connects with each request anew.
     *
     * @param caFile certificates in PEM of those who may have signed the server's, in place of the usual ones
     * @param agent what the requests say of the program, such as {@code fli/1.0}
     */
    public NetworkHttp(Origin origin, Optional<Path> caFile, String agent) {
        this.origin = origin;
        this.caFile = caFile;
        this.agent = agent;
    }

    public Origin origin() {
        return origin;
    }

    /** Whether something can be a token at all, so that it may stand in a header. */
    public static boolean canBeToken(String text) {
        return TOKEN.matcher(text).matches();
    }

    /**
     * Sends a request and reads the head of the answer.
     *
     * @param token by which the server knows who asks
     * @throws NoAnswerException if there is none; what was asked for may have been done all the same if it says so
     */
    public Response send(Request request, Optional<String> token, Limits limits) throws IOException {
        if (token.isPresent() && !canBeToken(token.get())) {
            throw new IllegalArgumentException("that is no token");
        }
        String headers =
                token.map(text -> "Authorization: Bearer " + text + "\r\n").orElse("");
        Connection connection = connect(limits);
        try {
            return new Exchange(origin.authority(), agent, headers + "Accept: application/json\r\n")
                    .over(connection, request, origin.toString());
        } catch (SocketTimeoutException e) {
            throw late(e);
        } catch (SocketException | SSLException e) {
            throw new NoAnswerException(
                    origin + " broke the connection: " + e.getMessage()
                            + "; what was asked for may still be done: look, and try again",
                    e);
        }
    }

    /** An answer did not come to its end in time. */
    public NoAnswerException late(SocketTimeoutException e) {
        String message = String.valueOf(e.getMessage());
        return new NoAnswerException(
                (message.startsWith(origin.toString()) ? "" : origin + " ") + message
                        + "; what was asked for may still be done: look, and try again",
                e);
    }

    private Connection connect(Limits limits) throws IOException {
        Optional<SSLSocketFactory> tls =
                origin.isSecure() ? Optional.of(Certificates.sockets(caFile)) : Optional.empty();
        try {
            return NetworkSocket.connect(origin, tls, limits);
        } catch (SSLPeerUnverifiedException e) {
            throw untrusted(e);
        } catch (SSLHandshakeException e) {
            if (isAboutCertificate(e)) {
                throw untrusted(e);
            }
            throw !isCutOff(e)
                    ? new IOException(
                            "it does not agree with " + origin + " on TLS: look at what stands before the hub ("
                                    + e.getMessage() + ")",
                            e)
                    : unreachable(
                            "the connection ended before it was secured; the hub may be busy (" + e.getMessage() + ")",
                            e);
        } catch (SSLException e) {
            throw new IOException(
                    "what answers at " + origin + " does not speak TLS: look at the address and its port ("
                            + e.getMessage() + ")",
                    e);
        } catch (UnknownHostException e) {
            throw unreachable("no address is found for " + origin.host() + ": look at the URL", e);
        } catch (NoRouteToHostException e) {
            throw unreachable("no way leads there", e);
        } catch (SocketTimeoutException e) {
            throw unreachable("no connection in time", e);
        } catch (ConnectException e) {
            throw unreachable("nothing answers there: " + e.getMessage(), e);
        } catch (SocketException e) {
            throw unreachable(String.valueOf(e.getMessage()), e);
        }
    }

    /** The JDK has one exception for whatever ends a handshake, a connection that was closed in the middle of it as well. */
    private static boolean isAboutCertificate(SSLHandshakeException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }

    /** An alert of the other side, or no version of TLS that both know, is for good. */
    private static boolean isCutOff(SSLHandshakeException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof EOFException || cause instanceof SocketException) {
                return true;
            }
        }
        // In the words of the JDK (sun.security.ssl.SSLSocketImpl).
        return String.valueOf(e.getMessage()).contains("terminated the handshake");
    }

    private IOException untrusted(SSLException e) {
        return new IOException("the certificate of " + origin + distrust(String.valueOf(e.getMessage())), e);
    }

    /** Of a certificate for another name the JDK says so (sun.security.util.HostnameChecker). */
    private static String distrust(String why) {
        return why.contains("No subject alternative") || why.contains("No name matching")
                ? " is for another name: write the URL with the name that it is for (" + why + ")"
                : " is not trusted: give --ca-file with that of who signed it (" + why + ")";
    }

    private NoAnswerException unreachable(String why, IOException cause) {
        return new NoAnswerException("cannot reach the hub at " + origin + ": " + why, cause);
    }
}
