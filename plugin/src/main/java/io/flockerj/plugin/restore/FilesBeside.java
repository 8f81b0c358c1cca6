package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.FileContent;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.RawPath;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.tree.Attributes;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.tree.Item;
import io.flockerj.store.wire.Bytes;
import io.flockerj.store.work.WorkLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/**
 * Makes small files with one name while the thread that walks through the tree reads on: other threads make them, a few at a time. A directory gets
 * its attributes when all that is to be made in it is there, by whoever is the last. For one thread, which closes it before what it was given.
 */
final class FilesBeside implements AutoCloseable {
    private static final int OURS_ALONE = 0600;
    private static final int LONGEST = 64 << 10;

    /** Files that one thread makes, one behind the other: fewer would not be worth the handing over. */
    private static final int TOGETHER = 8;

    private static final int BYTES_TOGETHER = 256 << 10;
    private static final int MOST_UNDER_WAY = 8;

    private final Contents contents;
    private final MetadataSetting metadata;
    private final Tally tally;
    private final Progress progress;
    private final WorkLine<Long> line;
    private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
    private final Deque<Filling> fillings = new ArrayDeque<>();
    private final Set<Filling> open = ConcurrentHashMap.newKeySet();
    private List<Small> batch = new ArrayList<>();
    private int bytes;

    /** @param workers may refuse; then the thread that walks does it */
    FilesBeside(Contents contents, MetadataSetting metadata, Tally tally, Progress progress, Executor workers) {
        this.contents = contents;
        this.metadata = metadata;
        this.tally = tally;
        this.progress = progress;
        this.line = new WorkLine<>(workers, MOST_UNDER_WAY);
    }

    /** A file that is to be made. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Small(
            Filling directory,
            FileHandle handle,
            byte[] name,
            Entry entry,
            int hints,
            NavigableMap<Bytes, Bytes> attributes,
            Bytes content) {
        PathName path() {
            return new PathName(directory::path, name);
        }
    }

    /** What a directory gets when all is in it. */
    private record Ending(Entry entry, NavigableMap<Bytes, Bytes> attributes) {}

    /** A directory in which files are to be made. */
    private final class Filling {
        private final Optional<Filling> outer;
        private final byte[] name;
        /** As long as there are such. */
        private Optional<FileHandle> handle = Optional.empty();

        private int outstanding;
        private Optional<Ending> ending = Optional.empty();

        Filling(Optional<Filling> outer, byte[] name) {
            this.outer = outer;
            this.name = name;
        }

        /** From the target; made up only when it is asked for. */
        byte[] path() {
            return outer.isPresent() ? RawPath.joined(outer.get().path(), name) : name;
        }

        /** One more file is to be made; answers the directory's own handle. */
        synchronized FileHandle add(FileHandle directory) throws IOException {
            if (handle.isEmpty()) {
                handle = Optional.of(directory.openDirectoryBelow(new byte[0]));
                open.add(this);
            }
            outstanding++;
            return handle.get();
        }

        /** Whether it ends later, when the last of its files is there. */
        synchronized boolean endsLater(Entry directory) throws IOException {
            if (outstanding == 0) {
                return false;
            }
            ending = Optional.of(new Ending(
                    directory, metadata.attributes(directory.metadata().attributes())));
            return true;
        }

        /** One of its files is there. */
        synchronized void made() throws IOException {
            outstanding--;
            if (outstanding == 0) {
                try {
                    if (ending.isPresent()) {
                        end(ending.get());
                    }
                } finally {
                    closeHandle();
                }
            }
        }

        private void end(Ending what) throws IOException {
            PathName itself = new PathName(this::path, new byte[0]);
            try {
                metadata.set(handle.orElseThrow(), what.entry(), what.attributes(), itself);
            } catch (IOException e) {
                throw itself.named(e);
            }
            done();
        }

