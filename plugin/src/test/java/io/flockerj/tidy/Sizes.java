package io.flockerj.tidy;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * How long files and methods are, in lines. Only a report: a limit would breed fragments.
 *
 * @param files sorted, longest first
 * @param methods sorted, longest first; from the first line of the declaration to the closing brace
 */
record Sizes(List<Size> files, List<Size> methods) {
    private static final int SHOWN = 10;

    /**
     * The length of one thing.
     *
     * @param name what it is: a path, or a path and a method's name
     * @param lines at least 1
     */
    record Size(String name, long lines) {}

    Sizes {
        files = longestFirst(files);
        methods = longestFirst(methods);
    }

    /** Measures the Java files of main code. */
    static Sizes of(SourceTree tree) throws IOException {
        List<Size> files = new ArrayList<>();
        List<Size> methods = new ArrayList<>();
        List<JavaFileObject> sources = new ArrayList<>();
        for (SourceFile file : tree.files()) {
            if (file.isMainJava() && !file.name().equals("package-info.java")) {
                files.add(new Size(file.path(), file.text().lines().count()));
                sources.add(new InMemory(file));
            }
        }
        if (!sources.isEmpty()) {
            JavacTask task =
                    (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, null, null, null, sources);
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodScanner(unit, positions, methods).scan(unit, null);
            }
        }
        return new Sizes(files, methods);
    }

    /** The report: how sizes are distributed, and the longest by name. */
    String report() {
        return summary("files", files) + summary("methods", methods) + longest(files) + longest(methods);
    }

    /** One line: count, median, ninth decile, longest. */
    private static String summary(String what, List<Size> sizes) {
        return sizes.isEmpty()
                ? what + ": none%n".formatted()
                : String.format(
                        Locale.ROOT,
                        "%s: %d, median %d lines, nine in ten up to %d, longest %d%n",
                        what,
                        sizes.size(),
                        sizes.get(sizes.size() / 2).lines(),
                        sizes.get(sizes.size() / 10).lines(),
                        sizes.getFirst().lines());
    }

    private static String longest(List<Size> sizes) {
        StringBuilder text = new StringBuilder();
        for (Size size : sizes.subList(0, Math.min(SHOWN, sizes.size()))) {
            text.append(String.format(Locale.ROOT, "%6d %s%n", size.lines(), size.name()));
        }
        return text.toString();
    }

    private static List<Size> longestFirst(List<Size> sizes) {
        return sizes.stream()
                .sorted(Comparator.comparingLong(Size::lines).reversed())
                .toList();
    }

    private static final class InMemory extends SimpleJavaFileObject {
        private final SourceFile file;

        InMemory(SourceFile file) {
            super(URI.create("string:///" + file.path()), Kind.SOURCE);
            this.file = file;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return file.text();
        }
    }

    private static final class MethodScanner extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Size> found;

        MethodScanner(CompilationUnitTree unit, SourcePositions positions, List<Size> found) {
            this.unit = unit;
            this.positions = positions;
            this.found = found;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            BlockTree body = method.getBody();
            if (body != null) {
                long first = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, method));
                long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, body));
                String path = unit.getSourceFile().getName().substring(1);
                found.add(new Size(path + " " + method.getName(), last - first + 1));
            }
            return super.visitMethod(method, null);
        }
    }
}
