package io.flockerj.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.cli.command.CommandTree;
import io.flockerj.cli.command.Session;
import io.flockerj.cli.testing.Person;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class HelpTest {
    static Stream<CommandLine> commands() {
        CommandLine root =
                CommandTree.whole(new Session(Person.in(Path.of("/"), Map.of()).surroundings()));
        return below(root).filter(line -> !line.getCommandSpec().usageMessage().hidden());
    }

    private static Stream<CommandLine> below(CommandLine line) {
        return Stream.concat(
                Stream.of(line),
                line.getSubcommands().values().stream().distinct().flatMap(HelpTest::below));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasAnExampleThatCallsIt(CommandLine line) {
        String name = line.getCommandSpec().qualifiedName();

        String help = line.getUsageMessage(CommandLine.Help.Ansi.OFF);

        assertThat(help.substring(Math.max(0, help.indexOf("Example:"))))
                .as("the help of " + name)
                .startsWith("Example:\n  " + name + " ".repeat(name.equals("fli") ? 1 : 0));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyOptionAndParameterIsDescribed(CommandLine line) {
        assertThat(line.getCommandSpec().usageMessage().description()).isNotEmpty();
        assertThat(line.getCommandSpec().args())
                .allSatisfy(argument -> assertThat(argument.description())
                        .as(argument.toString())
                        .isNotEmpty());
    }

    /** The list of commands shows no more of it. */
    @ParameterizedTest
    @MethodSource("commands")
    void theFirstLineOfADescriptionStandsAlone(CommandLine line) {
        assertThat(line.getCommandSpec().usageMessage().description()[0]).matches(".*[.:]");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpFitsTheWidthAndHasNoBlanksAtItsEnds(CommandLine line) {
        assertThat(line.getUsageMessage(CommandLine.Help.Ansi.OFF).lines())
                .allSatisfy(each -> assertThat(each).hasSizeLessThanOrEqualTo(100));
    }
}
