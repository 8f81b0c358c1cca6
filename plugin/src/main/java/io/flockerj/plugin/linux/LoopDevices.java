package io.flockerj.plugin.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Block devices whose content is a file: drivers/block/loop.c. Two of them on one file destroy a file system, and a
 * path says nothing about which file a device has; so devices are recognised by the file's device and inode numbers.
 */
public final class LoopDevices {
    // include/uapi/linux/loop.h
    private static final long LOOP_GET_STATUS64 = 0x4C05;
    private static final long LOOP_SET_CAPACITY = 0x4C07;
    private static final long LOOP_CONFIGURE = 0x4C0A;
    private static final long LOOP_CTL_GET_FREE = 0x4C82;
    private static final int LO_FLAGS_AUTOCLEAR = 4;
    private static final int LO_FLAGS_DIRECT_IO = 16;
    // struct loop_info64
    private static final int INFO_SIZE = 232;
    private static final int INFO_DEVICE = 0;
    private static final int INFO_INODE = 8;
    private static final int INFO_FLAGS = 52;
    private static final int INFO_FILE_NAME = 56;
    private static final int LO_NAME_SIZE = 64;
    // struct loop_config
    private static final int CONFIG_SIZE = 304;
    private static final int CONFIG_BLOCK_SIZE = 4;
    private static final int CONFIG_INFO = 8;

    /** include/uapi/linux/fs.h */
    private static final long BLKROSET = 0x125D;

    // include/uapi/linux/major.h, include/linux/miscdevice.h
    private static final int LOOP_MAJOR = 7;
    private static final int MISC_MAJOR = 10;
    private static final int LOOP_CTRL_MINOR = 237;
    private static final int S_IFCHR = 0x2000;
    private static final int MODE = 0660;

    private static final int PREFERRED_BLOCK_SIZE = 4096;
    private static final int SMALLEST_BLOCK_SIZE = 512;
    /** Others may take the free device that the kernel names before it is configured; each time, somebody got one. */
    private static final int ATTEMPTS = 64;

    private final Path dev;
    private final Path sys;

    /**
     * @param dev where device nodes are: {@code /dev}
     * @param sys where sysfs is mounted: {@code /sys}
     */
    public LoopDevices(Path dev, Path sys) {
        this.dev = dev;
        this.sys = sys;
    }

