package io.flockerj.integration.fault;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.util.Arrays;

/**
 * Runs another program's main method with every {@link StateCall} of it, and of all it starts, held until somebody at the
 * {@link CallGate} lets it pass.
 *
 * <p>The kernel does the holding (seccomp user notification, Documentation/userspace-api/seccomp_filter.rst), for all
 * threads at once. A byte on standard input says that the gate is manned.
 */
final class Gated {
    /** include/uapi/linux/seccomp.h. */
    private static final long SECCOMP_SET_MODE_FILTER = 1;

    private static final long FLAG_TSYNC = 1;
    private static final long FLAG_NEW_LISTENER = 1 << 3;
    private static final long FLAG_TSYNC_ESRCH = 1 << 4;
    private static final long FLAG_WAIT_KILLABLE_RECV = 1 << 5;
    private static final int RET_USER_NOTIF = 0x7fc00000;
    private static final int RET_ALLOW = 0x7fff0000;
    private static final int NUMBER_AT = 0;
    private static final int ARGUMENTS_AT = 16;

    /** include/uapi/linux/filter.h and bpf_common.h. */
    private static final short LOAD_WORD = 0x20;

    private static final short JUMP_IF_EQUAL = 0x15;
    private static final short JUMP_IF_ANY_BIT = 0x45;
    private static final short RETURN = 0x06;
    private static final int INSTRUCTION = 8;

    private static final int O_CREAT = 0_100;
    private static final int O_TRUNC = 0_1000;

    private Gated() {}

    /** Installs the hold, waits for the gate to be manned, and runs the class named first with the other arguments. */
    public static void main(String[] arguments) throws Exception {
        Method main = Class.forName(arguments[0]).getMethod("main", String[].class);
        int listener = hold();
        if (System.in.read() < 0) {
            throw new IOException("nobody came to man the gate");
        }
        LinuxCalls.close(listener);
        main.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    private static int hold() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Filter filter = new Filter(arena.allocate((long) INSTRUCTION * 8 * StateCall.values().length, 8));
            filter.add(LOAD_WORD, 0, 0, NUMBER_AT);
            for (StateCall call : StateCall.values()) {
                if (call.number() >= 0) {
                    filter.notifyOf(call);
                }
            }
            filter.add(RETURN, 0, 0, RET_ALLOW);
            MemorySegment program = arena.allocate(16, 8);
            program.set(JAVA_SHORT, 0, (short) filter.length);
            program.set(ADDRESS, 8, filter.code);
            return (int) LinuxCalls.syscall(
                    "seccomp",
                    LinuxCalls.SYS_SECCOMP,
                    SECCOMP_SET_MODE_FILTER,
                    FLAG_TSYNC | FLAG_NEW_LISTENER | FLAG_TSYNC_ESRCH | FLAG_WAIT_KILLABLE_RECV,
                    program.address());
        }
    }

    private static final class Filter {
        private final MemorySegment code;
        private int length;

        Filter(MemorySegment code) {
            this.code = code;
        }

        void notifyOf(StateCall call) {
            if (call.openFlags() < 0) {
                add(JUMP_IF_EQUAL, 0, 1, call.number());
                add(RETURN, 0, 0, RET_USER_NOTIF);
            } else {
                add(JUMP_IF_EQUAL, 0, 4, call.number());
                add(LOAD_WORD, 0, 0, ARGUMENTS_AT + 8 * call.openFlags());
                add(JUMP_IF_ANY_BIT, 0, 1, O_CREAT | O_TRUNC);
                add(RETURN, 0, 0, RET_USER_NOTIF);
                add(RETURN, 0, 0, RET_ALLOW);
            }
        }

        void add(short operation, int ifTrue, int ifFalse, int value) {
            long at = (long) INSTRUCTION * length++;
            code.set(JAVA_SHORT, at, operation);
            code.set(JAVA_BYTE, at + 2, (byte) ifTrue);
            code.set(JAVA_BYTE, at + 3, (byte) ifFalse);
            code.set(JAVA_INT, at + 4, value);
        }
    }
}
