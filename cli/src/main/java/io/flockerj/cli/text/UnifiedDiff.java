package io.flockerj.cli.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines in which two texts differ, in the unified format of diff(1). By the algorithm of E. W. Myers, "An O(ND)
 * Difference Algorithm and Its Variations", 1986.
 */
public final class UnifiedDiff {
    private static final int CONTEXT = 3;

    /** More differences than that are not worth reading, and take long to find. */
    private static final int MOST_DIFFERENCES = 2000;

    private final List<String> before;
    private final List<String> after;

    private UnifiedDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
    }

    /** The hunks, without file names; nothing if there are more differences than anybody would read. */
    public static Optional<List<String>> of(List<String> before, List<String> after) {
        UnifiedDiff diff = new UnifiedDiff(before, after);
        return diff.path().map(diff::hunks);
    }

    /** One step: a line kept, removed or added. */
    private record Step(char kind, int before, int after) {}

    private Optional<List<Step>> path() {
        int most = Math.min(before.size() + after.size(), MOST_DIFFERENCES);
        int[] furthest = new int[2 * most + 3];
        int middle = most + 1;
        List<int[]> history = new ArrayList<>();
        for (int d = 0; d <= most; d++) {
            history.add(furthest.clone());
            for (int k = -d; k <= d; k += 2) {
                boolean down = k == -d || (k != d && furthest[middle + k - 1] < furthest[middle + k + 1]);
                int x = down ? furthest[middle + k + 1] : furthest[middle + k - 1] + 1;
                int y = x - k;
                while (x < before.size() && y < after.size() && before.get(x).equals(after.get(y))) {
                    x++;
                    y++;
                }
                furthest[middle + k] = x;
                if (x >= before.size() && y >= after.size()) {
                    return Optional.of(walkBack(history, middle));
                }
            }
        }
        return Optional.empty();
    }

    private List<Step> walkBack(List<int[]> history, int middle) {
        List<Step> steps = new ArrayList<>();
        int x = before.size();
        int y = after.size();
        for (int d = history.size() - 1; d >= 0; d--) {
            int[] furthest = history.get(d);
            int k = x - y;
            boolean down = k == -d || (k != d && furthest[middle + k - 1] < furthest[middle + k + 1]);
            int previousK = down ? k + 1 : k - 1;
            int previousX = d == 0 ? 0 : furthest[middle + previousK];
            int previousY = d == 0 ? 0 : previousX - previousK;
            while (x > previousX
                    && y > previousY
                    && (d == 0 || x > (down ? previousX : previousX + 1) || y > (down ? previousY + 1 : previousY))) {
                if (x == 0 || y == 0 || !before.get(x - 1).equals(after.get(y - 1))) {
                    break;
                }
                x--;
                y--;
                steps.addFirst(new Step(' ', x, y));
            }
            if (d > 0) {
                if (down) {
                    y--;
                    steps.addFirst(new Step('+', x, y));
                } else {
                    x--;
                    steps.addFirst(new Step('-', x, y));
                }
            }
        }
        return steps;
    }

    private List<String> hunks(List<Step> steps) {
        List<String> lines = new ArrayList<>();
        int at = 0;
        while (at < steps.size()) {
            int first = nextChange(steps, at);
            if (first == steps.size()) {
                break;
            }
            int from = Math.max(at, first - CONTEXT);
            int to = first;
            int next = first;
            while (next < steps.size() && next - to <= 2 * CONTEXT) {
                to = next + 1;
                next = nextChange(steps, to);
            }
            to = Math.min(steps.size(), to + CONTEXT);
            lines.add(head(steps.subList(from, to)));
            steps.subList(from, to)
                    .forEach(step -> lines.add(
                            step.kind() + (step.kind() == '+' ? after.get(step.after()) : before.get(step.before()))));
            at = to;
        }
        return lines;
    }

    private static int nextChange(List<Step> steps, int from) {
        int at = from;
        while (at < steps.size() && steps.get(at).kind() == ' ') {
            at++;
        }
        return at;
    }

    private static String head(List<Step> hunk) {
        long removed = hunk.stream().filter(step -> step.kind() != '+').count();
        long added = hunk.stream().filter(step -> step.kind() != '-').count();
        Step first = hunk.getFirst();
        return "@@ -" + range(first.before(), removed) + " +" + range(first.after(), added) + " @@";
    }

    private static String range(int from, long count) {
        return (count == 0 ? from : from + 1) + (count == 1 ? "" : "," + count);
    }
}
