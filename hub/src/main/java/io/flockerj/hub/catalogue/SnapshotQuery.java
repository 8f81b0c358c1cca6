package io.flockerj.hub.catalogue;

import io.flockerj.store.id.Id;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which snapshots are wanted, the newest first. All that is said has to hold.
 *
 * @param from not older
 * @param to older than that
 * @param branch those that its head comes from, and the head
 * @param after those behind this one
 * @param limit so many at most
 */
public record SnapshotQuery(
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<String> author,
        List<Label> labels,
        Optional<String> branch,
        Optional<Id> after,
        int limit) {
    /** A label. */
    public record Label(String key, Optional<String> value) {}

    public SnapshotQuery {
        labels = List.copyOf(labels);
    }

    boolean admits(Snapshot snapshot) {
        if (from.filter(snapshot.time()::isBefore).isPresent()
                || to.filter(end -> !snapshot.time().isBefore(end)).isPresent()) {
            return false;
        }
        if (author.isEmpty() && labels.isEmpty()) {
            return true;
        }
        return snapshot.told().filter(this::admits).isPresent();
    }

    private boolean admits(Snapshot.Told told) {
        return (author.isEmpty() || told.author().equals(author))
                && labels.stream()
                        .allMatch(label -> told.labels().containsKey(label.key())
                                && (label.value().isEmpty()
                                        || label.value()
                                                .get()
                                                .equals(told.labels().get(label.key()))));
    }

    List<String> facets() {
        List<String> facets = new ArrayList<>();
        labels.forEach(label -> facets.add(Facets.label(label.key(), label.value())));
        author.ifPresent(name -> facets.add(Facets.author(name)));
        return facets;
    }
}
