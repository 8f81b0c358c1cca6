package io.flockerj.cli.command;

import io.flockerj.cli.daemon.Remote;
import io.flockerj.cli.daemon.RemoteRef;
import io.flockerj.cli.daemon.RemoteVolumeset;
import io.flockerj.cli.http.Limits;
import io.flockerj.cli.http.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** What may be typed where a remote, or a place on one, is asked for. */
final class RemoteProposals {
    /** What the label of such an argument has in it. */
    static final String LABEL = "REMOTE";

    private static final String NAME = "/NAME";

    /** A person waits for the key to do something, and a remote may be far. */
    private static final Limits PATIENCE = Limits.total(Duration.ofSeconds(2));

    private RemoteProposals() {}

    /**
     * Proposes remotes, and behind the slash the volumesets of one, and behind the @ of that its branches and tags.
     *
     * @param label of the argument
     */
    static Stream<String> of(Session session, String label, String typed) throws IOException {
        if (RemotePlace.isMeant(typed)) {
            return label.contains(NAME) ? there(session, typed) : Stream.empty();
        }
        boolean goesOn = label.contains(LABEL + NAME);
        return Remote.all(session.daemon().get(Target.of("v1", "remotes"))).stream()
                .map(remote -> goesOn ? remote.name() + "/" : remote.name());
    }

    private static Stream<String> there(Session session, String typed) throws IOException {
        String remote = typed.substring(0, typed.indexOf('/'));
        Stream<RemoteVolumeset> volumesets = RemoteVolumeset.all(
                session.daemon().change("POST", Target.of("v1", "remotes", remote, "list"), Optional.empty(), PATIENCE))
                .stream();
        if (!typed.contains("@")) {
            return volumesets.map(volumeset -> remote + "/" + volumeset.name());
        }
        return volumesets.flatMap(volumeset -> Stream.concat(volumeset.branches().stream(), volumeset.tags().stream())
                .map(RemoteRef::name)
                .map(ref -> remote + "/" + volumeset.name() + "@" + ref));
    }
}
