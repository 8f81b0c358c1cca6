package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.store.work.Task;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has small files read and hashed by other threads before a walk comes to them. What cannot be read here, or is no such file, is left to the walk,
 * which tells of it. For one thread, which closes it when nothing is being read any more.
 */
final class FilesAhead implements AutoCloseable {
    /** Names that one thread looks at, one behind the other: fewer would not be worth the handing over. */
    private static final int TOGETHER = 4;

    private static final int MOST_UNDER_WAY = 8;

    /** Bytes that are in memory and were not come to, those of directories further up included. */
    private static final long MOST_HELD = 8L << 20;

    private static final long BESIDE_CONTENT = 512;

    private final Executor workers;
    private final AtomicLong held = new AtomicLong();
    private final Queue<SmallFileReader> idle = new ConcurrentLinkedQueue<>();
    private final Queue<SmallFileReader> all = new ConcurrentLinkedQueue<>();

    /** @param workers may refuse; then the thread that walks does it */
    FilesAhead(Executor workers) {
        this.workers = workers;
    }

    /** The names of a directory, in the order in which they will be come to. */
    Directory in(List<byte[]> names) {
        return new Directory(names);
    }

    private List<Optional<SmallFile>> read(FileHandle directory, List<byte[]> names) {
        SmallFileReader reader = idle.poll();
        if (reader == null) {
            reader = new SmallFileReader();
            all.add(reader);
        }
        List<Optional<SmallFile>> files = new ArrayList<>(names.size());
        try {
            for (byte[] name : names) {
                Optional<SmallFile> file = held.get() < MOST_HELD ? read(reader, directory, name) : Optional.empty();
                file.ifPresent(each -> held.addAndGet(bytes(each)));
                files.add(file);
            }
        } finally {
            idle.add(reader);
        }
        return files;
    }

    /** What one takes in memory, about. */
    private static long bytes(SmallFile file) {
        return file.content().length + file.attributes().length() + BESIDE_CONTENT;
    }

    private static Optional<SmallFile> read(SmallFileReader reader, FileHandle directory, byte[] name) {
        try {
            return reader.read(directory, name);
        } catch (IOException e) {
            return Optional.empty(); // The walk meets it again.
        }
    }

    /** A directory that a walk goes through. */
    final class Directory {
        private final List<byte[]> names;
        private final Deque<Batch> underWay = new ArrayDeque<>();
        private final Deque<Optional<SmallFile>> read = new ArrayDeque<>();
        private int begun;
        private volatile boolean isAbandoned;

        private Directory(List<byte[]> names) {
            this.names = names;
        }

        private record Batch(int size, Task<List<Optional<SmallFile>>> files) {
            /** Waits for them. */
            List<Optional<SmallFile>> end() {
                return files.end().orElseGet(() -> Collections.nCopies(size, Optional.empty()));
            }
        }

        /**
         * What was read of the next name.
         *
         * @param handle of the directory, which stays open until {@link #settle} or the last name
         */
        Optional<SmallFile> next(FileHandle handle) {
            // Of one that waits for another, nothing is gained.
            if (names.size() <= TOGETHER) {
                return Optional.empty();
            }
            begin(handle);
            if (read.isEmpty()) {
                read.addAll(underWay.removeFirst().end());
                begin(handle);
            }
            Optional<SmallFile> next = read.removeFirst();
            next.ifPresent(file -> held.addAndGet(-bytes(file)));
            return next;
        }

        private void begin(FileHandle handle) {
            while (begun < names.size() && underWay.size() + read.size() / TOGETHER < MOST_UNDER_WAY) {
                List<byte[]> some = names.subList(begun, Math.min(names.size(), begun + TOGETHER));
                begun += some.size();
                underWay.add(new Batch(some.size(), Task.begin(workers, () -> read(handle, some))));
            }
        }

        private List<Optional<SmallFile>> read(FileHandle handle, List<byte[]> some) {
            return isAbandoned
                    ? Collections.nCopies(some.size(), Optional.empty())
                    : FilesAhead.this.read(handle, some);
        }

        /** Waits until nothing uses the directory's handle any more. */
        void settle() {
            while (!underWay.isEmpty()) {
                read.addAll(underWay.removeFirst().end());
            }
        }

        /** As {@link #settle}; nobody asks for what is next any more, and what has not begun is not read. */
        void abandon() {
            isAbandoned = true;
            settle();
        }
    }

    @Override
    public void close() {
        all.forEach(SmallFileReader::close);
    }
}
