package io.flockerj.plugin.history;

import io.flockerj.plugin.storage.RandomId;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the snapshot that a ref names, in the history of one volume.
 *
 * @param volume as messages name it
 * @param newest the newest snapshot of the volume's branch, be it a tombstone; empty if there is none
 * @param working branches that volumes work on, with the newest snapshot of each
 * @param remote branches on remotes as {@code REMOTE/BRANCH}, with the snapshot at which each ends
 * @param zone in which messages tell times
 */
public record Resolver(
        String volume,
        History history,
        Optional<RandomId> newest,
        Map<Name, Optional<RandomId>> working,
        Map<String, RandomId> remote,
        ZoneId zone) {
    private static final String LATEST = "latest";
    private static final String LIVE = "live";
    private static final int MOST_CANDIDATES = 8;

    /** The snapshot that is meant, whose content is here; without a revision the newest one of the volume's branch. */
    public Snapshot resolve(Optional<Revision> revision) throws UnknownSnapshotException, AmbiguousRefException {
        Snapshot found = resolveKnown(revision);
        if (!found.isKept()) {
            throw new UnknownSnapshotException("the snapshot " + found.id().abbreviated() + " of " + volume + ", of "
                    + shown(found.time()) + ", is on a remote, and not on this host; bring it here with: fli pull "
                    + volume + "@" + found.id().abbreviated());
        }
        return found;
    }

    /** As {@link #resolve}, also if its content is only on a remote. */
    public Snapshot resolveKnown(Optional<Revision> revision) throws UnknownSnapshotException, AmbiguousRefException {
        Revision meant = revision.orElse(new Revision.Named(LATEST, 0));
        return switch (meant) {
            case Revision.At at -> at(at.when());
            case Revision.Named named -> back(named(named.name()), named);
        };
    }

    private Snapshot at(Instant when) throws UnknownSnapshotException {
        Snapshot oldest = null;
        for (Snapshot snapshot : (Iterable<Snapshot>) history.known(newest)::iterator) {
            if (!snapshot.time().isAfter(when)) {
                return snapshot;
            }
            oldest = snapshot;
        }
        if (oldest == null) {
            throw none();
        }
        throw new UnknownSnapshotException("volume " + volume + " has no snapshot of " + shown(when)
                + " or before; its first one, " + oldest.id().abbreviated() + ", is of " + shown(oldest.time()));
    }

    private String shown(Instant when) {
        return shown(when, zone);
    }

    /** A moment as messages tell it, to the second. */
    public static String shown(Instant when, ZoneId zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                when.truncatedTo(ChronoUnit.SECONDS).atZone(zone));
    }

    private Snapshot back(Optional<RandomId> from, Revision.Named named) throws UnknownSnapshotException {
        return history.known(from)
                .skip(named.back())
                .findFirst()
                .orElseThrow(() -> named.back() == 0
                        ? none()
                        : new UnknownSnapshotException(
                                "there are not " + named.back() + " snapshots before " + volume + "@"
                                        + named.name() + ", only "
                                        + Math.max(0, history.known(from).count() - 1)));
    }

    private Optional<RandomId> named(String name) throws UnknownSnapshotException, AmbiguousRefException {
        if (name.equals(LATEST)) {
            return newest;
        }
        if (name.indexOf('/') >= 0) {
            RandomId there = remote.get(name);
            if (there == null) {
                throw unknown(name);
            }
            return Optional.of(there);
        }
        Optional<Name> known = Name.parse(name);
        if (known.isPresent()) {
            RandomId tagged = history.tags().get(known.get());
            if (tagged != null) {
                return Optional.of(available(tagged, "tag " + name));
            }
            Optional<RandomId> head = working.get(known.get());
            if (head != null) {
                return head;
            }
            Snapshot branch = history.branches().get(known.get());
            if (branch != null) {
                return Optional.of(branch.id());
            }
        }
        return Optional.of(byPrefix(name));
    }

    private RandomId available(RandomId id, String what) throws UnknownSnapshotException {
        Snapshot snapshot = history.find(id).orElseThrow(() -> unknown(id.abbreviated()));
        if (snapshot.tree().isEmpty() && !snapshot.isElsewhere()) {
            throw new UnknownSnapshotException("the snapshot " + snapshot.id().abbreviated() + " (" + what
                    + ") was removed and destroyed; "
                    + (snapshot.sharing().remotes().isEmpty()
                            ? "only its place in the history is left"
                            : "it was sent to a remote before, from which it can be brought back with: fli pull "
                                    + volume + "@" + snapshot.id().abbreviated()));
        }
        if (snapshot.removedAt().isPresent()) {
            throw new UnknownSnapshotException("the snapshot " + snapshot.id().abbreviated() + " (" + what
                    + ") is in the trash; restore it with: fli trash restore "
                    + snapshot.id().abbreviated());
        }
        return id;
    }

    private RandomId byPrefix(String prefix) throws UnknownSnapshotException, AmbiguousRefException {
        if (!Snapshot.isBeginningOfId(prefix)) {
            throw unknown(prefix);
        }
        List<Snapshot> found = history.snapshots().stream()
                .filter(snapshot -> snapshot.id().hex().startsWith(prefix))
                .sorted((one, other) -> other.time().compareTo(one.time()))
                .toList();
        List<Snapshot> kept = found.stream()
                .filter(snapshot -> snapshot.isKept() || snapshot.isElsewhere())
                .toList();
        if (kept.size() > 1) {
            String candidates = kept.stream()
                    .limit(MOST_CANDIDATES)
                    .map(snapshot -> snapshot.id().abbreviated() + " of " + shown(snapshot.time())
                            + snapshot.remarks()
                                    .message()
                                    .map(message -> " " + Quoted.text(message))
                                    .orElse(""))
                    .collect(Collectors.joining(", "));
            throw new AmbiguousRefException(
                    "'" + prefix + "' begins the ids of " + kept.size() + " snapshots of " + volume
                            + "; write more digits. They are " + candidates
                            + (kept.size() > MOST_CANDIDATES ? ", and more" : ""));
        }
        if (kept.isEmpty() && !found.isEmpty()) {
            return available(found.getFirst().id(), "id " + prefix);
        }
        if (kept.isEmpty()) {
            throw unknown(prefix);
        }
        return kept.getFirst().id();
    }

    private UnknownSnapshotException none() {
        return new UnknownSnapshotException(
                "volume " + volume + " has no snapshot yet; take one with: fli snapshot " + volume);
    }

    private UnknownSnapshotException unknown(String name) {
        TreeSet<String> names = Stream.of(
                        history.tags().keySet().stream(),
                        history.branches().keySet().stream(),
                        working.keySet().stream())
                .flatMap(all -> all)
                .map(Name::value)
                .collect(Collectors.toCollection(TreeSet::new));
        names.addAll(remote.keySet());
        if (name.equals(LIVE)) {
            return new UnknownSnapshotException(
                    volume + "@live is the volume as it is now, whose files can be looked into;"
                            + " what is wanted here is a snapshot: see fli log " + volume);
        }
        String braces = TimeParser.isTime(name) ? "; a time stands in braces: '" + volume + "@{" + name + "}'" : "";
        return new UnknownSnapshotException("volume " + volume + " has no snapshot, tag or branch " + Quoted.text(name)
                + braces + Nearest.hint(name, names) + "; see them with: fli log " + volume + ", fli tag list " + volume
                + ", fli branch list " + volume);
    }
}
