package io.flockerj.plugin.linux;

import java.io.IOException;
import java.util.function.Supplier;

/**
 * The kernel refused a call. The message says what was attempted and on what, then why: {@code mount /dev/loop0 on /x:
 * Invalid argument (EINVAL)}. What to do about it is for those to say who know what the call was for.
 */
public final class LinuxException extends IOException {
    private final int errno;

    /**
     * @param attempted what was attempted, on which thing, such as {@code mount /dev/loop0 on /x}
     * @param errno the error number, as in {@link Errno}
     */
    public LinuxException(String attempted, int errno) {
        super(attempted + ": " + Errno.text(errno) + " (" + Errno.name(errno) + ")");
        this.errno = errno;
    }

    /** The result of a call of {@link Libc}, when it is not an error. */
    static long check(long result, Supplier<String> attempted) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(attempted.get(), (int) -result);
        }
        return result;
    }

    /** The error number, as in {@link Errno}. */
    public int errno() {
        return errno;
    }

    /** The error number's symbol, such as {@code EINVAL}. */
    public String errnoName() {
        return Errno.name(errno);
    }

    /** Whether this is that error. */
    public boolean is(int errno) {
        return this.errno == errno;
    }
}
