package io.flockerj.hub.people.desk;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Some of many.
 *
 * @param next behind which it goes on; empty if there are no more
 */
public record Page<T>(List<T> items, Optional<String> next) {
    public Page {
        items = List.copyOf(items);
    }

    /**
     * Makes a page.
     *
     * @param found as many as are on a page, and one more if there is
     * @param key behind which the next page begins
     */
    static <T> Page<T> of(List<T> found, int limit, Function<T, String> key) {
        boolean more = found.size() > limit;
        List<T> items = more ? found.subList(0, limit) : found;
        return new Page<>(items, more ? Optional.of(key.apply(items.getLast())) : Optional.empty());
    }

    /** Cuts a page from all of them, which stand in the order of their keys. */
    static <T> Page<T> cut(List<T> all, String after, int limit, Function<T, String> key) {
        List<T> found = all.stream()
                .filter(item -> key.apply(item).compareTo(after) > 0)
                .limit(limit + 1L)
                .toList();
        return of(found, limit, key);
    }
}
