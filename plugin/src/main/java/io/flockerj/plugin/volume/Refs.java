package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.AmbiguousRefException;
import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.Ref;
import io.flockerj.plugin.history.RefParser;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Resolver;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.storage.RandomId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Finds what refs name, in the pool as a whole. */
final class Refs {
    private final Contents contents;
    private final RefParser parser;
    private final Supplier<Remotes> remotes;

    /** @param remotes know the branches there, and the volumes of other drivers; not asked before the first ref is */
    Refs(Contents contents, RefParser parser, Supplier<Remotes> remotes) {
        this.contents = contents;
        this.parser = parser;
        this.remotes = remotes;
    }

    /**
     * What is before the {@code @} of a ref.
     *
     * @param volume empty if there is only a volumeset of that name
     * @param newest the newest snapshot there, be it a tombstone; empty if there is none
     */
    record Line(String name, Optional<VolumeRecord> volume, History history, Optional<RandomId> newest) {}

    Ref parse(String text, ZoneId zone) throws RefusedException {
        return parser.parse(text, zone);
    }

    Instant parseTime(String text, ZoneId zone) throws RefusedException {
        return parser.parseTime(text, zone);
    }

    Snapshot resolve(String text, ZoneId zone) throws RefusedException {
        Ref ref = parse(text, zone);
        return resolve(line(ref.volume()), ref, zone);
    }

    /** As {@link #resolve(String, ZoneId)}, also if its content is only on a remote. */
    Snapshot resolveKnown(String text, ZoneId zone) throws RefusedException {
        Ref ref = parse(text, zone);
        return resolveKnown(line(ref.volume()), ref, zone);
    }

    /** @param zone in which refusals tell times */
    Snapshot resolve(Line line, Ref ref, ZoneId zone) throws RefusedException {
        return resolver(line, zone).resolve(ref.revision());
    }

    /** As {@link #resolve(Line, Ref, ZoneId)}, also if its content is only on a remote. */
    Snapshot resolveKnown(Line line, Ref ref, ZoneId zone) throws RefusedException {
        return resolver(line, zone).resolveKnown(ref.revision());
    }

    private Resolver resolver(Line line, ZoneId zone) {
        Volumeset volumeset = line.history().volumeset();
        return new Resolver(
                line.name(),
                line.history(),
                line.newest(),
                contents.working(volumeset),
                remotes.get().branches(volumeset),
                zone);
    }

    /** A volume, or else the volumeset of that name. */
    Line line(String name) throws RefusedException {
        if (name.startsWith(LocalVolumes.PREFIX)) {
            return localLine(name);
        }
        Optional<VolumeRecord> volume = contents.catalogue().find(VolumeName.parse(name));
        if (volume.isPresent()) {
            VolumeRecord record = volume.get();
            return new Line(name, volume, contents.historyOf(record), contents.newest(record));
        }
        List<History> named = contents.histories().all().stream()
                .filter(history -> history.volumeset().name().value().equals(name))
                .filter(history -> history.snapshots().stream().anyMatch(Snapshot::isKept))
                .toList();
        if (named.isEmpty()) {
            throw contents.unknown(name);
        }
        if (named.size() > 1) {
            throw new AmbiguousRefException("there is no volume " + name + ", and there are " + named.size()
                    + " volumesets of that name; restore the volume that is meant (fli trash list), or name one of the"
                    + " volumes that work on it");
        }
        return new Line(name, Optional.empty(), named.getFirst(), newestOf(named.getFirst()));
    }

    private Line localLine(String name) throws UnknownVolumeException {
        LocalVolumes.Line found = remotes.get()
                .local()
                .find(name.substring(LocalVolumes.PREFIX.length()))
                .orElseThrow(() -> new UnknownVolumeException("nothing is known of " + name
                        + ", for it was never pushed; push it with: fli push " + name + " REMOTE"));
        return new Line(name, Optional.empty(), contents.histories().of(found.volumeset()), found.newest());
    }

    /** Of its first branch, or of whichever has the newest. */
    private static Optional<RandomId> newestOf(History history) {
        var branches = history.branches();
        return Optional.ofNullable(branches.get(Name.MAIN))
                .or(() -> branches.values().stream()
                        .reduce((one, other) -> other.time().isAfter(one.time()) ? other : one))
                .map(Snapshot::id);
    }
}
