package io.flockerj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.cli.testing.Person;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ManualTest {
    @TempDir
    private Path directory;

    @Test
    void everyCommandHasAPageWithItsExample() throws IOException {
        assertThat(Fli.run(Person.in(directory, Map.of()).surroundings(), "__manual", "man1"))
                .isZero();

        List<String> names = HelpTest.commands()
                .map(CommandLine::getCommandSpec)
                .map(spec -> spec.qualifiedName("-") + ".1")
                .toList();
        try (Stream<Path> pages = Files.list(directory.resolve("man1"))) {
            assertThat(pages.map(Path::getFileName).map(Path::toString)).containsExactlyInAnyOrderElementsOf(names);
        }
        for (String name : names) {
            assertThat(Files.readString(directory.resolve("man1").resolve(name)))
                    .startsWith(".TH \"fli")
                    .contains("\n.SH SYNOPSIS\nfli", "\n.SH EXAMPLE\n.nf\nfli")
                    .doesNotContain("${");
        }
    }

    @Test
    void aCommandWithTwoNamesIsListedOnce() throws IOException {
        assertThat(Fli.run(Person.in(directory, Map.of()).surroundings(), "__manual", "man1"))
                .isZero();

        assertThat(Files.readString(directory.resolve("man1/fli-remote.1")))
                .containsOnlyOnce("fli\\-remote\\-remove(1)");
    }

    @Test
    void theDocumentationNamesEveryCommand() throws IOException {
        String documentation = Files.readString(Path.of("../docs/fli.md"));

        assertThat(HelpTest.commands()
                        .map(CommandLine::getCommandSpec)
                        .filter(spec -> spec.subcommands().isEmpty()))
                .allSatisfy(spec -> assertThat(documentation).contains("`" + spec.qualifiedName()));
    }
}
