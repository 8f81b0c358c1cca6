package io.flockerj.hub;

import io.flockerj.hub.command.CommandTree;
import io.flockerj.hub.command.Surroundings;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The program's start: looks around, and runs the command. */
public final class FlockerHub {
    /** How long a signal waits for the command to end in good order. */
    private static final Duration LONGEST_ENDING = Duration.ofSeconds(60);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isWaiting;
    private volatile int status = CommandTree.FAILED;

    private FlockerHub() {}

    public static void main(String[] arguments) {
        FlockerHub program = new FlockerHub();
        Runtime.getRuntime().addShutdownHook(new Thread(program::end, "ending"));
        program.run(arguments);
        if (program.status != CommandTree.OK) {
            System.exit(program.status);
        }
    }

    private void run(String... arguments) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        try {
            status = CommandTree.run(around(out, err), arguments);
        } finally {
            out.flush();
            err.flush();
            ended.countDown();
        }
    }

    private Surroundings around(PrintStream out, PrintStream err) {
        return new Surroundings(
                Optional.ofNullable(FlockerHub.class.getPackage().getImplementationVersion())
                        .orElse("unreleased"),
                host(),
                System.getenv(),
                Clock.systemUTC(),
                new SecureRandom(),
                new BufferedReader(
                        new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8)),
                out,
                err,
                this::await);
    }

    private void await() throws InterruptedException {
        isWaiting = true;
        asked.await();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "unknown";
        }
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** A command that waits to be asked ends in good order, and its own exit code counts then, not the signal's. Others are cut off. */
    private void end() {
        if (!isWaiting) {
            return;
        }
        asked.countDown();
        try {
            if (ended.await(LONGEST_ENDING.toMillis(), TimeUnit.MILLISECONDS)) {
                Runtime.getRuntime().halt(status);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
