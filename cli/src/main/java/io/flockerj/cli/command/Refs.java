package io.flockerj.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.flockerj.cli.daemon.Snapshot;
import io.flockerj.cli.http.Target;
import java.io.IOException;

/** What refs mean: asked of the daemon, in the person's time zone, and said again as the id and the time that were meant. */
final class Refs {
    private Refs() {}

    /** Whether something more than a volume is named. */
    static boolean namesSnapshot(String ref) {
        return ref.indexOf('@') >= 0;
    }

    /** The volume's part of a ref. */
    static String volumeOf(String ref) {
        int at = ref.indexOf('@');
        return at < 0 ? ref : ref.substring(0, at);
    }

    static JsonNode ask(Session session, String ref) throws IOException {
        return session.daemon().get(target(session, ref));
    }

    /** With what only this snapshot takes, which costs what differs from those near it. */
    static JsonNode askWithOwnBytes(Session session, String ref) throws IOException {
        return session.daemon().get(target(session, ref).with("ownBytes", "true"));
    }

    private static Target target(Session session, String ref) {
        return Target.of("v1", "snapshot").with("ref", ref).with("zone", session.zone());
    }

    static Snapshot resolve(Session session, String ref) throws IOException {
        return Snapshot.of(ask(session, ref));
    }

    /** A snapshot of a volume by its id, so that it stays the same whatever happens meanwhile. */
    static String exact(String ref, Snapshot snapshot) {
        return volumeOf(ref) + "@" + snapshot.id();
    }

    /** Such as {@code 3fa9c1d20b44 of 2026-11-03 23:32:00 +01:00 (10 hours ago)}. */
    static String meant(Session session, Snapshot snapshot) {
        return snapshot.shortId() + " of " + session.times().full(snapshot.time());
    }
}
