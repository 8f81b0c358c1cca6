package io.flockerj.plugin.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LinuxExceptionTest {
    @Test
    void saysWhatWasAttemptedAndWhyItFailed() {
        LinuxException e = new LinuxException("mount /dev/loop0 on /x", Errno.EINVAL);

        assertThat(e).hasMessage("mount /dev/loop0 on /x: Invalid argument (EINVAL)");
        assertThat(e.errno()).isEqualTo(22);
        assertThat(e.errnoName()).isEqualTo("EINVAL");
        assertThat(e.is(Errno.EINVAL)).isTrue();
        assertThat(e.is(Errno.EBUSY)).isFalse();
    }

    @Test
    void tellsTheNumberOfAnErrorWithoutAName() {
        assertThat(new LinuxException("x", 999)).hasMessage("x: Unknown error (errno 999)");
    }

    @Test
    void everyConstantHasItsNameAndAText() throws IllegalAccessException {
        for (Field field : Arrays.stream(Errno.class.getFields())
                .filter(f -> Modifier.isStatic(f.getModifiers()))
                .toList()) {
            int errno = field.getInt(null);

            assertThat(Errno.name(errno)).isEqualTo(field.getName());
            assertThat(Errno.text(errno)).as(field.getName()).isNotEqualTo("Unknown error");
        }
    }
}
