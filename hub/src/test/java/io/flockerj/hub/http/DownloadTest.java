package io.flockerj.hub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DownloadTest {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void start() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setErr(before);
    }

    private List<String> lines() {
        return log.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** An answer that is sent there. */
    private static ServerResponse response(OutputStream out) {
        return (ServerResponse) Proxy.newProxyInstance(
                DownloadTest.class.getClassLoader(), new Class<?>[] {ServerResponse.class}, (_, method, _) -> {
                    if (method.getName().equals("outputStream")) {
                        return out;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void whoGoesAwayIsOneLineAndNoWarning() {
        OutputStream lost = new OutputStream() {
            @Override
            public void write(int b) {
                throw new UncheckedIOException(new SocketException("Broken pipe"));
            }
        };

        assertThatThrownBy(() -> Download.send(response(lost), () -> {}, out -> out.write(new byte[10])))
                .isInstanceOf(CloseConnectionException.class);

        assertThat(lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("INFO")
                        .contains("Broken pipe")
                        .contains("Who asked went away"));
    }

    @Test
    void whatCannotBeReadAnyMoreIsAWarningWithItsCause() {
        assertThatThrownBy(() -> Download.send(response(OutputStream.nullOutputStream()), () -> {}, out -> {
                    out.write(new byte[10]);
                    throw new IOException("the pack is hurt");
                }))
                .isInstanceOf(CloseConnectionException.class);

        assertThat(lines()).first().asString().contains("WARN").contains("An answer was cut off");
        assertThat(lines()).anyMatch(line -> line.contains("the pack is hurt"));
    }

    @Test
    void whatFailsBeforeItsFirstByteIsThrownOn() {
        assertThatThrownBy(() -> Download.send(response(OutputStream.nullOutputStream()), () -> {}, _ -> {
                    throw new IOException("no");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no");
        assertThat(lines()).isEmpty();
    }
}
