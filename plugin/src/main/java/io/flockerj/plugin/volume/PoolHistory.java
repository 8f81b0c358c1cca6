package io.flockerj.plugin.volume;

import io.flockerj.plugin.history.History;
import io.flockerj.plugin.history.InvalidTextException;
import io.flockerj.plugin.history.Name;
import io.flockerj.plugin.history.NameTakenException;
import io.flockerj.plugin.history.Quoted;
import io.flockerj.plugin.history.Ref;
import io.flockerj.plugin.history.RefusedException;
import io.flockerj.plugin.history.Snapshot;
import io.flockerj.plugin.history.SnapshotHeldException;
import io.flockerj.plugin.history.Texts;
import io.flockerj.plugin.history.UnknownSnapshotException;
import io.flockerj.plugin.history.Volumeset;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.plugin.storage.RandomId;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What can be asked and said of the past of an open pool's volumes. */
final class PoolHistory implements VolumeHistory {
    private final Contents contents;
    private final Refs refs;
    private final SnapshotTaking taking;
    private final Rollback rollback;
    private final TrashCan trash;
    private final OwnSpaceOfSnapshots ownSpace;
    private final Function<VolumeRecord, VolumeView> view;
    private final Supplier<Instant> now;
    private final Function<RandomId, Optional<String>> remoteNames;

    PoolHistory(
            Contents contents,
            Refs refs,
            SnapshotTaking taking,
            Rollback rollback,
            TrashCan trash,
            Function<VolumeRecord, VolumeView> view,
            Supplier<Instant> now,
            Function<RandomId, Optional<String>> remoteNames) {
        this.contents = contents;
        this.refs = refs;
        this.taking = taking;
        this.rollback = rollback;
        this.trash = trash;
        this.ownSpace = new OwnSpaceOfSnapshots(contents);
        this.view = view;
        this.now = now;
        this.remoteNames = remoteNames;
    }

    @Override
    public List<SnapshotView> snapshot(SnapshotOrder order, Progress progress) throws RefusedException, IOException {
        return taking.take(order, progress).stream().map(this::view).toList();
    }

    @Override
    public SnapshotView resolve(String ref, ZoneId zone) throws RefusedException {
        return view(refs.resolveKnown(ref, zone));
    }

    @Override
    public OptionalLong ownBytes(String id) throws RefusedException, IOException {
        Snapshot snapshot = require(id);
        return snapshot.isKept() ? ownSpace.of(snapshot) : OptionalLong.empty();
    }

    @Override
    public LogPage log(LogQuery query) throws RefusedException {
        Ref ref = refs.parse(query.ref(), query.zone());
        Refs.Line line = refs.line(ref.volume());
        Instant since = query.since().isPresent() ? refs.parseTime(query.since().get(), query.zone()) : Instant.MIN;
        Instant until = query.until().isPresent() ? refs.parseTime(query.until().get(), query.zone()) : Instant.MAX;
        List<Snapshot> found = snapshots(query, ref, line)
                .filter(snapshot ->
                        !snapshot.time().isBefore(since) && !snapshot.time().isAfter(until))
                .filter(snapshot -> hasLabels(snapshot, query.labels()))
                .limit(query.limit() + 1L)
                .toList();
        Heads heads = heads(line.history());
        List<SnapshotView> page = found.stream()
                .limit(query.limit())
                .map(snapshot -> view(snapshot, heads))
                .toList();
        return new LogPage(page, found.size() > query.limit());
    }

    private Stream<Snapshot> snapshots(LogQuery query, Ref ref, Refs.Line line) throws RefusedException {
        if (query.all()) {
            return line.history().snapshots().stream()
                    .filter(snapshot -> snapshot.isKept() || snapshot.isElsewhere())
                    .sorted(newestFirst(line.history()));
        }
        if (ref.revision().isEmpty()) {
            return line.history().known(line.newest());
        }
        return line.history()
                .known(Optional.of(refs.resolveKnown(line, ref, query.zone()).id()));
    }

    /** By time; of what has the same time, what came of the other first. */
    private static Comparator<Snapshot> newestFirst(History history) {
        Map<RandomId, Long> depths = new HashMap<>();
        return Comparator.comparing(Snapshot::time)
                .thenComparing(snapshot -> depths.computeIfAbsent(
                        snapshot.id(),
                        id -> history.ancestry(snapshot.parent())
                                .takeWhile(older -> older.time().equals(snapshot.time()))
                                .count()))
                .reversed();
    }

