package io.flockerj.integration.fault;

import java.util.Arrays;
import java.util.Optional;

/**
 * The system calls that change what outlives a process: files, file systems, mounts, loop devices.
 *
 * <p>Numbers are those of arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (arm64); a call that
 * an architecture has not is -1.
 */
enum StateCall {
    WRITE(1, 64, Operand.DESCRIPTOR),
    PWRITE64(18, 68, Operand.DESCRIPTOR),
    WRITEV(20, 66, Operand.DESCRIPTOR),
    PWRITEV(296, 70, Operand.DESCRIPTOR),
    PWRITEV2(328, 287, Operand.DESCRIPTOR),
    COPY_FILE_RANGE(326, 285, Operand.SECOND_DESCRIPTOR),
    SENDFILE(40, 71, Operand.DESCRIPTOR),
    FSYNC(74, 82, Operand.DESCRIPTOR),
    FDATASYNC(75, 83, Operand.DESCRIPTOR),
    SYNC(162, 81, Operand.NONE),
    SYNCFS(306, 267, Operand.DESCRIPTOR),
    SYNC_FILE_RANGE(277, 84, Operand.DESCRIPTOR),
    TRUNCATE(76, 45, Operand.PATH),
    FTRUNCATE(77, 46, Operand.DESCRIPTOR),
    FALLOCATE(285, 47, Operand.DESCRIPTOR),
    RENAME(82, -1, Operand.PATH),
    RENAMEAT(264, 38, Operand.PATH_AT),
    RENAMEAT2(316, 276, Operand.PATH_AT),
    MKDIR(83, -1, Operand.PATH),
    MKDIRAT(258, 34, Operand.PATH_AT),
    RMDIR(84, -1, Operand.PATH),
    CREAT(85, -1, Operand.PATH),
    OPEN(2, -1, Operand.PATH),
    OPENAT(257, 56, Operand.PATH_AT),
    OPENAT2(437, 437, Operand.PATH_AT),
    LINK(86, -1, Operand.PATH),
    LINKAT(265, 37, Operand.PATH_AT),
    UNLINK(87, -1, Operand.PATH),
    UNLINKAT(263, 35, Operand.PATH_AT),
    SYMLINK(88, -1, Operand.SECOND_PATH),
    SYMLINKAT(266, 36, Operand.NONE),
    MKNOD(133, -1, Operand.PATH),
    MKNODAT(259, 33, Operand.PATH_AT),
    CHMOD(90, -1, Operand.PATH),
    FCHMOD(91, 52, Operand.DESCRIPTOR),
    FCHMODAT(268, 53, Operand.PATH_AT),
    FCHMODAT2(452, 452, Operand.PATH_AT),
    CHOWN(92, -1, Operand.PATH),
    FCHOWN(93, 55, Operand.DESCRIPTOR),
    LCHOWN(94, -1, Operand.PATH),
    FCHOWNAT(260, 54, Operand.PATH_AT),
    UTIMENSAT(280, 88, Operand.PATH_AT),
    SETXATTR(188, 5, Operand.PATH),
    LSETXATTR(189, 6, Operand.PATH),
    FSETXATTR(190, 7, Operand.DESCRIPTOR),
    REMOVEXATTR(197, 14, Operand.PATH),
    LREMOVEXATTR(198, 15, Operand.PATH),
    FREMOVEXATTR(199, 16, Operand.DESCRIPTOR),
    MOUNT(165, 40, Operand.SECOND_PATH),
    UMOUNT2(166, 39, Operand.PATH),
    MOVE_MOUNT(429, 429, Operand.NONE),
    OPEN_TREE(428, 428, Operand.PATH_AT),
    FSCONFIG(431, 431, Operand.NONE),
    FSMOUNT(432, 432, Operand.NONE),
    MOUNT_SETATTR(442, 442, Operand.PATH_AT),
    IOCTL(16, 29, Operand.DESCRIPTOR),
    EXECVE(59, 221, Operand.PATH);

    /** Where a call says what it works on. */
    enum Operand {
        NONE,
        DESCRIPTOR,
        SECOND_DESCRIPTOR,
        PATH,
        SECOND_PATH,
        PATH_AT
    }

    private final int number;
    private final Operand operand;

    StateCall(int x86, int arm, Operand operand) {
        this.number = System.getProperty("os.arch").equals("aarch64") ? arm : x86;
        this.operand = operand;
    }

    /** Its number on this machine, -1 where it has none. */
    int number() {
        return number;
    }

    Operand operand() {
        return operand;
    }

    /** The argument with the flags of a call that changes something only when it creates or truncates; else -1. */
    int openFlags() {
        return switch (this) {
            case OPEN -> 1;
            case OPENAT -> 2;
            default -> -1;
        };
    }

    static Optional<StateCall> numbered(int number) {
        return Arrays.stream(values()).filter(call -> call.number == number).findFirst();
    }
}
