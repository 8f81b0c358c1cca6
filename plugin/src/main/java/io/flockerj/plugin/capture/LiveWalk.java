package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.FileKind;
import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.storage.Torn;
import io.flockerj.store.id.Id;
import io.flockerj.store.tree.DirectoryEditor;
import io.flockerj.store.tree.DirectoryWriter;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Item;
import io.flockerj.store.tree.Metadata;
import io.flockerj.store.tree.TreeRef;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a directory that others write to meanwhile: looks at every name, and reads what does not look as it did when it was
 * captured last. What is gone when it gets there is not in the tree; a file that changes while it is read is read again, a few times.
 */
final class LiveWalk implements AutoCloseable {
    private final CaptureRun run;
    private final DirectoryChain chain;
    private final FileStatus top;
    private final @Nullable Since since;
    private final CatalogueWriter catalogue;
    private final Apart apart;
    private final LiveReading reading;
    private final List<Level> levels = new ArrayList<>();
    private @Nullable LiveLinks links;

    /** Tells which files with several names are to be so many files. */
    interface Apart {
        boolean test(FileStatus status, Scan scan);
    }

    /** What was captured before: what was seen then, and the tree that came of it. */
    record Since(CatalogueReader seen, OlderTree older) {}

    /**
     * A directory on the way down.
     *
     * @param itself empty if it is as it was, apart from what is in it
     * @param edits what is not as it was in it; of a directory that is not in the older tree, everything
     */
    private record Level(
            boolean isKnown,
            Optional<InodeCapture.Directory> itself,
            FileStatus status,
            Iterator<byte[]> names,
            NavigableMap<EntryName, Optional<Entry>> edits,
            DirectoryWriter writer) {
        void put(Entry entry) throws IOException {
            if (isKnown) {
                edits.put(entry.name(), Optional.of(entry));
            } else {
                writer.add(entry);
            }
        }

        void gone(byte[] name) {
            edits.put(InodeCapture.entryName(name), Optional.empty());
        }
    }

    /**
     * Before the walk.
     *
     * @param chain at the directory; closed with this
     * @param since nothing if all is to be read
     */
    LiveWalk(
            CaptureRun run,
            DirectoryChain chain,
            FileStatus top,
            @Nullable Since since,
            CatalogueWriter catalogue,
            Apart apart) {
        this.run = run;
        this.chain = chain;
        this.top = top;
        this.since = since;
        this.catalogue = catalogue;
        this.apart = apart;
        this.reading = new LiveReading(run, chain);
    }

    /** The files that were never found at rest. */
    Torn torn() {
        return reading.torn();
    }

    /** Files with several names, which no tree can hold as they were met: the walk has to be made again, with these apart. */
    Set<LiveLinks.Inode> incomplete() {
        return links == null ? Set.of() : links.incomplete();
    }

    /** The tree. */
    TreeRef run() throws IOException {
        enter(
                null,
                new byte[0],
                chain.handle(),
                top,
                Optional.ofNullable(since).map(each -> each.seen().root()));
        while (true) {
            Level level = levels.getLast();
            if (level.names().hasNext()) {
                visit(level, level.names().next());
            } else {
                Optional<Entry> entry = leave();
                if (levels.isEmpty()) {
                    return finished(entry);
                }
                if (entry.isPresent()) {
                    levels.getLast().put(entry.get());
                }
            }
        }
    }

    private TreeRef finished(Optional<Entry> root) throws IOException {
        TreeRef tree = root.isPresent()
                ? DirectoryWriter.writeRoot(run.chunks(), root.get().metadata(), (Item.Directory)
                        root.get().item())
                : since().seen().tree();
        catalogue.finish(tree);
        return tree;
    }

    private Since since() {
        if (since == null) {
            throw new IllegalStateException("nothing is known of before");
        }
        return since;
    }

