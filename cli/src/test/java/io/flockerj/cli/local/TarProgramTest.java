package io.flockerj.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TarProgramTest {
    /** A pipe holds 64 KiB. */
    private static final String MANY_COMPLAINTS = "seq 1 100000 >&2; echo archive; ";

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void manyComplaintsDoNotMakeItWaitForEver() throws IOException {
        try (TarProgram tar = shell(MANY_COMPLAINTS + "exit 0")) {
            assertThat(tar.archive().readAllBytes()).asString().isEqualTo("archive\n");
            assertThat(tar.finish())
                    .startsWith("1", "2", "3")
                    .endsWith("and more")
                    .hasSizeLessThan(4096);
        }
    }

    @Test
    void aDirectoryThatChangedIsAnErrorAndSoIsOneThatCouldNotBeRead() throws IOException {
        try (TarProgram tar = shell("echo ./a: file changed >&2; exit 1")) {
            assertThatThrownBy(tar::finish)
                    .hasMessage("files in DIR changed while they were read; stop what writes there: ./a: file changed");
        }
        try (TarProgram tar = shell("echo ./a: no >&2; exit 2")) {
            assertThatThrownBy(tar::finish).hasMessage("tar could not read all of DIR: ./a: no");
        }
    }

    private static TarProgram shell(String script) throws IOException {
        return TarProgram.start(List.of("sh", "-c", script), "DIR");
    }
}