    private static boolean hasLabels(Snapshot snapshot, Map<String, Optional<String>> wanted) {
        Map<String, String> labels = snapshot.remarks().labels();
        return wanted.entrySet().stream()
                .allMatch(label -> labels.containsKey(label.getKey())
                        && label.getValue()
                                .map(value -> value.equals(labels.get(label.getKey())))
                                .orElse(true));
    }

    @Override
    public RollbackOutcome rollback(String text, ZoneId zone, Optional<String> author, Progress progress)
            throws RefusedException, IOException {
        if (author.isPresent()) {
            Texts.author(author.get());
        }
        Ref ref = refs.parse(text, zone);
        if (ref.revision().isEmpty()) {
            throw new InvalidTextException(
                    "a rollback needs to know where to: name a snapshot, as in " + ref.volume() + "@latest");
        }
        VolumeName name = VolumeName.parse(ref.volume());
        VolumeRecord volume = contents.require(name);
        Snapshot target = refs.resolve(refs.line(ref.volume()), ref, zone);
        Rollback.Done done = rollback.run(volume, target, author, progress);
        return new RollbackOutcome(view.apply(done.volume()), view(done.safety()), view(done.outcome()));
    }

    @Override
    public SnapshotView annotate(String id, Annotation annotation) throws RefusedException, IOException {
        if (annotation.message().isPresent()) {
            Texts.message(annotation.message().get());
        }
        Volumeset volumeset = require(id).volumeset();
        return contents.locks().during(volumeset, () -> {
            Snapshot present = requireKept(id);
            Map<String, String> labels = new TreeMap<>(present.remarks().labels());
            annotation
                    .labels()
                    .forEach((key, value) -> value.ifPresentOrElse(v -> labels.put(key, v), () -> labels.remove(key)));
            Snapshot.Remarks changed = new Snapshot.Remarks(
                    annotation.message().or(() -> present.remarks().message()).filter(text -> !text.isEmpty()),
                    Texts.labels(labels),
                    annotation.held().orElse(present.remarks().held()));
            Snapshot annotated = present.with(changed);
            contents.histories().put(annotated);
            return view(annotated);
        });
    }

    @Override
    public void removeSnapshot(String id) throws RefusedException, IOException {
        Volumeset volumeset = require(id).volumeset();
        contents.locks().during(volumeset, () -> {
            Snapshot present = requireKept(id);
            refuseIfNeeded(present);
            Snapshot removed = present.removed(now.get());
            contents.histories().put(removed);
            return removed;
        });
    }

    private void refuseIfNeeded(Snapshot snapshot) throws RefusedException {
        String shown = "the snapshot " + snapshot.id().abbreviated() + " of volumeset "
                + snapshot.volumeset().name();
        if (snapshot.remarks().held()) {
            throw new SnapshotHeldException(
                    shown + " is held, so that nothing removes it; let it go with: fli hold --release "
                            + snapshot.taking().volume() + "@" + snapshot.id().abbreviated());
        }
        List<Name> tags = contents.histories().of(snapshot.volumeset()).tagsOf(snapshot.id());
        if (!tags.isEmpty()) {
            throw new SnapshotHeldException(
                    shown + " has the tag " + tags.getFirst() + "; remove that first, with: fli tag rm "
                            + snapshot.taking().volume() + " " + tags.getFirst());
        }
    }

    @Override
    public List<BranchView> branches(VolumeName volume) throws RefusedException {
        Refs.Line line = refs.line(volume.value());
        Volumeset volumeset = line.history().volumeset();
        Map<Name, BranchView> branches = new TreeMap<>();
        line.history()
                .branches()
                .forEach(
                        (name, head) -> branches.put(name, branch(line.history(), name, Optional.of(head.id()), null)));
        for (VolumeRecord record : contents.catalogue().of(volumeset)) {
            if (contents.hasBranch(record)) {
                Name name = contents.branchName(record);
                branches.put(
                        name,
                        branch(
                                line.history(),
                                name,
                                contents.newest(record),
                                record.name().value()));
            }
        }
        return List.copyOf(branches.values());
    }

    private static BranchView branch(History history, Name name, Optional<RandomId> newest, @Nullable String volume) {
        List<Snapshot> kept = history.kept(newest).toList();
        return new BranchView(
                name.value(),
                kept.stream().findFirst().map(snapshot -> snapshot.id().hex()),
                Optional.ofNullable(volume),
                kept.size());
    }

