package io.flockerj.hub.http;

import java.security.SecureRandom;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes the engines of TLS as another context does, and remembers for each thread the last one: a connection has a thread of its own. */
final class Engines extends SSLContextSpi {
    /** Of a session that is none yet (javax.net.ssl.SSLEngine#getSession). */
    private static final String NO_CIPHER = "SSL_NULL_WITH_NULL_NULL";

    private static final ThreadLocal<SSLEngine> LAST = new ThreadLocal<>();

    private final SSLContext whole;

    private Engines(SSLContext whole) {
        this.whole = whole;
    }

    static SSLContext of(SSLContext whole) {
        return new SSLContext(new Engines(whole), whole.getProvider(), whole.getProtocol()) {};
    }

    /** The one that was made in this thread. */
    static Optional<SSLEngine> ofThread() {
        return Optional.ofNullable(LAST.get());
    }

    /**
     * Whether nothing of the handshake is missing at this moment. In TLS 1.3 there is a cipher as soon as the server has sent its own
     * part, of which the caller need not have read a byte.
     */
    static boolean isHandshakeOver(SSLEngine engine) {
        return !engine.getSession().getCipherSuite().equals(NO_CIPHER)
                && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return remembered(whole.createSSLEngine());
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return remembered(whole.createSSLEngine(host, port));
    }

    private static SSLEngine remembered(SSLEngine engine) {
        LAST.set(engine);
        return engine;
    }

    @Override
    protected void engineInit(
            KeyManager @Nullable [] keys, TrustManager @Nullable [] trusted, @Nullable SecureRandom random) {
        throw new IllegalStateException("it stands on a context that was made ready");
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return whole.getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return whole.getServerSocketFactory();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return whole.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return whole.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return whole.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return whole.getSupportedSSLParameters();
    }
}
