package io.flockerj.tidy;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Text that is not written here, and what is written in its place. A line that has to break a ban says why, in a
 * comment that starts with {@code tidy:}.
 *
 * @param where the files it holds for
 * @param pattern what is looked for in each line
 * @param example a line that the pattern must find, so that the ban is known to work
 * @param instead what to write, and why
 */
record Ban(Predicate<SourceFile> where, Pattern pattern, String example, String instead) {
    static final List<Ban> ALL = List.of(
            java("Thread\\.sleep\\(", "Thread.sleep(100);", "wait for the condition itself, until a deadline"),
            java("new Random\\(\\)", "new Random()", "new Random(seed), and the seed in the message of a failure"),
            java("\\.printStackTrace\\(", "e.printStackTrace();", "throw it on, or log it once where it is handled"),
            java("\\bPaths\\.get\\(", "Paths.get(\"x\")", "Path.of"),
            java("\\bnew File\\(|\\.mkdirs\\(", "new File(\"x\")", "java.nio.file: its errors say what went wrong"),
            java("^import (static )?[\\w.]+\\.\\*;", "import java.util.*;", "each type by its name"),
            java("@SuppressWarnings\\(\"all\"\\)", "@SuppressWarnings(\"all\")", "the one warning that is meant"),
            java("\\bsun\\.misc\\b", "import sun.misc.Unsafe;", "java.lang.foreign, in the package linux"),
            java("\\bSystem\\.gc\\(", "System.gc();", "nothing: a test that needs it tests the collector"),
            java(
                    "\\bCompletableFuture\\.(supply|run)Async\\(",
                    "CompletableFuture.supplyAsync(f)",
                    "a virtual thread: the common pool is small, and a blocked one stops everybody"),
            java(
                    "\\.parallelStream\\(|\\.parallel\\(\\)",
                    "list.parallelStream()",
                    "virtual threads with a named limit"),
            java(
                    "\\bExecutors\\.new(Cached|Fixed|Single|WorkStealing)",
                    "Executors.newFixedThreadPool(4)",
                    "Executors.newVirtualThreadPerTaskExecutor, and a semaphore with a named limit"),
            main(
                    "(?i)\\blog(ger)?\\.(trace|debug|info|warn|error)\\(",
                    "LOG.info(\"mounted \" + volume);",
                    "LOG.atInfo().addKeyValue(\"volume\", name).log(\"constant message\"): logs are searched by key"),
            main(
                    "\\bFiles\\.createTemp(File|Directory)\\(",
                    "Files.createTempFile(\"a\", \"b\")",
                    "a temporary name beside the target: rename is atomic within one file system only"),
            test("@Disabled\\b", "@Disabled(\"flaky\")", "a tag for what the test needs, or no test"),
            test(
                    "\\borg\\.junit\\.jupiter\\.api\\.Assertions\\b",
                    "import static org.junit.jupiter.api.Assertions.assertTrue;",
                    "AssertJ: its messages show both sides"),
            new Ban(
                    SourceFile::isShell,
                    Pattern.compile("\\b(pkill|killall)\\b"),
                    "pkill -f dockerd",
                    "kill and the id of a process that this script started"));

    /** Whether this line breaks the ban and does not say why. */
    boolean isBrokenBy(String line) {
        return pattern.matcher(line).find() && !line.contains(" tidy: ");
    }

    private static Ban java(String regex, String example, String instead) {
        return new Ban(SourceFile::isJava, Pattern.compile(regex), example, instead);
    }

    private static Ban main(String regex, String example, String instead) {
        return new Ban(SourceFile::isMainJava, Pattern.compile(regex), example, instead);
    }

    private static Ban test(String regex, String example, String instead) {
        return new Ban(file -> file.isJava() && !file.isMainJava(), Pattern.compile(regex), example, instead);
    }
}
