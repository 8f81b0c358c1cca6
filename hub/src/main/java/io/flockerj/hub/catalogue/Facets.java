package io.flockerj.hub.catalogue;

import io.flockerj.store.id.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What snapshots are searched by, each as a short text that a database can index however long the author or the label is. */
final class Facets {
    private static final int DIGITS = 32;

    private Facets() {}

    static List<String> of(Snapshot.Told told) {
        List<String> facets = new ArrayList<>();
        told.author().ifPresent(name -> facets.add(author(name)));
        told.labels().forEach((key, value) -> {
            facets.add(label(key, Optional.empty()));
            facets.add(label(key, Optional.of(value)));
        });
        return facets;
    }

    static String author(String name) {
        return "author " + hash(name);
    }

    /** @param value empty for any */
    static String label(String key, Optional<String> value) {
        return value.isEmpty() ? "key " + hash(key) : "label " + hash(key.length() + " " + key + value.get());
    }

    private static String hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, DIGITS);
    }
}
