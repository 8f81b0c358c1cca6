package io.flockerj.integration.fault;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a {@link Gated} process's state-changing calls wait, one after the other, for a {@link Keeper} to decide on them.
 *
 * <p>Calls of all threads, and of the processes that it started, come in the order in which the kernel holds them; while
 * the keeper thinks about one, no other gets by.
 */
final class CallGate implements Closeable {
    /**
     * A call about to be made.
     *
     * @param thread the thread that makes it
     * @param ofChild whether that belongs not to the process itself, but to one that it started
     * @param call which
     * @param request of an ioctl, which; else 0
     * @param on the path or the open file that it is made on; of a rename, the old name
     */
    record Call(int thread, boolean ofChild, StateCall call, long request, String on) {
        @Override
        public String toString() {
            return call.name().toLowerCase(Locale.ROOT)
                    + (call == StateCall.IOCTL ? " 0x" + Long.toHexString(request) : "")
                    + " on " + on;
        }
    }

    /** What becomes of a call. */
    sealed interface Verdict {
        /** It is made. */
        record Pass() implements Verdict {}

        /** It never returns: the process dies before it is made. */
        record Kill() implements Verdict {}

        /** It is not made, and fails with this error number. */
        record Fail(int errno) implements Verdict {}

        /** It is not made, and answers 0 as if it were. */
        record Pretend() implements Verdict {}
    }

    /** Decides on each call; asked by one thread. */
    interface Keeper {
        Verdict decide(Call call);
    }

    static final Verdict PASS = new Verdict.Pass();
    static final Verdict KILL = new Verdict.Kill();
    static final Verdict PRETEND = new Verdict.Pretend();

    /** include/uapi/linux/seccomp.h: the requests, and the layouts of seccomp_notif and seccomp_notif_resp. */
    private static final long RECEIVE = 0xC0502100L;

    private static final long SEND = 0xC0182101L;
    private static final int NOTIFICATION = 80;
    private static final int RESPONSE = 24;
    private static final int CONTINUE = 1;

    private static final int POLLIN = 1;
    private static final int POLL_MILLIS = 100;
    private static final int LAST_MILLIS = 20_000;
    private static final int AT_FDCWD = -100;
    private static final int PATH_MAX = 4096;
    private static final String LISTENER = "anon_inode:seccomp notify";

    private final Process process;
    private final int listener;
    private final Thread thread;
    private volatile Keeper keeper;
    private volatile boolean closed;

    private final MemorySegment poll = Arena.ofAuto().allocate(8, 8);
    private final MemorySegment notification = Arena.ofAuto().allocate(NOTIFICATION, 8);
    private final MemorySegment response = Arena.ofAuto().allocate(RESPONSE, 8);

    /** Mans the gate of {@code process}, just started as {@link Gated}, and lets it begin. */
    CallGate(Process process, Keeper keeper) throws IOException, InterruptedException {
        this.process = process;
        this.keeper = keeper;
        int pidfd = (int) LinuxCalls.syscall("pidfd_open", LinuxCalls.SYS_PIDFD_OPEN, process.pid(), 0, 0);
        try {
            listener = (int)
                    LinuxCalls.syscall("pidfd_getfd", LinuxCalls.SYS_PIDFD_GETFD, pidfd, awaitListener(process), 0);
        } finally {
            LinuxCalls.close(pidfd);
        }
        thread = Thread.ofPlatform().name("call-gate").daemon().start(this::watch);
        OutputStream input = process.getOutputStream();
        input.write('\n');
        input.flush();
    }

    /** Puts another keeper in charge, from the next call on. */
    void keeper(Keeper next) {
        keeper = next;
    }

    /** Waits until the process and all that it started have ended, which somebody sees to, and leaves the gate. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        try {
            thread.join(LAST_MILLIS);
            closed = true;
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LinuxCalls.close(listener);
    }

    private static int awaitListener(Process process) throws IOException, InterruptedException {
        Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fd");
        while (process.isAlive()) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
                for (Path descriptor : all) {
                    if (link(descriptor).equals(LISTENER)) {
                        return Integer.parseInt(descriptor.getFileName().toString());
                    }
                }
            }
            Thread.sleep(5); // tidy: the condition is asked again and again, until it holds or the process is gone
        }
        throw new IOException("process " + process.pid() + " ended before it had a gate");
    }

    private void watch() {
        while (!closed) {
            poll.set(JAVA_INT, 0, listener);
            poll.set(JAVA_SHORT, 4, (short) POLLIN);
            poll.set(JAVA_SHORT, 6, (short) 0);
            if (LinuxCalls.poll(poll, 1, POLL_MILLIS) <= 0) {
                continue;
            }
            if ((poll.get(JAVA_SHORT, 6) & POLLIN) == 0) {
                return; // all whom it held are gone
            }
            notification.fill((byte) 0);
            if (LinuxCalls.ioctl(listener, RECEIVE, notification) == 0) {
                decide();
            }
        }
    }

    private void decide() {
        int pid = notification.get(JAVA_INT, 8);
        StateCall state = StateCall.numbered(notification.get(JAVA_INT, 16)).orElseThrow();
        long[] arguments = new long[6];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = notification.get(JAVA_LONG, 32 + 8L * i);
        }
        switch (keeper.decide(call(pid, state, arguments))) {
            case Verdict.Pass() -> answer(0, CONTINUE);
            case Verdict.Fail(int errno) -> answer(-errno, 0);
            case Verdict.Pretend() -> answer(0, 0);
            case Verdict.Kill() -> process.destroyForcibly();
        }
    }

    /** An answer that comes too late, to a thread that is gone, is no failure. */
    private void answer(int error, int flags) {
        response.fill((byte) 0);
        response.set(JAVA_LONG, 0, notification.get(JAVA_LONG, 0));
        response.set(JAVA_INT, 16, error);
        response.set(JAVA_INT, 20, flags);
        long _ = LinuxCalls.ioctl(listener, SEND, response);
    }

    private Call call(int thread, StateCall state, long[] arguments) {
        long request = state == StateCall.IOCTL ? arguments[1] & 0xFFFFFFFFL : 0;
        boolean ofChild = !Files.exists(Path.of("/proc/" + process.pid() + "/task/" + thread));
        return new Call(thread, ofChild, state, request, operand(thread, state, arguments));
    }

    private static String operand(int pid, StateCall call, long[] arguments) {
        return switch (call.operand()) {
            case NONE -> "";
            case DESCRIPTOR -> descriptor(pid, (int) arguments[0]);
            case SECOND_DESCRIPTOR -> descriptor(pid, (int) arguments[2]);
            case PATH -> path(pid, arguments[0]);
            case SECOND_PATH -> path(pid, arguments[1]);
            case PATH_AT -> {
                String path = path(pid, arguments[1]);
                int directory = (int) arguments[0];
                yield path.startsWith("/") || directory == AT_FDCWD ? path : descriptor(pid, directory) + "/" + path;
            }
        };
    }

    private static String descriptor(int pid, int descriptor) {
        return link(Path.of("/proc/" + pid + "/fd/" + descriptor));
    }

    private static String link(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    private static String path(int pid, long address) {
        byte[] text = new byte[PATH_MAX];
        int length = 0;
        try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
            memory.seek(address);
            for (int b = memory.read(); b > 0 && length < text.length; b = memory.read()) {
                text[length++] = (byte) b;
            }
        } catch (IOException gone) {
            // what was read is what there is
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }
}