    private void visit(Level level, byte[] name) throws IOException {
        run.look();
        CaptureRun.checkName(chain, name);
        Optional<CatalogueReader.Name> before =
                level.isKnown() ? since().seen().find(name, level::gone) : Optional.empty();
        Optional<FileStatus> status = reading.look(name);
        boolean isDirectory = status.isPresent() && status.get().kind() == FileKind.DIRECTORY;
        boolean wasDirectory = before.isPresent() && before.get().isDirectory();
        boolean isThere = isDirectory
                ? enter(level, name, before)
                : status.isPresent() && other(level, name, status.get(), before);
        if (wasDirectory && !(isDirectory && isThere)) {
            since().seen().pass();
        }
        if (before.isPresent() && !isThere) {
            level.gone(name);
        }
    }

    /** Answers false if it is not there any more. */
    private boolean enter(Level outer, byte[] name, Optional<CatalogueReader.Name> before) throws IOException {
        CaptureRun.checkDepth(chain, name);
        FileHandle handle;
        try {
            handle = chain.enter(name);
        } catch (LinuxException e) {
            if (LiveLinks.isVanished(e)) {
                return false;
            }
            throw e;
        }
        Optional<CatalogueReader.Name> same = before.filter(CatalogueReader.Name::isDirectory);
        if (same.isPresent()) {
            since().seen().enter();
        }
        // It may be another than was looked at.
        enter(outer, name, handle, FileStatus.of(handle), same);
        return true;
    }

    private void enter(
            @Nullable Level outer,
            byte[] name,
            FileHandle handle,
            FileStatus status,
            Optional<CatalogueReader.Name> before)
            throws IOException {
        Seen now = Seen.of(status, Optional.empty());
        catalogue.name(name, now, true);
        boolean isUnchanged = before.filter(was -> was.isUnchanged(now)).isPresent();
        boolean isSubvolume = outer != null && CaptureRun.isSubvolume(outer.status(), status);
        Optional<InodeCapture.Directory> itself =
                isUnchanged ? Optional.empty() : Optional.of(run.inodes().directory(handle, status, isSubvolume));
        boolean isMounted = status.mount() != top.mount();
        if (isMounted) {
            run.remark("Something is mounted at " + chain.display(new byte[0])
                    + ", which is not part of the tree: it is" + " an empty directory there.");
        }
        List<byte[]> names =
                isMounted ? List.of() : outer == null ? LiveLinks.namesOfRoot(handle) : LiveLinks.names(handle);
        levels.add(new Level(
                before.isPresent(),
                itself,
                status,
                names.iterator(),
                new TreeMap<>(),
                new DirectoryWriter(run.chunks())));
    }

    /** Out of the last directory; nothing if it is as it was, with all that is in it. */
    private Optional<Entry> leave() throws IOException {
        Level level = levels.removeLast();
        if (level.isKnown()) {
            since().seen().leave(level::gone);
        }
        catalogue.end();
        Optional<Entry> entry = entry(level);
        if (!levels.isEmpty()) {
            chain.leave();
        }
        return entry;
    }

    private Optional<Entry> entry(Level level) throws IOException {
        EntryName name = levels.isEmpty() ? EntryName.ROOT : InodeCapture.entryName(chain.name());
        if (!level.isKnown()) {
            InodeCapture.Directory itself = level.itself().orElseThrow();
            Item.Directory item = new Item.Directory(level.writer().finish(), itself.hints());
            return Optional.of(new Entry(name, itself.metadata(), item));
        }
        if (level.edits().isEmpty() && level.itself().isEmpty()) {
            return Optional.empty();
        }
        Entry before = older(chain.path(new byte[0]));
        if (!(before.item() instanceof Item.Directory was)) {
            throw new BrokenException(chain.display(new byte[0]), "it was no directory");
        }
        TreeRef root = new DirectoryEditor(since().older().nodes(), run.chunks()).edit(was.root(), level.edits());
        Metadata metadata = level.itself().map(InodeCapture.Directory::metadata).orElse(before.metadata());
        int hints = level.itself().map(InodeCapture.Directory::hints).orElse(was.hints());
        return Optional.of(new Entry(name, metadata, new Item.Directory(root, hints)));
    }

