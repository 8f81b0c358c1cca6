package io.flockerj.integration.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The class's tests share one {@link PrivateEngine} with the plugin installed, and take them as parameters. Each test uses names of its
 * own; containers are removed after each.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("root")
@Tag("engine")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
@ExtendWith(EngineExtension.class)
public @interface OnPrivateEngine {

    /** Whether the plugin is installed from the start; a class about installing does that itself. */
    boolean plugin() default true;

    /** Settings of the plugin, {@code KEY=VALUE}. */
    String[] settings() default {};
}