        synchronized void closeHandle() throws IOException {
            open.remove(this);
            if (handle.isPresent()) {
                FileHandle closed = handle.get();
                handle = Optional.empty();
                try {
                    closed.close();
                } catch (IOException e) {
                    throw new PathName(this::path, new byte[0]).named(e);
                }
            }
        }
    }

    /** The trail begins in the target, which has an empty name here, or has entered a directory of this name. */
    void enter(byte[] name) {
        fillings.addLast(new Filling(Optional.ofNullable(fillings.peekLast()), name));
    }

    /** The trail is about to leave a directory, behind all that is in it. Whether it gets its attributes later. */
    boolean leave(Entry directory) throws IOException {
        Filling filling = fillings.removeLast();
        if (directory.metadata().attributes() instanceof Attributes.Stored) {
            finish(); // Of such sets there is one in memory at a time.
            return false;
        }
        return filling.endsLater(directory);
    }

    /** Whether an entry in the directory in which the trail ends will be made; false if it is none for this. */
    boolean make(Trail trail, Entry entry) throws IOException {
        byte[] name = entry.name().bytes().toArray();
        Optional<Bytes> content = content(entry, trail.of(name));
        if (content.isEmpty()) {
            return false;
        }
        Filling filling = fillings.getLast();
        NavigableMap<Bytes, Bytes> attributes =
                metadata.attributes(entry.metadata().attributes());
        batch.add(new Small(
                filling,
                filling.add(trail.handle()),
                name,
                entry,
                EntryMaker.hints(entry.item()),
                attributes,
                content.get()));
        bytes += content.get().length();
        if (batch.size() == TOGETHER || bytes >= BYTES_TOGETHER) {
            begin();
        }
        return true;
    }

    private Optional<Bytes> content(Entry entry, PathName path) throws IOException {
        if (entry.metadata().links().isPresent() || entry.metadata().attributes() instanceof Attributes.Stored) {
            return Optional.empty();
        }
        return switch (entry.item()) {
            case Item.SmallFile small -> Optional.of(small.content());
            case Item.LargeFile large when large.size() <= LONGEST -> contents.oneChunk(large, path);
            default -> Optional.empty();
        };
    }

    /** Waits until all is made. */
    void finish() throws IOException {
        begin();
        for (Optional<Long> made = line.last(); made.isPresent(); made = line.last()) {
            contents.brought(made.get());
        }
    }

    private void begin() throws IOException {
        List<Small> some = batch;
        batch = new ArrayList<>();
        bytes = 0;
        if (!some.isEmpty()) {
            line.begin(() -> make(some));
            for (Optional<Long> made = line.next(); made.isPresent(); made = line.next()) {
                contents.brought(made.get());
            }
        }
    }

    /** Answers how many bytes of data they have; what stands in nodes is none, as in {@link Contents}. */
    private long make(List<Small> files) throws IOException {
        ByteBuffer idle = buffers.poll();
        ByteBuffer buffer = idle == null ? ByteBuffer.allocateDirect(LONGEST) : idle;
        try {
            for (Small file : files) {
                make(file, buffer);
            }
        } finally {
            buffers.add(buffer);
        }
        return files.stream()
                .mapToLong(file -> file.entry().item().totals().data())
                .sum();
    }

    private void make(Small small, ByteBuffer buffer) throws IOException {
        PathName path = small.path();
        try (FileHandle made = small.handle().createFileAt(small.name(), OURS_ALONE)) {
            metadata.setHints(made, small.hints(), path);
            FileContent.write(
                    made, 0, buffer.clear().put(small.content().toArray()).flip());
            metadata.set(made, small.entry(), small.attributes(), path);
        } catch (IOException e) {
            throw path.named(e);
        }
        tally.bytes(small.content().length());
        done();
        small.directory().made();
    }

    private void done() throws IOException {
        tally.entry();
        progress.add(0, 1);
    }

    @Override
    public void close() throws IOException {
        line.abandon();
        for (Filling filling : open) {
            filling.closeHandle();
        }
    }
}
