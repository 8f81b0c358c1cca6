package io.flockerj.hub.people.desk;

import io.flockerj.hub.people.Accounts;

/**
 * Which part of many somebody wants.
 *
 * @param after what {@link Page#next} was; empty for the first page
 * @param limit how many at most, from 1 to {@link #LONGEST}
 */
public record Paging(String after, int limit) {
    /** No page has more. */
    public static final int LONGEST = Accounts.LONGEST_PAGE;

    /** As many as a page has unless told. */
    public static final int USUAL = 100;

    public Paging {
        if (limit < 1 || limit > LONGEST) {
            throw new IllegalArgumentException("a page has 1 to " + LONGEST + ", not " + limit);
        }
    }

    /** By the one more it is known whether there is another page. */
    int oneMore() {
        return limit + 1;
    }
}
