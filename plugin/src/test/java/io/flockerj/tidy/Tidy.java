package io.flockerj.tidy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The checks. Each takes a tree and answers with its problems, one line each: where, what, and what to do. */
final class Tidy {
    private static final Pattern MARKER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)\\s]*)?\\)");
    private static final Pattern WORD = Pattern.compile("\\b\\w+\\b");
    private static final String SHEBANG = "#!/usr/bin/env bash";
    private static final String STRICT = "set -euo pipefail";

    private Tidy() {}

    static List<String> bannedCalls(SourceTree tree) {
        List<String> problems = new ArrayList<>();
        for (Ban ban : Ban.ALL) {
            problems.addAll(lines(
                    tree,
                    file -> ban.where().test(file) && !file.name().equals("Ban.java"),
                    ban::isBrokenBy,
                    "instead write " + ban.instead()));
        }
        return problems;
    }

    static List<String> leftOverMarkers(SourceTree tree) {
        return lines(
                tree,
                file -> !file.isFixture(),
                line -> MARKER.matcher(line).find(),
                "do it now, or open an issue and say here how things are");
    }

    static List<String> blanks(SourceTree tree) {
        Predicate<SourceFile> texts = file -> !file.isFixture();
        List<String> problems = new ArrayList<>();
        problems.addAll(lines(tree, texts, line -> !line.equals(line.stripTrailing()), "remove the blanks at the end"));
        problems.addAll(lines(tree, SourceFile::isJava, line -> line.contains("\t"), "indent with blanks"));
        for (SourceFile file : tree.files()) {
            if (texts.test(file) && !file.text().isEmpty() && !file.text().endsWith("\n")) {
                problems.add(file.path() + ": end the last line with a line feed");
            }
            if (texts.test(file) && file.text().indexOf('\r') >= 0) {
                problems.add(file.path() + ": end lines with a line feed alone");
            }
        }
        return problems;
    }

    static List<String> packagesNotNullMarked(SourceTree tree) {
        Set<String> used = new TreeSet<>();
        Set<String> marked = new TreeSet<>();
        for (SourceFile file : tree.files()) {
            Matcher matcher = PACKAGE.matcher(file.text());
            if (file.isJava() && matcher.find()) {
                used.add(matcher.group(1));
                if (file.name().equals("package-info.java") && file.text().contains("@NullMarked")) {
                    marked.add(matcher.group(1));
                }
            }
        }
        used.removeAll(marked);
        return used.stream()
                .map(name -> name + ": add a package-info.java with @NullMarked and a line on what the package is for")
                .toList();
    }

    static List<String> looseShellScripts(SourceTree tree) {
        List<String> problems = new ArrayList<>();
        for (SourceFile file : tree.files()) {
            if (file.isShell()) {
                List<String> lines = file.lines();
                if (!lines.getFirst().equals(SHEBANG)) {
                    problems.add(file.path() + ": start with " + SHEBANG);
                }
                if (!lines.stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .findFirst()
                        .orElse("")
                        .equals(STRICT)) {
                    problems.add(file.path() + ": let the first command be " + STRICT);
                }
            }
        }
        return problems;
    }

    static List<String> deadClasses(SourceTree tree) {
        Map<String, Integer> mentions = new HashMap<>();
        for (SourceFile file : tree.files()) {
            WORD.matcher(file.text())
                    .results()
                    .map(MatchResult::group)
                    .distinct()
                    .forEach(word -> mentions.merge(word, 1, Integer::sum));
        }
        List<String> problems = new ArrayList<>();
        for (SourceFile file : tree.files()) {
            String type = file.name().replace(".java", "");
            if (!file.isJava() || type.equals("package-info") || type.endsWith("Test")) {
                continue;
            }
            int itself = WORD.matcher(file.text())
                            .results()
                            .anyMatch(word -> word.group().equals(type))
                    ? 1
                    : 0;
            if (mentions.getOrDefault(type, 0) == itself) {
                problems.add(file.path() + ": nothing names it; remove it");
            }
        }
        return problems;
    }

    /** Links in Markdown that lead to no file of the tree. Links with a scheme are not followed. */
    static List<String> brokenLinks(SourceTree tree) {
        Set<Path> there =
                tree.files().stream().map(file -> Path.of(file.path())).collect(Collectors.toCollection(TreeSet::new));
        for (Path file : List.copyOf(there)) {
            for (Path above = file.getParent(); above != null; above = above.getParent()) {
                there.add(above);
            }
        }
        List<String> problems = new ArrayList<>();
        for (SourceFile file : tree.files()) {
            Matcher link = LINK.matcher(file.text());
            while (file.path().endsWith(".md") && link.find()) {
                String target = link.group(1);
                Path path = Path.of(file.directory()).resolve(target).normalize();
                if (!target.contains(":") && !path.toString().isEmpty() && !there.contains(path)) {
                    problems.add(file.path() + ": links to " + target + ", which is not there");
                }
            }
        }
        return problems;
    }

    private static List<String> lines(
            SourceTree tree, Predicate<SourceFile> where, Predicate<String> broken, String remedy) {
        List<String> problems = new ArrayList<>();
        for (SourceFile file : tree.files()) {
            if (where.test(file)) {
                List<String> lines = file.lines();
                for (int i = 0; i < lines.size(); i++) {
                    if (broken.test(lines.get(i))) {
                        problems.add(file.path() + ":" + (i + 1) + ": "
                                + lines.get(i).strip() + " -> " + remedy);
                    }
                }
            }
        }
        return problems;
    }
}