    /**
     * The device that has exactly this file behind it, by device and inode number.
     *
     * @throws IOException when a device that is attached cannot be asked: it could be the one
     */
    public Optional<Path> find(Path backingFile) throws IOException {
        Statx file = Statx.of(backingFile);
        try (DirectoryStream<Path> blocks = Files.newDirectoryStream(sys.resolve("block"), "loop*")) {
            for (Path block : blocks) {
                if (Files.exists(block.resolve("loop/backing_file"))) {
                    Path device = node(number(block));
                    if (isBehind(file, device)) {
                        return Optional.of(device);
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The device that has this file behind it already, kept from detaching until the answer is closed; if there is none, a
     * new one as {@link #attach} makes it. The caller holds the lock that keeps others from attaching the file meanwhile.
     */
    public AttachedLoop attachOnce(Path file) throws IOException {
        Statx wanted = Statx.of(file);
        for (Optional<Path> present = find(file); present.isPresent(); present = find(file)) {
            FileHandle opened = FileHandle.openRead(present.get());
            if (isBehind(wanted, opened)) {
                return new AttachedLoop(present.get(), opened);
            }
            opened.close(); // detached meanwhile
        }
        return attach(file);
    }

    /**
     * Makes a block device of this file. It detaches when nobody has it open or mounted any more. It has blocks of 4096
     * bytes, or of 512 when the kernel refuses that for this file, and bypasses the page cache where the file's own file
     * system can. Without devtmpfs the device node is made. A file system whose blocks or sectors are smaller than the
     * device's cannot be mounted: make it on the device, not on the file.
     *
     * <p>Does not look whether the file is attached already: {@link #find} does, and the caller holds the lock that keeps
     * the answer true.
     */
    public AttachedLoop attach(Path file) throws IOException {
        try (FileHandle backing = FileHandle.openReadWrite(file)) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Path device = node(freeNumber());
                FileHandle opened = FileHandle.openReadWrite(device);
                if (configured(opened, backing, file)) {
                    return new AttachedLoop(device, opened);
                }
                opened.close();
            }
        }
        throw new LinuxException(
                "attach " + file + " to a loop device: others took the free one " + ATTEMPTS + " times", Errno.EBUSY);
    }

    /** After the file has grown or shrunk: makes the device as large as the file is now. */
    public void refreshCapacity(Path device) throws IOException {
        try (FileHandle opened = FileHandle.openRead(device)) {
            Ioctl.call(opened, LOOP_SET_CAPACITY, MemorySegment.NULL, "adapt the size of " + device + " to its file's");
        }
    }

    /** Whether the device bypasses the page cache of the file behind it. */
    public boolean directIo(Path device) throws IOException {
        try (FileHandle opened = FileHandle.openRead(device);
                Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_SIZE, Long.BYTES);
            Ioctl.call(opened, LOOP_GET_STATUS64, info, "ask the state of " + device);
            return (info.get(JAVA_INT, INFO_FLAGS) & LO_FLAGS_DIRECT_IO) != 0;
        }
    }

    /** True when done, false when another took the device first. */
    private static boolean configured(FileHandle device, FileHandle backing, Path file) throws IOException {
        int direct = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO;
        long result = configure(device, backing, file, PREFERRED_BLOCK_SIZE, direct);
        // Kernels differ in which of these they adapt silently and which they refuse.
        if (result == -Errno.EINVAL) {
            result = configure(device, backing, file, PREFERRED_BLOCK_SIZE, LO_FLAGS_AUTOCLEAR);
        }
        if (result == -Errno.EINVAL) {
            result = configure(device, backing, file, SMALLEST_BLOCK_SIZE, LO_FLAGS_AUTOCLEAR);
        }
        if (result == -Errno.EBUSY) {
            return false;
        }
        if (result < 0) {
            device.close();
        }
        LinuxException.check(result, () -> "attach " + file + " to " + device);
        makeWritable(device);
        return true;
    }

    /** That somebody set a device read-only once (BLKROSET, as blockdev(8) does) outlives the file that it had. */
    private static void makeWritable(FileHandle device) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment readOnly = arena.allocateFrom(JAVA_INT, 0);
            Ioctl.call(device, BLKROSET, readOnly, "make " + device + " writable");
        } catch (LinuxException e) {
            device.close();
            throw e;
        }
    }

    private static long configure(FileHandle device, FileHandle backing, Path file, int blockSize, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(CONFIG_SIZE, Long.BYTES);
            config.set(JAVA_INT, 0, backing.fd());
            config.set(JAVA_INT, CONFIG_BLOCK_SIZE, blockSize);
            config.set(JAVA_INT, CONFIG_INFO + INFO_FLAGS, flags);
            // What losetup shows; nothing depends on it, so it may be cut short.
            byte[] name = RawPath.bytes(file.toAbsolutePath());
            int shown = Math.min(name.length, LO_NAME_SIZE - 1);
            MemorySegment.copy(name, 0, config, ValueLayout.JAVA_BYTE, CONFIG_INFO + INFO_FILE_NAME, shown);
            return Libc.ioctl(device.fd(), LOOP_CONFIGURE, config);
        }
    }

    private static boolean isBehind(Statx file, Path device) throws IOException {
        try (FileHandle opened = FileHandle.openRead(device)) {
            return isBehind(file, opened);
        }
    }

    private static boolean isBehind(Statx file, FileHandle opened) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO_SIZE, Long.BYTES);
            long result = Libc.ioctl(opened.fd(), LOOP_GET_STATUS64, info);
            if (result == -Errno.ENXIO) {
                return false; // detached meanwhile
            }
            LinuxException.check(result, () -> "ask which file " + opened + " has");
            return info.get(JAVA_LONG, INFO_DEVICE) == file.device() && info.get(JAVA_LONG, INFO_INODE) == file.inode();
        }
    }

    private int freeNumber() throws IOException {
        Path control = dev.resolve("loop-control");
        ensureNode(control, S_IFCHR, Statx.encodeDevice(MISC_MAJOR, LOOP_CTRL_MINOR));
        try (FileHandle opened = FileHandle.openReadWrite(control)) {
            return (int)
                    Ioctl.call(opened, LOOP_CTL_GET_FREE, MemorySegment.NULL, "ask " + control + " for a free device");
        }
    }

    private static int number(Path block) {
        return Integer.parseInt(block.getFileName().toString().substring("loop".length()));
    }

    private Path node(int number) throws IOException {
        Path device = dev.resolve("loop" + number);
        ensureNode(device, Statx.S_IFBLK, deviceNumber(number));
        return device;
    }

    /** From sysfs, for with loop.max_part the minor number is not the device's; of a device just made it may lack. */
    private long deviceNumber(int number) throws IOException {
        Path file = sys.resolve("block/loop" + number + "/dev");
        if (!Files.exists(file)) {
            return Statx.encodeDevice(LOOP_MAJOR, number);
        }
        String[] parts = Files.readString(file).strip().split(":", -1);
        return Statx.encodeDevice(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    private static void ensureNode(Path node, int kind, long device) throws IOException {
        if (Files.exists(node)) {
            return;
        }
        long result = Libc.mknod(RawPath.bytes(node), kind | MODE, device);
        if (result != -Errno.EEXIST) {
            LinuxException.check(result, () -> "make the device node " + node);
        }
    }
}
