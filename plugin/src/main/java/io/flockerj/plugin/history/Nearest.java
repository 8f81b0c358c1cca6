package io.flockerj.plugin.history;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What somebody may have meant. */
public final class Nearest {
    private static final int MOST = 3;

    private Nearest() {}

    /** Ends a message: {@code " (did you mean 'db' or 'db2'?)"}, or nothing if no name is near. */
    public static String hint(String given, Collection<String> names) {
        List<String> near = names.stream()
                .filter(name ->
                        name.equalsIgnoreCase(given) || distance(given, name) <= Math.max(1, given.length() / 3))
                .sorted(Comparator.<String>comparingInt(name -> distance(given, name))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
        return near.isEmpty()
                ? ""
                : near.stream()
                        .map(name -> "'" + name + "'")
                        .collect(Collectors.joining(" or ", " (did you mean ", "?)"));
    }

    /** Levenshtein's: single characters inserted, removed or replaced. */
    private static int distance(String one, String other) {
        if (Math.abs(one.length() - other.length()) > one.length()) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
