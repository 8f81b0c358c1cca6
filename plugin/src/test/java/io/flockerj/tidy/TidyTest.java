package io.flockerj.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check holds for this repository, and is shown to fail on a made-up one. */
class TidyTest {
    private static SourceTree repository = new SourceTree(Path.of(""), List.of());

    @BeforeAll
    static void read() throws IOException, InterruptedException {
        repository = SourceTree.ofRepository();
    }

    static Stream<Check> checks() {
        return Stream.of(
                new Check("nothing banned is written", Tidy::bannedCalls),
                new Check("no marker is left over", Tidy::leftOverMarkers),
                new Check("no line ends in blanks", Tidy::blanks),
                new Check("every package is null-marked", Tidy::packagesNotNullMarked),
                new Check("every shell script stops at its first error", Tidy::looseShellScripts),
                new Check("no class is dead", Tidy::deadClasses),
                new Check("every link leads somewhere", Tidy::brokenLinks));
    }

    record Check(String name, Function<SourceTree, List<String>> problems) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("checks")
    void theRepositoryIsTidy(Check check) {
        assertThat(check.problems().apply(repository)).as(check.name()).isEmpty();
    }

    @Test
    void theRepositoryWasRead() {
        assertThat(repository.files())
                .extracting(SourceFile::path)
                .contains("pom.xml", "plugin/src/test/java/io/flockerj/tidy/TidyTest.java")
                .noneMatch(path -> path.contains("/target/"));
    }

    @ParameterizedTest
    @FieldSource("io.flockerj.tidy.Ban#ALL")
    void everyBanFindsItsExample(Ban ban) {
        assertThat(ban.isBrokenBy(ban.example())).isTrue();
        assertThat(ban.isBrokenBy(ban.example() + " // tidy: the reason")).isFalse();
    }

    @Test
    void aBannedCallIsReportedWithItsReplacement() {
        SourceTree tree = tree(file("a/src/main/java/A.java", "class A {\n    Object o = new File" + "(\"x\");\n}\n"));

        assertThat(Tidy.bannedCalls(tree))
                .singleElement()
                .asString()
                .startsWith("a/src/main/java/A.java:2:")
                .contains("java.nio.file");
    }

    @Test
    void aMarkerIsFoundInAnyTextButNotInATemplateForTemporaryNames() {
        SourceTree tree = tree(
                file("run", "# TO" + "DO later\n"),
                file("A.java", "// FIX" + "ME\n"),
                file("b.md", "X" + "XX\n"),
                file("c.sh", "mktemp -d /tmp/x.XXXXXX\n"),
                file("src/test/resources/page", "TO" + "DO\n"));

        assertThat(Tidy.leftOverMarkers(tree)).hasSize(3);
    }

    @Test
    void blanksTabsAndForeignLineEndsAreFound() {
        SourceTree tree = tree(
                file("a.md", "end \n"),
                file("A.java", "\tclass A {}\n"),
                file("b", "no line feed"),
                file("c", "two\r\n"),
                file("src/test/resources/d", "anything \r\n"),
                file("Makefile", "\ttabs elsewhere\n"));

        assertThat(Tidy.blanks(tree)).hasSize(4);
    }

    @Test
    void aPackageIsMarkedByOneFileInAnyModule() {
        SourceTree tree = tree(
                file("m/src/main/java/a/A.java", "package a;\n"),
                file("m/src/main/java/a/package-info.java", "@NullMarked\npackage a;\n"),
                file("m/src/test/java/a/ATest.java", "package a;\n"),
                file("m/src/main/java/b/B.java", "package b;\n"),
                file("m/src/main/java/c/package-info.java", "package c;\n"));

        assertThat(Tidy.packagesNotNullMarked(tree))
                .satisfiesExactly(
                        b -> assertThat(b).startsWith("b:"), c -> assertThat(c).startsWith("c:"));
    }

    @Test
    void aShellScriptHasItsTwoFirstLines() {
        SourceTree tree = tree(
                file("good", "#!/usr/bin/env bash\n# What it does.\n\nset -euo pipefail\nls\n"),
                file("other", "#!/bin/sh\nset -euo pipefail\n"),
                file("late", "#!/usr/bin/env bash\nls\nset -euo pipefail\n"),
                file("bare.sh", "set -euo pipefail\n"),
                file("python", "#!/usr/bin/env python3\n"),
                file("text", "not a script\n"));

        assertThat(Tidy.looseShellScripts(tree))
                .satisfiesExactlyInAnyOrder(
                        other -> assertThat(other).startsWith("other: start"),
                        late -> assertThat(late).startsWith("late: let the first"),
                        bare -> assertThat(bare).startsWith("bare.sh: start"));
    }

    @Test
    void aClassThatNothingNamesIsDead() {
        SourceTree tree = tree(
                file("src/main/java/Used.java", "class Used {}\n"),
                file("src/main/java/Dead.java", "class Dead {}\n"),
                file("src/test/java/UsedTest.java", "class UsedTest { Used used; }\n"));

        assertThat(Tidy.deadClasses(tree)).singleElement().asString().startsWith("src/main/java/Dead.java");
    }

    @Test
    void aLinkToAMissingFileIsBroken() {
        SourceTree tree = tree(
                file(
                        "docs/a.md",
                        "[up](../README.md) [part](../README.md#part) [folder](..) [web](https://example.org)"
                                + " [gone](b.md)\n"),
                file("README.md", "[docs](docs/) [here](#here)\n"));

        assertThat(Tidy.brokenLinks(tree)).singleElement().asString().contains("b.md");
    }

    @Test
    void sizesAreMeasured() throws IOException {
        Sizes sizes = Sizes.of(tree(file(
                "src/main/java/A.java",
                "class A {\n    int one() { return 1; }\n\n    int three() {\n        return 3;\n    }\n}\n")));

        assertThat(sizes.files()).containsExactly(new Sizes.Size("src/main/java/A.java", 7));
        assertThat(sizes.methods())
                .contains(
                        new Sizes.Size("src/main/java/A.java three", 3), new Sizes.Size("src/main/java/A.java one", 1));
    }

    @Test
    void sizesAreReportedAndFailNothing() throws IOException {
        String report = Sizes.of(repository).report();

        Files.writeString(Files.createDirectories(Path.of("target")).resolve("sizes.txt"), report);
        report.lines().limit(2).forEach(System.out::println);
    }

    private static SourceTree tree(SourceFile... files) {
        return new SourceTree(Path.of(""), List.of(files));
    }

    private static SourceFile file(String path, String text) {
        return new SourceFile(path, text);
    }
}
