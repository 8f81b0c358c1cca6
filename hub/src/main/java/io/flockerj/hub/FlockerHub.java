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

    private FlockerHub() {}

    public static void main(String[] arguments) {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(asked, ended), "ending"));
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        int status = CommandTree.FAILED;
        try {
            status = CommandTree.run(around(out, err, asked), arguments);
        } finally {
            out.flush();
            err.flush();
            ended.countDown();
        }
        if (status != CommandTree.OK) {
            System.exit(status);
        }
    }

    private static Surroundings around(PrintStream out, PrintStream err, CountDownLatch asked) {
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
                asked::await);
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

    private static void end(CountDownLatch asked, CountDownLatch ended) {
        asked.countDown();
        try {
            ended.await(LONGEST_ENDING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
