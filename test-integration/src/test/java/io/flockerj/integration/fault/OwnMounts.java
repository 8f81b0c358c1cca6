package io.flockerj.integration.fault;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Runs the methods of a test class in a mount namespace of their own, which no mount enters or leaves.
 *
 * <p>They run on one thread, which alone is in that namespace; the threads and processes that it starts are, too. When it
 * ends, with the class or with the whole process, the kernel takes down all mounts made in it, and their loop devices. A
 * process that does nothing is in it as well, for a daemon that looks for others finds processes, not threads.
 */
public final class OwnMounts implements InvocationInterceptor, AfterAllCallback {
    private final ExecutorService thread = Executors.newSingleThreadExecutor( // tidy: one thread is in the namespace
            Thread.ofPlatform().name("own-mounts").factory());

    /** Ends with its standard input, and so with this process at the latest. */
    private final Process inhabitant;

    public OwnMounts() throws Exception {
        within(() -> {
            LinuxCalls.unshare(LinuxCalls.CLONE_NEWNS);
            LinuxCalls.mount("none", Path.of("/"), null, LinuxCalls.MS_REC | LinuxCalls.MS_PRIVATE, null);
            return true;
        });
        inhabitant = within(() -> new ProcessBuilder("cat").start());
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext extension)
            throws Throwable {
        proceed(invocation);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext extension)
            throws Throwable {
        proceed(invocation);
    }

    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext extension)
            throws Throwable {
        proceed(invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext extension)
            throws Throwable {
        proceed(invocation);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext extension)
            throws Throwable {
        proceed(invocation);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<@Nullable Void> invocation,
            ReflectiveInvocationContext<Method> context,
            ExtensionContext extension)
            throws Throwable {
        proceed(invocation);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        inhabitant.destroyForcibly();
        thread.close();
    }

    private void proceed(Invocation<@Nullable Void> invocation) throws Throwable {
        within(() -> {
            try {
                return invocation.proceed();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        });
    }

    private <T extends @Nullable Object> T within(Callable<T> work) throws Exception {
        Future<T> done = thread.submit(work);
        try {
            return done.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Exception exception -> throw exception;
                case Error error -> throw error;
                case null, default -> throw e;
            }
        }
    }
}
