package io.flockerj.plugin.capture;

import io.flockerj.plugin.linux.FileStatus;
import io.flockerj.plugin.progress.Progress;
import io.flockerj.store.ChunkWriter;
import io.flockerj.store.tree.EntryName;
import io.flockerj.store.tree.Limits;
import io.flockerj.store.tree.TreeRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What all parts of one capture have in common. For one thread, which closes it. */
final class CaptureRun implements AutoCloseable {
    /** The number of a subvolume's root directory, which no other directory of btrfs has: BTRFS_FIRST_FREE_OBJECTID. */
    private static final long SUBVOLUME_ROOT = 256;

    private final ChunkWriter chunks;
    private final Progress progress;
    private final BlockHashes blocks;
    private ContentCapture content;
    private InodeCapture inodes;
    private final List<String> remarks = new ArrayList<>();
    private long entries;
    private long readBefore;

    CaptureRun(ChunkWriter chunks, BlockHashes blocks, Progress progress) {
        this.chunks = chunks;
        this.progress = progress;
        this.blocks = blocks;
        content = new ContentCapture(chunks, blocks, progress);
        inodes = new InodeCapture(content);
    }

    ChunkWriter chunks() {
        return chunks;
    }

    Progress progress() {
        return progress;
    }

    ContentCapture content() {
        return content;
    }

    InodeCapture inodes() {
        return inodes;
    }

    /** After the reading of a file was given up half way. */
    void beginAnew() {
        readBefore += content.bytesRead();
        inodes.close();
        content = new ContentCapture(chunks, blocks, progress);
        inodes = new InodeCapture(content);
    }

    /** A name is looked at. */
    void look() throws IOException {
        entries++;
        progress.add(0, 1);
    }

    void remark(String remark) {
        if (remarks.size() < Captured.MOST_REMARKS) {
            remarks.add(remark);
        }
    }

    /** Some file systems, such as NTFS, have longer names than a tree can hold. */
    static void checkName(DirectoryChain chain, byte[] name) throws IOException {
        if (name.length > EntryName.LONGEST) {
            throw new IOException("cannot keep " + chain.display(name) + ": its name has " + name.length
                    + " bytes, and " + EntryName.LONGEST + " can be kept; give it a shorter one");
        }
    }

    /** Before a directory in the last one is entered. */
    static void checkDepth(DirectoryChain chain, byte[] name) throws IOException {
        if (chain.depth() >= Limits.DIRECTORY_LEVELS) {
            throw new IOException("cannot keep " + chain.display(name) + ": directories lie deeper in each other than "
                    + Limits.DIRECTORY_LEVELS + ", the most that can be kept; move it further up");
        }
    }

    /** Whether a directory is a subvolume of its own. On btrfs each has a device number of its own. */
    static boolean isSubvolume(FileStatus outer, FileStatus directory) {
        return directory.identity().inode() == SUBVOLUME_ROOT
                && directory.identity().device() != outer.identity().device();
    }

    Captured captured(TreeRef tree) {
        return new Captured(tree, entries, readBefore + content.bytesRead(), remarks);
    }

    @Override
    public void close() {
        inodes.close();
    }
}
