package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.Btrfs.NestedReference;
import io.flockerj.plugin.linux.BtrfsSend;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.ExtentOwners;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.linux.SubvolumeMetadata;
import io.flockerj.plugin.linux.SubvolumeMetadata.Extent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Finds the pieces of the disk that one snapshot alone refers to. They lie in files that differ from those of any other tree, so of one
 * near it the kernel is asked for these; what the same file of a near tree refers to as well is not the snapshot's own; of the rest the
 * kernel is asked who refers to it.
 */
final class OwnExtents {
    // So that the answer takes about a second at most.
    private static final int MOST_FILES = 200_000;
    private static final int MOST_EXTENTS = 300_000;
    private static final int MOST_ASKED = 20_000;

    private final FileHandle root;
    private final SubvolumeMetadata snapshot;
    private final Collection<SubvolumeMetadata> near;
    private final Set<Long> subvolumes = new HashSet<>();
    /** The addresses of those of which it is asked who refers to them. */
    private final Set<Long> known = new HashSet<>();

    private int files;
    private int extents;
    private long bytes;

    private OwnExtents(FileHandle root, Collection<SubvolumeMetadata> near) throws IOException {
        this.root = root;
        this.snapshot = new SubvolumeMetadata(root, Btrfs.subvolumeId(root));
        this.near = near;
    }

    /** It would take too long. */
    private static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /**
     * Counts them.
     *
     * @param snapshot the root directory of a read-only tree
     * @param near one of another that holds much of the same
     * @param others of further ones, not all of them read-only
     */
    static OptionalLong count(FileHandle snapshot, Optional<FileHandle> near, List<FileHandle> others)
            throws IOException {
        Collection<SubvolumeMetadata> all = new LinkedHashSet<>();
        if (near.isPresent()) {
            all.add(new SubvolumeMetadata(near.get(), Btrfs.subvolumeId(near.get())));
        }
        for (FileHandle other : others) {
            all.add(new SubvolumeMetadata(other, Btrfs.subvolumeId(other)));
        }
        try {
            return OptionalLong.of(new OwnExtents(snapshot, all).count(near.isPresent()));
        } catch (TooManyException e) {
            return OptionalLong.empty();
        }
    }

    private long count(boolean isNear) throws IOException {
        Deque<Long> nested = new ArrayDeque<>(nestedIn(snapshot.subvolume()));
        subvolumes.add(snapshot.subvolume());
        Deque<Long> open = new ArrayDeque<>(nested);
        while (!open.isEmpty()) {
            long subvolume = open.remove();
            subvolumes.add(subvolume);
            List<Long> below = nestedIn(subvolume);
            nested.addAll(below);
            open.addAll(below);
        }
        try (ExtentOwners owners = new ExtentOwners(root)) {
            for (long file : isNear ? differing(near.iterator().next()) : all(snapshot)) {
                count(owners, snapshot, file, nearExtents(file));
            }
            for (long subvolume : nested) {
                SubvolumeMetadata inner = new SubvolumeMetadata(root, subvolume);
                for (long file : all(inner)) {
                    count(owners, inner, file, new long[0]);
                }
            }
        }
        return bytes;
    }

    private List<Long> nestedIn(long subvolume) throws IOException {
        return Btrfs.nestedIn(root, subvolume).stream()
                .map(NestedReference::child)
                .toList();
    }

    private Set<Long> differing(SubvolumeMetadata other) throws IOException {
        TouchedFiles touched = new TouchedFiles(other);
        try {
            BtrfsSend.changes(
                    root,
                    other.subvolume(),
                    stream -> SendStream.read(stream, command -> {
                        touched.accept(command);
                        requireFew(touched.touched().size(), MOST_FILES);
                    }));
            return touched.touched().keySet();
        } catch (SendStream.MalformedException e) {
            return all(snapshot);
        } catch (LinuxException e) {
            // Not permitted: about to be removed. All else concerns only this way of comparing.
            if (e.is(Errno.EPERM)) {
                throw e;
            }
            return all(snapshot);
        }
    }

    private Set<Long> all(SubvolumeMetadata subvolume) throws IOException {
        Set<Long> numbers = new HashSet<>();
        SubvolumeScan.forEach(subvolume, number -> {
            numbers.add(number);
            files++;
            requireFew(files, MOST_FILES);
        });
        return numbers;
    }

    /** The addresses of what near trees have of a file of this number, sorted. */
    private long[] nearExtents(long file) throws IOException {
        LongStream.Builder addresses = LongStream.builder();
        for (SubvolumeMetadata other : near) {
            other.extents(file, extent -> {
                lookedAt();
                addresses.add(extent.address());
            });
        }
        return addresses.build().sorted().toArray();
    }

    private void lookedAt() {
        extents++;
        requireFew(extents, MOST_EXTENTS);
    }

    private void count(ExtentOwners owners, SubvolumeMetadata subvolume, long file, long[] others) throws IOException {
        List<Extent> candidates = new ArrayList<>();
        subvolume.extents(file, extent -> {
            lookedAt();
            if (Arrays.binarySearch(others, extent.address()) < 0 && known.add(extent.address())) {
                requireFew(known.size(), MOST_ASKED);
                candidates.add(extent);
            }
        });
        for (Extent extent : candidates) {
            if (owners.areAmong(subvolumes, extent.address())) {
                bytes += extent.length();
            }
        }
    }

    private static void requireFew(int count, int most) {
        if (count > most) {
            throw new TooManyException();
        }
    }
}