    @Override
    public void renameBranch(VolumeName volume, String branch, String newName) throws RefusedException, IOException {
        Name wanted = Texts.newName("branch", newName);
        Volumeset volumeset = refs.line(volume.value()).history().volumeset();
        contents.locks().during(volumeset, () -> {
            RandomId id = branchId(volumeset, volume, branch);
            refuseTaken(contents, volumeset, "branch", wanted);
            contents.histories().renameBranch(volumeset, id, wanted);
            return wanted;
        });
    }

    @Override
    public int removeBranch(VolumeName volume, String branch) throws RefusedException, IOException {
        Volumeset volumeset = refs.line(volume.value()).history().volumeset();
        return contents.locks().during(volumeset, () -> {
            RandomId id = branchId(volumeset, volume, branch);
            for (VolumeRecord record : contents.catalogue().of(volumeset)) {
                if (record.branch().id().equals(id)) {
                    throw new VolumeConflictException("volume " + record.name() + " works on the branch " + branch
                            + "; remove the volume first, with: docker volume rm " + record.name());
                }
            }
            List<Snapshot> only = onlyOn(volumeset, id);
            for (Snapshot snapshot : only) {
                refuseIfNeeded(snapshot);
            }
            Instant when = now.get();
            for (Snapshot snapshot : only) {
                contents.histories().put(snapshot.removed(when));
            }
            return only.size();
        });
    }

    /** The snapshots that were taken on a branch and that nothing which stays has led over. */
    private List<Snapshot> onlyOn(Volumeset volumeset, RandomId branch) {
        History history = contents.histories().of(volumeset);
        Set<RandomId> needed = new HashSet<>();
        Stream<Optional<RandomId>> heads = Stream.concat(
                history.branches().values().stream()
                        .filter(head -> !head.taking().branch().id().equals(branch))
                        .map(head -> Optional.of(head.id())),
                contents.catalogue().of(volumeset).stream().map(contents::newest));
        heads.forEach(head -> history.ancestry(head).map(Snapshot::id).forEach(needed::add));
        return history.snapshots().stream()
                .filter(Snapshot::isKept)
                .filter(snapshot -> snapshot.taking().branch().id().equals(branch))
                .filter(snapshot -> !needed.contains(snapshot.id()))
                .toList();
    }

    private RandomId branchId(Volumeset volumeset, VolumeName volume, String branch) throws UnknownSnapshotException {
        for (VolumeRecord record : contents.catalogue().of(volumeset)) {
            if (contents.hasBranch(record)
                    && contents.branchName(record).value().equals(branch)) {
                return record.branch().id();
            }
        }
        return contents.histories().of(volumeset).branches().entrySet().stream()
                .filter(known -> known.getKey().value().equals(branch))
                .map(known -> known.getValue().taking().branch().id())
                .findFirst()
                .orElseThrow(() -> new UnknownSnapshotException("the volumeset of " + volume + " has no branch "
                        + Quoted.text(branch) + "; see: fli branch list " + volume));
    }

    @Override
    public List<TagView> tags(VolumeName volume) throws RefusedException {
        return refs.line(volume.value()).history().tags().entrySet().stream()
                .map(tag -> new TagView(tag.getKey().value(), tag.getValue().hex()))
                .toList();
    }

    @Override
    public SnapshotView tag(VolumeName volume, String tag, String ref, ZoneId zone, boolean move)
            throws RefusedException, IOException {
        Name name = Texts.newName("tag", tag);
        Volumeset volumeset = refs.line(volume.value()).history().volumeset();
        return contents.locks().during(volumeset, () -> {
            Snapshot snapshot = refs.resolve(ref, zone);
            if (!snapshot.volumeset().id().equals(volumeset.id())) {
                throw new InvalidTextException(ref + " is a snapshot of the volumeset "
                        + snapshot.volumeset().name() + ", and not of that of " + volume);
            }
            boolean isMoved = move && contents.histories().of(volumeset).tags().containsKey(name);
            if (!isMoved) {
                refuseTaken(contents, volumeset, "tag", name);
            }
            contents.histories().tag(volumeset, name, snapshot.id());
            return view(snapshot);
        });
    }

    @Override
    public void untag(VolumeName volume, String tag) throws RefusedException, IOException {
        Volumeset volumeset = refs.line(volume.value()).history().volumeset();
        contents.locks().during(volumeset, () -> {
            Name name = Name.parse(tag)
                    .filter(contents.histories().of(volumeset).tags()::containsKey)
                    .orElseThrow(() -> new UnknownSnapshotException("the volumeset of " + volume + " has no tag "
                            + Quoted.text(tag) + "; see: fli tag list " + volume));
            contents.histories().untag(volumeset, name);
            return name;
        });
    }

