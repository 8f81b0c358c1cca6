package io.flockerj.plugin.restore;

import io.flockerj.plugin.linux.RawPath;
import io.flockerj.store.id.Hash;
import io.flockerj.store.id.Id;
import io.flockerj.store.id.Sha256;
import io.flockerj.store.tree.Entry;
import io.flockerj.store.wire.BrokenException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files with several names that were met, each by its first name, and what all its names have to agree in (format.md section 7.1). */
final class LinkGroups {
    private static final byte[] PREFIX = "flkjLINK".getBytes(StandardCharsets.US_ASCII);

    /** Who captures a tree refuses what comes near this. */
    private static final long MOST_BYTES = 72L << 20;

    /** What a file takes here besides its path. */
    private static final int ONE = 150;

    private final Others others;
    private final long mostBytes;
    private long bytes;
    private final Map<Id, Group> groups = new HashMap<>();
    private final Sha256 sha256 = new Sha256();

    /** Where groups are found of which no name was met. */
    interface Others {
        /** There are none: all names are met. */
        Others NONE = group -> Optional.empty();

        Optional<Group> find(Id group) throws IOException;
    }

    LinkGroups(Others others) {
        this(others, MOST_BYTES);
    }

    /** @param mostBytes in the first names of all, and what is held with them */
    LinkGroups(Others others, long mostBytes) {
        this.others = others;
        this.mostBytes = mostBytes;
    }

    /** A file with several names. */
    static final class Group {
        private final byte[] path;
        private final Hash fingerprint;
        private boolean complete;

        Group(byte[] path, Hash fingerprint) {
            this.path = path;
            this.fingerprint = fingerprint;
        }

        /** Of its first name, from the target. */
        byte[] path() {
            return path;
        }
    }

    /** Whether a path is the first of a group, by which it is named. */
    boolean isFirst(Id group, byte[] path) {
        sha256.add(PREFIX, 0, PREFIX.length);
        sha256.add(path, 0, path.length);
        byte[] hash = sha256.finish().bytes();
        return Id.at(hash, 0).equals(group);
    }

    /** The first name of a group. */
    void add(Id group, byte[] path, Entry entry) throws RestoreException {
        hold(group, new Group(path, entry.fingerprint()));
    }

    private void hold(Id id, Group group) throws RestoreException {
        if (groups.put(id, group) == null) {
            bytes += ONE + group.path.length;
        }
        if (bytes > mostBytes) {
            throw new RestoreException(
                    "/" + RawPath.display(group.path),
                    "the tree has more files with several names (hard links) than can be held in memory");
        }
    }

    /** A group; empty if it was not met. */
    Optional<Group> find(Id group) {
        return Optional.ofNullable(groups.get(group));
    }

    /** The group of a further name, which has to agree with the first. */
    Group join(Id group, Entry entry) throws IOException {
        Group known = groups.get(group);
        if (known == null) {
            known = others.find(group)
                    .orElseThrow(
                            () -> new BrokenException("its link group", "no name before it is the first of the group"));
            hold(group, known);
        }
        if (!known.fingerprint.equals(entry.fingerprint())) {
            throw new BrokenException("its link group", "names of one file differ in more than the name");
        }
        known.complete = true;
        return known;
    }

    /** Refuses what has one name only. */
    void checkComplete() throws RestoreException {
        for (Group group : groups.values()) {
            if (!group.complete) {
                throw new RestoreException(
                        "/" + RawPath.display(group.path),
                        "the tree is broken: it should have several names, and has one");
            }
        }
    }

    /** The path of the directory that a path lies in. */
    static byte[] directory(byte[] path) {
        int slash = lastSlash(path);
        return Arrays.copyOf(path, Math.max(0, slash));
    }

    /** The last name of a path. */
    static byte[] name(byte[] path) {
        return Arrays.copyOfRange(path, lastSlash(path) + 1, path.length);
    }

    private static int lastSlash(byte[] path) {
        int at = path.length - 1;
        while (at >= 0 && path[at] != '/') {
            at--;
        }
        return at;
    }
}
