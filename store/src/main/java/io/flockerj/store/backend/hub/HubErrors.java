package io.flockerj.store.backend.hub;

import io.flockerj.store.backend.FullException;
import io.flockerj.store.backend.NoSuchPlaceException;
import io.flockerj.store.backend.NotAllowedException;
import io.flockerj.store.backend.UnavailableException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Says what errors mean here, and what to do. No secret is in any of them. */
final class HubErrors {
    private final HubPlace place;

    HubErrors(HubPlace place) {
        this.place = place;
    }

    /**
     * @param attempted such as {@code read NAME}
     * @param changes whether it would have changed something, so that it may be in doubt whether it has
     */
    IOException answered(String attempted, boolean changes, HubProblem problem) {
        String what = what(attempted);
        int status = problem.status();
        String said = " (" + (problem.code().isEmpty() ? "" : problem.code() + ", ") + "status " + status + ")";
        String detail = problem.detail().isEmpty() ? "" : ": " + problem.detail();
        if (status == 429 || status == 503 || status == 408) {
            return new UnavailableException(what + "the hub is busy" + detail + said, false, null);
        }
        if (problem.is(HubProblem.CONTENT_DAMAGED)) {
            return new UnavailableException(what + "the content was damaged on the way" + said, false, null);
        }
        if (status == 507) {
            return new FullException(what + "the hub's storage is full" + detail + said, null);
        }
        if (status >= 500 && status != 501) {
            return new UnavailableException(what + "the hub failed" + detail + said, changes, null);
        }
        if (problem.code().isEmpty()) {
            return new IOException(
                    what + "what answers does not seem to be a hub: look at the address and its port" + said);
        }
        // What a hub says is for people, and says itself what it is about.
        String because = (problem.detail().isEmpty() ? what + "the hub refused it" : place + detail) + said;
        if (problem.is(HubProblem.NO_SUCH_OWNER) || problem.is(HubProblem.NO_SUCH_VOLUMESET)) {
            return new NoSuchPlaceException(because);
        }
        return status == 403 ? new NotAllowedException(because, null) : new IOException(because + remedy(status));
    }

    private String remedy(int status) {
        if (status != 401) {
            return "";
        }
        return place.tokenFile()
                .map(file -> "; sign in with fli login " + place.hub()
                        + ", remove the remote and add it again, or put a token that the hub takes into the token-file "
                        + file)
                .orElse("; sign in with fli login " + place.hub()
                        + " and add the remote then, or make a token on the hub, put it into a file, and give the option"
                        + " token-file");
    }

    /** Nothing whole came back. */
    IOException unanswered(String attempted, boolean changes, Throwable e) {
        String what = what(attempted);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException _ -> {
                    return notFound(what, e);
                }
                case UnresolvedAddressException _ -> {
                    return notFound(what, e);
                }
                case HttpConnectTimeoutException _ -> {
                    return new UnavailableException(what + "no connection in time", false, e);
                }
                case ConnectException refused -> {
                    return hasCause(refused, UnresolvedAddressException.class)
                            ? notFound(what, e)
                            : new UnavailableException(what + "nothing answers there", false, e);
                }
                case NoRouteToHostException _ -> {
                    return new UnavailableException(what + "no way leads there", false, e);
                }
                case SSLHandshakeException broken -> {
                    return unsecured(what, broken, e);
                }
                case SSLPeerUnverifiedException untrusted -> {
                    return new IOException(what + distrust(untrusted), e);
                }
                default -> {}
            }
        }
        return new UnavailableException(what + "the connection broke: " + e.getMessage(), changes, e);
    }

    /** The JDK has one exception for whatever ends a handshake, a connection that was closed in the middle of it as well. */
    private static IOException unsecured(String what, SSLHandshakeException broken, Throwable e) {
        if (hasCause(broken, CertificateException.class)) {
            return new IOException(what + distrust(broken), e);
        }
        if (!isCutOff(broken)) {
            return new IOException(
                    what + "it does not agree with the hub on TLS: look at what stands before the hub ("
                            + broken.getMessage() + ")",
                    e);
        }
        return new UnavailableException(
                what + "the connection ended before it was secured; the hub may be busy (" + broken.getMessage() + ")",
                false,
                e);
    }

    /** An alert of the other side, or no version of TLS that both know, is for good. */
    private static boolean isCutOff(SSLHandshakeException e) {
        // In the words of the JDK (sun.security.ssl.SSLSocketImpl, and its client of HTTP).
        return hasCause(e, EOFException.class)
                || hasCause(e, SocketException.class)
                || String.valueOf(e.getMessage()).contains("terminated the handshake");
    }

    IOException tooLate(String attempted, boolean changes, Throwable e) {
        return new UnavailableException(what(attempted) + "no answer in time", changes, e);
    }

    private String what(String attempted) {
        return "cannot " + attempted + " on " + place + ": ";
    }

    private IOException notFound(String what, Throwable e) {
        return new UnavailableException(
                what + "no address is found for " + place.hub().getHost() + ": look at the URL", false, e);
    }

    private static boolean hasCause(Throwable e, Class<? extends Throwable> kind) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String distrust(IOException e) {
        String why = String.valueOf(e.getMessage());
        // In the words of the JDK (sun.security.util.HostnameChecker).
        if (why.contains("No subject alternative") || why.contains("No name matching")) {
            return "its certificate is for another name: write the URL with the name that it is for (" + why + ")";
        }
        return "its certificate is not trusted: give the option ca-file with that of who signed it (" + why + ")";
    }
}
