package io.flockerj.plugin.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flockerj.plugin.http.Response;
import io.flockerj.plugin.volume.NotBroughtException;
import io.flockerj.store.NoRemoteException;
import io.flockerj.store.backend.NoSuchPlaceException;
import io.flockerj.store.backend.NotAllowedException;
import io.flockerj.store.backend.UnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ControlWorkTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Arguments> failures() {
        return List.of(
                Arguments.of(new UnavailableException("nothing answers there", false, null), 503, "unavailable"),
                Arguments.of(new NotAllowedException("the branch is protected", null), 403, "not-allowed"),
                Arguments.of(new NoSuchPlaceException("no user and no team crew"), 404, "no-such-remote"),
                Arguments.of(new NoRemoteException("/srv/store"), 404, "no-such-remote"),
                Arguments.of(new IOException("the token was revoked"), 500, "failed"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatARemoteDoesNotDoHasACodeOfItsOwnHoweverItIsWrapped(IOException failure, int status, String code)
            throws IOException {
        for (Exception each : List.of(failure, new NotBroughtException(failure), new UncheckedIOException(failure))) {
            Response answer = ControlWork.response(each);

            assertThat(answer.status()).isEqualTo(status);
            assertThat(error(answer).path("code").asText()).isEqualTo(code);
            assertThat(error(answer).path("message").asText()).contains(failure.getMessage());
        }
    }

    @Test
    void aFailureThatSaysLittleIsToldWithItsKind() throws IOException {
        assertThat(message(new AccessDeniedException("/pool/records"))).isEqualTo("/pool/records: permission denied");
        assertThat(message(new UncheckedIOException(new DirectoryNotEmptyException("/pool/a"))))
                .isEqualTo("/pool/a: DirectoryNotEmptyException");
        assertThat(message(new FileSystemException("/a", "/b", "Invalid cross-device link")))
                .isEqualTo("/a -> /b: Invalid cross-device link");
        assertThat(message(new ClosedChannelException())).contains("ClosedChannelException");
    }

    private static String message(Exception failure) throws IOException {
        return error(ControlWork.response(failure)).path("message").asText();
    }

    private static JsonNode error(Response answer) throws IOException {
        return JSON.readTree(answer.body()).path("error");
    }
}
