package io.flockerj.integration.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link OnPrivateEngine} promises; and on a failure, the engine's log of the failed test. */
final class EngineExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(EngineExtension.class);
    private static final int LOG_LINES = 120;

    /** What containerd says of every container. */
    private static final Pattern CHATTER = Pattern.compile(
            "msg=\"(loading plugin|starting signal loop|shim disconnected|clean(ing )?up |ignoring event)| module=grpc$");

    /** One class's engine; closed by JUnit after the class. */
    private record Running(PrivateEngine engine, FlockerjPlugin plugin, boolean installed) implements AutoCloseable {

        static Running start(Class<?> tests) {
            OnPrivateEngine wanted = Objects.requireNonNull(tests.getAnnotation(OnPrivateEngine.class));
            PrivateEngine engine = PrivateEngine.open(tests.getSimpleName().toLowerCase(Locale.ROOT));
            try {
                FlockerjPlugin plugin = wanted.plugin()
                        ? FlockerjPlugin.install(engine, wanted.settings())
                        : new FlockerjPlugin(engine, engine.directory().resolve("state"));
                return new Running(engine, plugin, wanted.plugin());
            } catch (RuntimeException | AssertionError e) {
                System.out.println(engine.logFrom(0));
                engine.close();
                throw e;
            }
        }

        /** A disabled plugin leaves neither mount nor loop device on the host. */
        @Override
        public void close() {
            try {
                if (installed && engine.isRunning() && plugin.isEnabled()) {
                    plugin.disable();
                    List<String> left = new ArrayList<>(plugin.mounts());
                    left.addAll(plugin.loopDevices());
                    if (!left.isEmpty()) {
                        throw new AssertionError("the disabled plugin leaves on the host: " + left);
                    }
                }
            } finally {
                engine.close();
            }
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Running running = running(context);
        if (!running.engine().isRunning()) {
            running.engine().start();
        }
        if (running.installed() && !running.plugin().isEnabled()) {
            running.plugin().enable();
        }
        context.getStore(NAMESPACE).put("log", running.engine().logSize());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        PrivateEngine engine = running(context).engine();
        if (context.getExecutionException().isPresent()) {
            long from = context.getStore(NAMESPACE).getOrDefault("log", Long.class, 0L);
            List<String> lines = engine.logFrom(from)
                    .lines()
                    .filter(line -> !CHATTER.matcher(line).find())
                    .toList();
            System.out.println("---- the engine's log of " + context.getDisplayName());
            lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()).forEach(System.out::println);
            System.out.println("----");
        }
        if (engine.isRunning()) {
            engine.removeContainers();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == PrivateEngine.class || type == FlockerjPlugin.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Running running = running(context);
        return parameter.getParameter().getType() == PrivateEngine.class ? running.engine() : running.plugin();
    }

    private static Running running(ExtensionContext context) {
        ExtensionContext ofClass = context;
        while (ofClass.getTestMethod().isPresent()) {
            ofClass = ofClass.getParent().orElseThrow();
        }
        Class<?> tests = ofClass.getRequiredTestClass();
        return ofClass.getStore(NAMESPACE).computeIfAbsent(Running.class, key -> Running.start(tests), Running.class);
    }
}
