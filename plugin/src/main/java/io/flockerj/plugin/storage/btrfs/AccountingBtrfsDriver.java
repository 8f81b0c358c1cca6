package io.flockerj.plugin.storage.btrfs;

import io.flockerj.plugin.linux.Btrfs;
import io.flockerj.plugin.linux.Errno;
import io.flockerj.plugin.linux.FileHandle;
import io.flockerj.plugin.linux.LinuxException;
import io.flockerj.plugin.storage.ByteSize;
import io.flockerj.plugin.storage.SizeLimited;
import io.flockerj.plugin.storage.SpaceAccount;
import io.flockerj.plugin.storage.TreeAttribute;
import io.flockerj.plugin.storage.TreeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * btrfs with simple quotas: each account is a quota group of level 1, which holds the group of every subvolume that belongs to
 * it; a subvolume made inside a member becomes a member too, so nothing escapes a limit.
 */
public final class AccountingBtrfsDriver extends BtrfsDriver implements SizeLimited {
    private static final int ACCOUNT_LEVEL = 1;

    /** Keeps the trees in {@code directory}, on a btrfs whose simple quotas are on. */
    public AccountingBtrfsDriver(Path directory) {
        super(directory);
    }

    @Override
    public Set<TreeAttribute> attributes() {
        return EnumSet.allOf(TreeAttribute.class);
    }

    @Override
    public OptionalLong usedBytes(TreeId tree, SpaceAccount account) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(directory())) {
            Optional<Btrfs.GroupUsage> usage = Btrfs.groupUsage(handle, group(account));
            return usage.isPresent() ? OptionalLong.of(usage.get().referenced()) : OptionalLong.empty();
        }
    }

    @Override
    public void limit(SpaceAccount account, Optional<ByteSize> limit) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(directory())) {
            Btrfs.limitGroup(handle, group(account), bytes(limit));
        }
    }

    @Override
    public Optional<ByteSize> limitOf(SpaceAccount account) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(directory())) {
            OptionalLong limit = Btrfs.groupUsage(handle, group(account))
                    .map(Btrfs.GroupUsage::maxReferenced)
                    .orElse(OptionalLong.empty());
            return limit.isPresent() ? Optional.of(new ByteSize(limit.getAsLong())) : Optional.empty();
        }
    }

    @Override
    public boolean repair(TreeId tree, SpaceAccount account, Optional<ByteSize> limit) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(directory())) {
            Optional<Btrfs.GroupUsage> limited = Btrfs.groupUsage(handle, group(account))
                    .filter(usage -> usage.maxReferenced().equals(bytes(limit)));
            // A limit is set last, and what counts something has a member; else the group may still lack the tree.
            if (limited.isPresent() && (limit.isPresent() || limited.get().referenced() > 0)) {
                return false;
            }
            try (FileHandle root = FileHandle.openDirectory(path(tree))) {
                if (limited.isPresent() && isMember(handle, root, account)) {
                    return false;
                }
                charge(handle, root, account, limit);
                return true;
            }
        }
    }

    private static boolean isMember(FileHandle handle, FileHandle root, SpaceAccount account) throws IOException {
        return Btrfs.members(handle, group(account)).contains(Btrfs.groupId(0, Btrfs.subvolumeId(root)));
    }

    @Override
    public boolean release(SpaceAccount account) throws IOException {
        try (FileHandle handle = FileHandle.openDirectory(directory())) {
            // Groups of subvolumes that are gone stay behind if something that they wrote outlived them (see Btrfs).
            boolean empty = true;
            for (long member : Btrfs.members(handle, group(account))) {
                empty &= isRemoved(handle, member);
            }
            return empty && isRemoved(handle, group(account));
        }
    }

    private static boolean isRemoved(FileHandle handle, long group) throws IOException {
        try {
            Btrfs.removeGroup(handle, group);
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.EBUSY)) {
                return false;
            }
            if (e.is(Errno.ENOENT)) {
                return true;
            }
            throw e;
        }
    }

    /** Before the tree is there, so that one step makes and charges it. */
    @Override
    protected OptionalLong prepare(FileHandle parent, SpaceAccount account, Optional<ByteSize> limit)
            throws IOException {
        long group = group(account);
        ifNotDone(() -> Btrfs.createGroup(parent, group));
        Btrfs.limitGroup(parent, group, bytes(limit));
        return OptionalLong.of(group);
    }

    @Override
    protected void charge(FileHandle parent, TreeId tree, SpaceAccount account, Optional<ByteSize> limit)
            throws IOException {
        try (FileHandle root = FileHandle.openDirectory(path(tree))) {
            charge(parent, root, account, limit);
        }
    }

    /** The limit comes last, so that what an interruption left half done shows. */
    private static void charge(FileHandle parent, FileHandle root, SpaceAccount account, Optional<ByteSize> limit)
            throws IOException {
        long group = group(account);
        ifNotDone(() -> Btrfs.createGroup(parent, group));
        long id = Btrfs.subvolumeId(root);
        ifNotDone(() -> Btrfs.assign(parent, Btrfs.groupId(0, id), group));
        for (Btrfs.NestedSubvolume nested : Btrfs.nestedBelow(parent, id)) {
            ifNotDone(() -> Btrfs.assign(parent, Btrfs.groupId(0, nested.id()), group));
        }
        Btrfs.limitGroup(parent, group, bytes(limit));
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void ifNotDone(Step step) throws IOException {
        try {
            step.run();
        } catch (LinuxException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
    }

    private static OptionalLong bytes(Optional<ByteSize> limit) {
        return limit.isPresent() ? OptionalLong.of(limit.get().bytes()) : OptionalLong.empty();
    }

    private static long group(SpaceAccount account) {
        return Btrfs.groupId(ACCOUNT_LEVEL, account.number());
    }
}
