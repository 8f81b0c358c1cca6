package io.flockerj.store.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FullExceptionTest {
    private final FullException full = new FullException("no room", new IOException("told by the kernel"));

    @Test
    void isFoundAmongTheCauses() {
        assertThat(FullException.causeOf(full)).contains(full);
        assertThat(FullException.causeOf(new IOException(new IllegalStateException(full))))
                .contains(full);
        assertThat(FullException.causeOf(new IOException("another"))).isEmpty();
    }

    @Test
    @Timeout(10)
    void causesInACircleHaveAnEnd() {
        IOException one = new IOException("one");
        IOException other = new IOException("other", one);
        one.initCause(other);

        assertThat(FullException.causeOf(one)).isEmpty();
    }
}
