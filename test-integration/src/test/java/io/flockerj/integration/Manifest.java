package io.flockerj.integration;

import io.flockerj.integration.sandbox.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All that a tree holds and that is to be kept, as told by programs that know nothing of flockerj: names, types, modes, owners, sizes,
 * blocks, times, links, devices, extended attributes (access lists and capabilities with them), flags and content.
 */
final class Manifest {
    /** A file is told by its inode, so that its names are told together. */
    private static final String FILES =
            "find . -printf '%D:%i %y %m %U:%G %T@ ' \\( -type d -printf '- -' -o -printf '%n %s' \\)"
                    + " -printf ' -> %l = %p\\0'";

    private static final String BLOCKS = "find . -type f -size +1M -printf '%b blocks %p\\0'";
    private static final String DEVICES =
            "find . \\( -type b -o -type c \\) -exec stat --printf 'device %t:%T %n\\0' {} +";
    private static final String ATTRIBUTES =
            "find . -print0 | xargs -0 getfattr --no-dereference --dump --match=- --encoding=hex --absolute-names";
    private static final String FLAGS = "find . \\( -type f -o -type d \\) -print0 | xargs -0 lsattr -d"
            + " | awk '/^[^ ]+ [.]/ {flags = $1; gsub(/[^iaAdsSu]/, \"\", flags); sub(/^[^ ]+ /, \"\"); if (flags) print \"flags \" flags \" \" $0}'";

    private static final String CONTENT = "find . -type f -print0 | xargs -0 sha256sum -z";

    private Manifest() {}

    /** One line for each fact, in an order of their own. */
    static List<String> of(Path top) {
        TreeSet<String> facts = new TreeSet<>();
        facts.addAll(inodesNamed(run(top, FILES, "\0")));
        facts.addAll(run(top, BLOCKS, "\0"));
        facts.addAll(run(top, DEVICES, "\0"));
        facts.addAll(run(top, ATTRIBUTES, "\n\n"));
        facts.addAll(run(top, FLAGS, "\n"));
        facts.addAll(run(top, CONTENT, "\0"));
        return List.copyOf(facts);
    }

    /** What is in one and not in the other, the first ones. */
    static List<String> differences(List<String> expected, List<String> found) {
        TreeSet<String> missing = new TreeSet<>(expected);
        missing.removeAll(found);
        TreeSet<String> more = new TreeSet<>(found);
        more.removeAll(expected);
        return Stream.concat(
                        missing.stream().map(fact -> "missing: " + fact),
                        more.stream().map(fact -> "more: " + fact))
                .limit(20)
                .toList();
    }

    /** Puts all names of an inode in place of its number. */
    private static List<String> inodesNamed(List<String> lines) {
        Map<String, TreeSet<String>> names = new HashMap<>();
        for (String line : lines) {
            names.computeIfAbsent(inode(line), any -> new TreeSet<>()).add(line.substring(line.indexOf(" = ")));
        }
        List<String> named = new ArrayList<>();
        for (String line : lines) {
            String inode = inode(line);
            boolean isDirectory = line.startsWith(inode + " d ");
            named.add((isDirectory ? "" : names.get(inode)) + line.substring(inode.length()));
        }
        return named;
    }

    private static String inode(String line) {
        return line.substring(0, line.indexOf(' '));
    }

    private static List<String> run(Path top, String script, String separator) {
        try {
            Process process = Commands.here()
                    .builder("sh", "-c", "cd \"$1\" && " + script, "sh", top.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            // Names are bytes; this way each has a text of its own.
            String all = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return Stream.of(all.split(separator, -1))
                    .filter(fact -> !fact.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
