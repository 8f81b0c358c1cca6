package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import java.io.IOException;
import java.util.Optional;

/** Changes what is said of a snapshot. */
final class SnapshotChange {
    private SnapshotChange() {}

    /** Answers with the snapshot as it is described then. */
    static JsonNode apply(Session session, String ref, ObjectNode change) throws IOException {
        Snapshot snapshot = Refs.resolve(session, ref);
        return session.daemon().change("PATCH", Target.of("v1", "snapshots", snapshot.id()), Optional.of(change));
    }
}