    @Override
    public List<TrashView> trash() throws IOException {
        return trash.list();
    }

    @Override
    public TrashView restore(String id, Optional<String> newName) throws RefusedException, IOException {
        return trash.restore(id, newName);
    }

    @Override
    public void destroy(String id) throws RefusedException, IOException {
        trash.destroy(id);
    }

    @Override
    public Emptied emptyTrash(Progress progress) throws IOException {
        return trash.empty(progress);
    }

    static void refuseTaken(Contents contents, Volumeset volumeset, String what, Name name) throws NameTakenException {
        if (contents.isTaken(volumeset, name)) {
            boolean byTag = contents.histories().of(volumeset).tags().containsKey(name);
            String move = byTag && what.equals("tag")
                    ? ", or move the tag, with: fli tag add VOLUME@REF " + name + " --move"
                    : "";
            throw new NameTakenException("the volumeset " + volumeset.name() + " has a " + (byTag ? "tag " : "branch ")
                    + name + " already; choose another name" + move);
        }
    }

    private Snapshot require(String id) throws UnknownSnapshotException {
        return Optional.of(id)
                .filter(RandomId::isValid)
                .flatMap(hex -> contents.histories().find(new RandomId(hex)))
                .orElseThrow(() -> new UnknownSnapshotException("there is no snapshot " + Quoted.text(id)));
    }

    private Snapshot requireKept(String id) throws UnknownSnapshotException {
        Snapshot snapshot = require(id);
        if (snapshot.isElsewhere()) {
            throw new UnknownSnapshotException("the snapshot " + snapshot.id().abbreviated()
                    + " is on a remote, and not on this host; bring it here with: fli pull "
                    + snapshot.taking().volume() + "@" + snapshot.id().abbreviated());
        }
        if (!snapshot.isKept()) {
            throw new UnknownSnapshotException("the snapshot " + snapshot.id().abbreviated()
                    + (snapshot.tree().isPresent()
                            ? " is in the trash; restore it with: fli trash restore "
                                    + snapshot.id().abbreviated()
                            : " was removed and destroyed"));
        }
        return snapshot;
    }

    /** The names of the branches that end at each snapshot. */
    private record Heads(Map<RandomId, List<String>> names) {}

    private Heads heads(History history) {
        Map<RandomId, List<String>> names = new HashMap<>();
        Map<Name, Optional<RandomId>> newest = new TreeMap<>();
        history.branches().forEach((name, head) -> newest.put(name, Optional.of(head.id())));
        newest.putAll(contents.working(history.volumeset()));
        newest.forEach((name, head) -> history.kept(head)
                .findFirst()
                .ifPresent(snapshot -> names.computeIfAbsent(snapshot.id(), id -> new ArrayList<>())
                        .add(name.value())));
        return new Heads(names);
    }

    private SnapshotView view(Snapshot snapshot) {
        return view(snapshot, heads(contents.histories().of(snapshot.volumeset())));
    }

    private SnapshotView view(Snapshot snapshot, Heads heads) {
        History history = contents.histories().of(snapshot.volumeset());
        Snapshot.Taking how = snapshot.taking();
        return new SnapshotView(
                snapshot.id().hex(),
                snapshot.volumeset().id().hex(),
                snapshot.volumeset().name().value(),
                snapshot.parent().map(RandomId::hex),
                history.known(snapshot.parent())
                        .findFirst()
                        .map(kept -> kept.id().hex()),
                snapshot.time(),
                how.author(),
                snapshot.remarks().message(),
                snapshot.remarks().labels(),
                history.tagsOf(snapshot.id()).stream().map(Name::value).toList(),
                heads.names().getOrDefault(snapshot.id(), List.of()),
                history.nameOf(how.branch()).value(),
                how.volume(),
                how.atomic(),
                how.paused(),
                Optional.of(how.torn())
                        .filter(torn -> torn.files() > 0)
                        .map(torn -> new SnapshotView.TornView(torn.files(), torn.first())),
                how.group()
                        .map(group -> new SnapshotView.GroupView(
                                group.id().hex(), group.index(), group.size(), group.gapNanos())),
                how.restoredFrom().map(RandomId::hex),
                snapshot.remarks().held(),
                snapshot.removedAt().isPresent(),
                snapshot.isElsewhere(),
                snapshot.sharing().remotes().stream()
                        .flatMap(remote -> remoteNames.apply(remote).stream())
                        .sorted()
                        .toList());
    }
}
