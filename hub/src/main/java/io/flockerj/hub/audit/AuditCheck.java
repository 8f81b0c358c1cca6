package io.flockerj.hub.audit;

import io.flockerj.hub.database.Database;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks whether the record is what hubs have written: every row by the hash that covers it and all before it, and the end of each chain
 * by its head in the storage. May run while hubs record. What was recorded since the last head was exported, and was then removed or
 * rewritten together with all behind it, is not found: that is what {@link Report#unattested()} counts.
 */
public final class AuditCheck {
    /** So many findings are told at most. */
    public static final int MOST_FINDINGS = 1_000;

    private static final int PAGE = 1_000;

    private final AuditRows rows;
    private final AuditHeads heads;

    public AuditCheck(Database database, AuditHeads heads) {
        this.rows = new AuditRows(database);
        this.heads = heads;
    }

    /**
     * What came of it.
     *
     * @param acts how many rows were looked at
     * @param unattested how many of them are behind the last head of their chain
     * @param findings the first {@link #MOST_FINDINGS}
     */
    public record Report(long chains, long acts, long unattested, List<Finding> findings) {
        public Report {
            findings = List.copyOf(findings);
        }

        public boolean isGood() {
            return findings.isEmpty();
        }
    }

    /** Looks at all of it. */
    public Report run() throws IOException {
        // Heads first: what is recorded meanwhile only adds to what they attest.
        Map<Id, Head> known = new HashMap<>();
        for (Head head : heads.all()) {
            known.put(head.id(), head);
        }
        Tally tally = new Tally();
        Set<Id> seen = new HashSet<>();
        for (Chain chain : rows.chains()) {
            seen.add(chain.id());
            Optional<Head> head = Optional.ofNullable(known.get(chain.id()));
            // A hub may have begun since the heads were read: its head was there before its chain.
            check(chain, head.isPresent() ? head : heads.find(chain.id()), tally);
        }
        known.values().stream()
                .filter(head -> !seen.contains(head.id()) && head.number() > 0)
                .forEach(head -> tally.found(new Finding.Lost(head.id(), head.number())));
        return new Report(seen.size(), tally.acts, tally.unattested, tally.findings);
    }

    private static final class Tally {
        private long acts;
        private long unattested;
        private final List<Finding> findings = new ArrayList<>();

        void found(Finding finding) {
            if (findings.size() < MOST_FINDINGS) {
                findings.add(finding);
            }
        }
    }

    private void check(Chain chain, Optional<Head> head, Tally tally) throws IOException {
        Walk walk = new Walk(chain, head, tally);
        List<Entry> page = rows.behind(chain.id(), Long.MIN_VALUE, PAGE);
        while (!page.isEmpty()) {
            page.forEach(walk::see);
            page = rows.behind(chain.id(), page.getLast().number(), PAGE);
        }
        walk.end();
    }

    /** Goes through one chain. */
    private static final class Walk {
        private final Chain chain;
        private final Optional<Head> head;
        private final Tally tally;
        private long last;
        private Optional<Hash> before;

        Walk(Chain chain, Optional<Head> head, Tally tally) {
            this.chain = chain;
            this.head = head;
            this.tally = tally;
            this.before = Optional.of(chain.beginning());
        }

        void see(Entry entry) {
            tally.acts++;
            if (entry.number() <= last) {
                tally.found(new Finding.Added(chain.id(), entry.number(), entry.number()));
                return;
            }
            if (entry.number() > last + 1) {
                tally.found(new Finding.Removed(chain.id(), last + 1, entry.number() - 1));
                before = Optional.empty(); // nothing is left that could tell what this row was chained to
            }
            if (before.isPresent() && !entry.chainedTo(before.get()).hex().equals(entry.hash())) {
                tally.found(new Finding.Changed(chain.id(), entry.number()));
            }
            compareWithHead(entry);
            // From here on by what stands there: so one changed row is one finding.
            before = Hash.isValid(entry.hash()) ? Optional.of(Hash.parse(entry.hash())) : Optional.empty();
            last = entry.number();
        }

        private void compareWithHead(Entry entry) {
            if (head.isPresent()
                    && head.get().number() == entry.number()
                    && !head.get().hash().hex().equals(entry.hash())) {
                tally.found(new Finding.Rewritten(chain.id(), entry.number()));
            }
        }

        void end() {
            if (head.isEmpty()) {
                if (last > 0) {
                    tally.found(new Finding.Added(chain.id(), 1, last));
                }
                return;
            }
            long attested = head.get().number();
            if (attested == 0 && !head.get().hash().equals(chain.beginning())) {
                tally.found(new Finding.Rewritten(chain.id(), 0));
            }
            if (last < attested) {
                tally.found(new Finding.Truncated(chain.id(), last + 1, attested));
            } else if (last > attested && head.get().ended()) {
                tally.found(new Finding.Added(chain.id(), attested + 1, last));
            } else {
                tally.unattested += last - attested;
            }
        }
    }
}