    private Entry older(byte[] path) throws IOException {
        return since().older()
                .find(path)
                .orElseThrow(() ->
                        new BrokenException("the tree that was captured last", "it does not have what was seen then"));
    }

    /** What is no directory. Answers false if it is not there any more. */
    private boolean other(Level level, byte[] name, FileStatus status, Optional<CatalogueReader.Name> before)
            throws IOException {
        if (status.mount() == top.mount()) {
            return file(level, name, status, before);
        }
        run.remark("Something is mounted at " + chain.display(name) + ", which is not part of the tree: it is an"
                + " empty file there.");
        level.put(InodeCapture.empty(name, status));
        catalogue.name(name, Seen.of(status, Optional.empty()), false);
        return true;
    }

    private boolean file(Level level, byte[] name, FileStatus found, Optional<CatalogueReader.Name> before)
            throws IOException {
        byte[] path = chain.path(name);
        FileStatus status = found;
        for (int time = 1; ; time++) {
            LiveLinks.Group group = group(status).orElse(null);
            if (group != null && group.first().isPresent()) {
                further(level, name, before, group, group.first().get());
                return true;
            }
            Optional<Id> id = group == null ? Optional.empty() : Optional.of(LiveLinks.id(path));
            Seen seen = Seen.of(status, id);
            if (before.isPresent() && before.get().isUnchanged(seen)) {
                written(group, new LiveLinks.Group.First(path, seen, true, Optional.empty()));
                catalogue.name(name, seen, true);
                return true;
            }
            switch (reading.read(name, status, id, time)) {
                case LiveReading.Outcome.Done(Entry entry, boolean isWhole) -> {
                    written(group, new LiveLinks.Group.First(path, seen, isWhole, Optional.of(entry)));
                    level.put(entry);
                    catalogue.name(name, seen, isWhole);
                    if (status.links() > 1 && apart.test(status, catalogue.scan())) {
                        reading.torn(name, "is a file of its own in the snapshot: other names of it came and went.");
                    }
                    return true;
                }
                case LiveReading.Outcome.Changed(FileStatus now) -> status = now;
                case LiveReading.Outcome.Gone gone -> {
                    return false;
                }
            }
        }
    }

    private static void written(LiveLinks.@Nullable Group group, LiveLinks.Group.First name) {
        if (group != null) {
            group.written(name);
        }
    }

    /** The file that a name is one of several of; empty if it is the only one. */
    private Optional<LiveLinks.Group> group(FileStatus status) throws IOException {
        if (status.links() == 1) {
            return Optional.empty();
        }
        return links().find(status)
                .filter(group -> group.first()
                        .filter(first -> !first.isAlso(status, catalogue.scan()))
                        .isEmpty());
    }

    /** One more name of a file: what it stands for was looked at under the first of them only, for all are to agree. */
    private void further(
            Level level,
            byte[] name,
            Optional<CatalogueReader.Name> before,
            LiveLinks.Group group,
            LiveLinks.Group.First first)
            throws IOException {
        group.written(first);
        boolean isKept =
                first.entry().isEmpty() && before.isPresent() && before.get().isUnchanged(first.seen());
        if (!isKept) {
            Entry entry = first.entry().isPresent() ? first.entry().get() : older(first.path());
            level.put(new Entry(InodeCapture.entryName(name), entry.metadata(), entry.item()));
        }
        catalogue.name(name, first.seen(), first.isTrusted());
    }

    private LiveLinks links() throws IOException {
        LiveLinks counted = links;
        if (counted == null) {
            counted = LiveLinks.count(chain.top(), status -> apart.test(status, catalogue.scan()), run.progress());
            links = counted;
        }
        return counted;
    }

    @Override
    public void close() throws IOException {
        chain.close();
    }
}
